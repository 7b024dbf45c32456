"""What couriers have in common: they take what is owed, hand it to the channel, and note what came of it.

Each notice is noted as begun before it is handed over and as settled after: a kill between the two leaves it owed, and
it is handed over once more under the same key.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

import msgspec

from schemas.alert_wire import decode_alert
from streams.core.alert_texts import alert_text
from streams.log import get_logger
from streams.notify import metrics
from streams.notify.channels.port import Channel
from streams.notify.notice import Letter, Notice, RefusedError
from streams.notify.outbox import Outbox, Parcel, Settled

SHOWN: Final = 10
"""Keys that a log line names."""

log = get_logger(__name__)


class Desk(NamedTuple):
    """What a courier works with: the channel's name, what is owed to it, the port to it, names of units, epoch ms."""

    name: str
    outbox: Outbox
    channel: Channel
    unit_name: Callable[[str], str]
    clock: Callable[[], int]


class Courier(ABC):
    """Serves one channel; every method is called by one thread."""

    def __init__(self, desk: Desk) -> None:
        self.name = desk.name
        self.outbox = desk.outbox
        self.channel = desk.channel
        self.clock = desk.clock
        self._unit_name = desk.unit_name

    @abstractmethod
    def step(self) -> float:
        """Hand over what may be handed over now; return the seconds after which to look again, 0 for at once.

        Raises ChannelDownError: what was not noted as settled stays owed.
        """

    def hand_over(self, parcels: Sequence[Parcel]) -> None:
        """Tell notices together and note it; what the other side refuses for good is noted as refused, too."""
        notices = [self.notice(parcel) for parcel in parcels]
        self._settle_after(parcels, partial(self.channel.tell, notices))

    def hand_over_letters(self) -> None:
        """Send the letters that are owed, one by one."""
        for parcel in self.outbox.letters():
            letter = msgspec.json.decode(parcel.payload, type=Letter)
            self._settle_after([parcel], partial(self.channel.send_letter, letter))

    def drop(self, numbers: Sequence[int]) -> None:
        """Note that nobody needs to hear these any more."""
        if numbers:
            self.outbox.settle(numbers, "dropped", self.clock())
            metrics.NOTICES.labels(self.name, "dropped").inc(len(numbers))

    def notice(self, parcel: Parcel) -> Notice:
        """Return a notice as channels tell it."""
        alert = decode_alert(parcel.payload)
        unit_name = self._unit_name(alert.unit_code)
        text = alert_text(alert, unit_name)
        return Notice(parcel.number, parcel.key, alert, text, unit_name, parcel.payload, parcel.raised_ms)

    def _settle_after(self, parcels: Sequence[Parcel], deliver: Callable[[], None]) -> None:
        numbers = [parcel.number for parcel in parcels]
        self.outbox.begin(numbers)
        refused = _refusal(deliver)
        state: Settled = "refused" if refused else "told"
        if refused:
            keys = [parcel.key for parcel in parcels]
            log.error("refused for good", channel=self.name, said=refused, keys=keys[:SHOWN], count=len(keys))
        now = self.clock()
        self.outbox.settle(numbers, state, now)
        metrics.NOTICES.labels(self.name, state).inc(len(numbers))
        if state == "told":
            for parcel in parcels:
                metrics.SEND_SECONDS.labels(self.name).observe(max(0, now - parcel.due_ms) / 1000)


def _refusal(deliver: Callable[[], None]) -> str | None:
    """Deliver; return what the other side says if it refuses for good."""
    try:
        deliver()
    except RefusedError as problem:
        return str(problem) or "no reason"
    return None
