"""The three ways to serve a channel: gathered for people, one by one for programs, as a state for an Alertmanager."""

from typing import Final

from streams.notify.choosing import choose
from streams.notify.courier import Courier, Desk
from streams.notify.outbox import Parcel

IDLE_SECONDS: Final = 5.0
"""Longest time between two looks: what waits for its hour, or for the end of a snooze, wakes nobody."""

HOUR_MS: Final = 3_600_000
TOGETHER: Final = 200
"""Notices that are read, or posted to an Alertmanager, at once."""


class ForPeople(Courier):
    """Gathers what comes within a time into one message, and sends no more messages an hour than people can bear."""

    def __init__(self, desk: Desk, *, group_seconds: float, messages_per_hour: int) -> None:
        super().__init__(desk)
        self._group_ms = int(group_seconds * 1000)
        self._messages_per_hour = messages_per_hour

    def step(self) -> float:
        """Send the letters, then one message of what has gathered, if its time has come."""
        self.hand_over_letters()
        now = self.clock()
        owed, since = self.outbox.for_people(now)
        choice = choose(owed)
        self.drop(choice.drop)
        if not choice.tell or since is None:
            return IDLE_SECONDS
        wait = max(since + self._group_ms, self._next_message(now)) - now
        if wait > 0:
            return min(wait / 1000, IDLE_SECONDS)
        self.outbox.note_message(now)
        self.hand_over(self.outbox.parcels(choice.tell))
        return 0.0

    def _next_message(self, now: int) -> int:
        """Return the moment from which one more message fits into the hour."""
        sent = self.outbox.messages_since(now - HOUR_MS)
        return sent[-self._messages_per_hour] + HOUR_MS if len(sent) >= self._messages_per_hour else 0


class OneByOne(Courier):
    """Hands over every change and letter by itself, in the order in which they came."""

    def step(self) -> float:
        """Hand over the oldest ones."""
        parcels = self.outbox.in_order(self.clock(), TOGETHER)
        if any(parcel.is_letter for parcel in parcels):
            self.hand_over_letters()
        for parcel in parcels:
            if not parcel.is_letter:
                self.hand_over([parcel])
        return 0.0 if len(parcels) == TOGETHER else IDLE_SECONDS


class AsState(Courier):
    """Hands over how alerts stand, many at once, and again all that are open before they could be forgotten."""

    def __init__(self, desk: Desk, *, resend_seconds: float) -> None:
        super().__init__(desk)
        self._resend_ms = int(resend_seconds * 1000)
        self._told_all_at: int | None = None

    def step(self) -> float:
        """Hand over changes; or, when there is none and it is time, everything that is open."""
        self.hand_over_letters()
        now = self.clock()
        parcels = self.outbox.in_order(now, TOGETHER)
        if parcels:
            newest: dict[str, Parcel] = {parcel.key.partition(":")[0]: parcel for parcel in parcels}
            kept = list(newest.values())
            numbers = {parcel.number for parcel in kept}
            self.hand_over(kept)
            overtaken = [parcel.number for parcel in parcels if parcel.number not in numbers]
            self.outbox.settle(overtaken, "told", now)
            return 0.0
        if self._told_all_at is None or now >= self._told_all_at + self._resend_ms:
            self._tell_all(now)
        return IDLE_SECONDS

    def _tell_all(self, now: int) -> None:
        notices = [self.notice(parcel) for parcel in self.outbox.still_open(now)]
        for first in range(0, len(notices), TOGETHER):
            self.channel.tell(notices[first : first + TOGETHER])
        self._told_all_at = now
