"""What of the owed notices of a channel is still worth telling people: pure, from the alerts as they are now.

People hear of an alert once per step, in its newest state. What ended before they heard of it they never hear of; what
somebody has taken on or put off rings no more; an end is told to those alone who heard the beginning.
"""

from collections.abc import Iterable
from typing import NamedTuple

from streams.notify.matching import RINGING


class Owed(NamedTuple):
    """One owed notice: its number, what it says, and how its alert stands now.

    `heard` says that an earlier notice of the alert was told by this channel, or that its sending was begun and its end
    is unknown: then it may have been heard.
    """

    number: int
    alert_id: str
    change: str
    now: str
    heard: bool


class Choice(NamedTuple):
    """Numbers to tell together, and numbers that nobody needs to hear any more."""

    tell: list[int]
    drop: list[int]


def choose(owed: Iterable[Owed]) -> Choice:
    """Return what to tell and what to drop; `owed` is in the order in which it came."""
    newest: dict[str, Owed] = {}
    drop = []
    for notice in owed:
        if not _worth_telling(notice):
            drop.append(notice.number)
            continue
        earlier = newest.get(notice.alert_id)
        if earlier is not None:
            drop.append(earlier.number)
        newest[notice.alert_id] = notice
    return Choice([notice.number for notice in newest.values()], drop)


def _worth_telling(notice: Owed) -> bool:
    if notice.now == "resolved":
        return notice.change == "resolved" and notice.heard
    return notice.change in RINGING and notice.now in RINGING
