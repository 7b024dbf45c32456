"""Notices work that goes nowhere: commits that stand still while batches are done, recoveries that stick."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from streams.errors import UserError


class StalledError(UserError):
    """The worker goes nowhere; a new start may help, and loses nothing."""


class Seen(NamedTuple):
    """What one look sees: how far a recovery is (None: there is none), and positions by source partition."""

    recovered: int | None
    done: Mapping[Any, int]
    committed: Mapping[Any, int | None]


class _Standing(NamedTuple):
    """A commit that has not moved since a moment, and what was done at that moment."""

    since: float
    committed: int
    done: int


class Watchdog:
    """Looked through from time to time with the seconds of a clock that never runs backwards."""

    def __init__(self, stall_limit: float, recovery_limit: float) -> None:
        self._stall_limit = stall_limit
        self._recovery_limit = recovery_limit
        self._recovering_since: float | None = None
        self._moved_at = 0.0
        self._recovered = 0
        self._standing: dict[Any, _Standing] = {}

    def look(self, now: float, seen: Seen) -> None:
        """Raise StalledError if something stands still for longer than it may."""
        self._look_at_recovery(now, seen.recovered)
        self._look_at_commits(now, seen)

    def _look_at_recovery(self, now: float, recovered: int | None) -> None:
        if recovered is None:
            self._recovering_since = None
            return
        if self._recovering_since is None:
            self._recovering_since = self._moved_at = now
            self._recovered = recovered
        if recovered != self._recovered:
            self._recovered, self._moved_at = recovered, now
        if now - self._moved_at > self._stall_limit:
            raise StalledError(
                f"the recovery is stuck: no record of the changelog came for {self._stall_limit:g} s"
                " (NHIP766_STALL_LIMIT)"
            )
        if now - self._recovering_since > self._recovery_limit:
            raise StalledError(
                f"the recovery takes longer than {self._recovery_limit:g} s (NHIP766_RECOVERY_LIMIT); give it more"
                " time, or spread the partitions over more workers"
            )

    def _look_at_commits(self, now: float, seen: Seen) -> None:
        for place in self._standing.keys() - seen.done.keys():
            del self._standing[place]
        for place, done in seen.done.items():
            committed = seen.committed.get(place) or 0
            held = self._standing.get(place)
            if committed >= done or held is None or held.committed != committed:
                self._standing[place] = _Standing(now, committed, done)
            elif now - held.since > self._stall_limit and done > held.done:
                raise StalledError(
                    f"the committed offset of {place} stands still at {committed} for {self._stall_limit:g} s while"
                    f" work goes on (done up to {done}; NHIP766_STALL_LIMIT); nothing is lost"
                )
