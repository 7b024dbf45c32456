"""What a tally asks about a unit: the units above it, and the services of a procedure that it applies; kept once asked.

All buckets and all periods that run together are seen at one moment, now; a period that has ended, at its last. So an
answer is kept for each period, not for each day. Between two boundaries of the reference data no answer changes.
"""

from collections.abc import Callable
from typing import Final

from streams.core.periods import parse_period
from streams.core.reference import Reference
from streams.core.tally_book import SEPARATOR

NOW: Final = ""


class UnitLookup:
    """Answers from one state of the reference data; `as_of()` is the moment (epoch ms) a partition stands at."""

    def __init__(self, reference: Reference, as_of: Callable[[], int]) -> None:
        self._reference = reference
        self._as_of = as_of
        self._chains: dict[tuple[str, str], tuple[str, ...]] = {}
        self._services: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def chain(self, unit: str, key: str) -> tuple[str, ...]:
        """Return the unit and its ancestors, as they are at the key of a tally."""
        when = _when(key)
        chain = self._chains.get((unit, when))
        if chain is None:
            chain = self._chains[unit, when] = self._reference.chain(unit, self._cutoff(when))
        return chain

    def services(self, procedure: str, unit: str, key: str) -> tuple[str, ...]:
        """Return the services of a procedure that the unit applies; of none if there is no procedure."""
        when = _when(key)
        place = (procedure, unit, when)
        services = self._services.get(place)
        if services is None:
            found = self._reference.services(procedure, unit, self._cutoff(when)) if procedure else ()
            services = self._services[place] = found
        return services

    def _cutoff(self, when: str) -> int:
        return self._as_of() if when == NOW else parse_period(when).cutoff(self._as_of())


def _when(key: str) -> str:
    """Return the period of a key, `NOW` for a bucket and for periods that run together."""
    return NOW if key[0] in "de" or SEPARATOR in key else key
