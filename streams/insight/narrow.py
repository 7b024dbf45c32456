"""Which dossiers an explanation must read from the archive: those that anything came for since, or that time moved.

All others count at the end as they did at the beginning, by facts that have not changed. SQL counts them (statements
that `nhip766 audit` holds against the engine), so that a day of a province is told from the events of that day's
dossiers. Of a unit with few dossiers, and where reference data change in between, every dossier is read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from schemas.index import IndexVersion
from schemas.reference import ReferenceRecord
from schemas.topics import load_topic
from streams.audit.reference_tables import reference_tables
from streams.audit.sql_side import SqlSide, Steady
from streams.core import masks
from streams.core.history import Contribution, Span
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.read.moment import literal
from streams.read.reader import Reader
from streams.settings import Settings

_CLOCKS: Final = timedelta(days=1)
"""By less than this the clock of a sender is ahead of the broker's."""


NARROW_FROM: Final = 20_000
"""Dossiers of a unit from which narrowing is quicker than reading all their events."""


class Narrowed(NamedTuple):
    """Codes of the dossiers to read, and what all others add, throughout."""

    codes: Sequence[str]
    steady: Mapping[Contribution, int]


class Narrower:
    """Narrows explanations of one span, under one reference and rules."""

    def __init__(
        self, reader: Reader, settings: Settings, records: Sequence[ReferenceRecord], version: IndexVersion
    ) -> None:
        self._reader = reader
        self._settings = settings
        self._records = records
        self._version = version

    def narrow(self, span: Span, reference: Reference, rules: Rules, codes: Iterable[str]) -> Narrowed:
        """Return which of some dossiers to read for a span, and what the others add."""
        held = list(codes)
        then, now = (span.period.cutoff(at) for at in (span.start, span.end))
        boundary = reference.next_boundary(then)
        if len(held) < NARROW_FROM or (boundary is not None and boundary <= now):
            return Narrowed(held, {})
        touched = self._touched(span)
        side = SqlSide(self._reader, reference_tables(self._records, self._version), rules, span.start)
        steady, moving = side.steady(span.unit, span.period, now, touched)
        touched.update(moving)
        return Narrowed([code for code in held if code in touched], _sums(steady, reference, then))

    def _touched(self, span: Span) -> set[str]:
        """Return the dossiers of which anything reached us after the beginning: their facts are not those of then."""
        topic = load_topic("dossier-events")
        start = datetime.fromtimestamp(span.start / 1000, UTC)
        rows = self._reader.rows(
            "SELECT DISTINCT dossier_code AS code FROM archived_events AS e"
            " WHERE epoch = %(epoch)s AND topic = %(topic)s AND appended_at >= toDateTime64(%(early)s, 3, 'UTC')"
            " AND e.recorded_at > toDateTime64(%(start)s, 3, 'UTC') AND dossier_code != ''",
            {
                "epoch": topic.epoch,
                "topic": topic.full_name(self._settings),
                "early": literal(start - _CLOCKS),
                "start": literal(start),
            },
        )
        return {row["code"] for row in rows}


def _sums(found: Iterable[Steady], reference: Reference, cutoff: int) -> Counter[Contribution]:
    sums: Counter[Contribution] = Counter()
    for one in found:
        mask = 0
        for name in one.counters:
            mask |= masks.bit(name)
        services = reference.services(one.procedure, one.holder, cutoff) if one.procedure else ()
        sums[Contribution(mask, one.procedure, services)] += one.dossiers
    return sums
