"""Why the total of a unit moved between two moments: from published to published, down to dossiers and petitions.

The difference is recounted from the archive of events and walked through in log order (`streams.core.why`). Both ends
are held against what was published then; what the recount does not show (an archive that lags, a row published before
events that had reached us) is said as a line of its own, so that all lines add up to the published difference.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.index import IndexVersion
from schemas.partial import Cell
from streams.core.catalogue_counters import Window
from streams.core.history import Historian, Span
from streams.core.periods import Period, moment, parse_period
from streams.core.reference import Reference
from streams.core.rounding import to_hundredths
from streams.core.rules import Rules
from streams.core.scoring import ScoreCard, score_unit
from streams.core.tally import named_counters
from streams.core.why import Step, Walk, by_indicator, by_subject, walk
from streams.errors import UserError
from streams.insight.archive import Kind, codes_of, told_events, units_below
from streams.insight.narrow import Narrower
from streams.insight.rivals import Rivals, rivals
from streams.read.explanation import Explanation, read_explanation
from streams.read.reader import Reader
from streams.read.reference import compiled_reference, read_reference
from streams.settings import Settings

_DAY: Final = timedelta(days=1)


class Cause(NamedTuple):
    """One dossier or petition that moved the total: its steps in order, and their sum in cents."""

    key: str
    credit: int
    steps: Sequence[Step]


class Why(NamedTuple):
    """The published total at two moments and what lies between.

    `difference` is published, in cents, None without a total at an end; it is the sum of the credits of `causes`, of
    `catalogue` (what reference data moved) and of `unexplained`. `indicators` sums the same steps by indicator;
    `rivals` says who passed the unit, and whom it passed.
    """

    before: Explanation
    after: Explanation
    since: datetime
    until: datetime
    difference: int | None
    indicators: dict[str, int]
    causes: Sequence[Cause]
    catalogue: int
    unexplained: int | None
    walk: Walk
    rivals: Rivals


def read_why(
    reader: Reader,
    settings: Settings,
    said: str,
    period: str,
    since: datetime | None,
    until: datetime | None,
    *,
    explicit: bool,
) -> Why:
    """Return why a unit, said by code or name, moved in a period.

    Without `until`: now; without `since`: a day before that. Raises UserError that says what there is.
    """
    after = read_explanation(reader, said, period, until, formula=settings.formula, explicit=explicit)
    until = min(until or after.ranking.as_of, after.ranking.as_of)  # what is to come explains nothing
    since = since or until - _DAY
    if since >= until:
        raise UserError(f"--from {since.isoformat()} is not before --to {until.isoformat()}")
    unit = after.place.unit_code
    before = read_explanation(reader, unit, period, since, formula=after.ranking.formula, explicit=True)
    if after.version is None:
        raise UserError(f"this program does not know the version {after.ranking.formula} of the index")
    span = Span(unit, parse_period(period), moment(since), moment(until))
    found = _walk(reader, settings, span, after.version)
    causes = [
        Cause(key, sum(step.credit for step in steps), steps)
        for key, steps in by_subject(found.steps).items()
        if any(step.moved for step in steps)
    ]
    causes.sort(key=lambda one: (-abs(one.credit), one.key))
    difference = _difference(before, after)
    return Why(
        before,
        after,
        since,
        until,
        difference,
        by_indicator(found.steps),
        causes,
        sum(step.credit for step in found.steps if step.change is None),
        None if difference is None else difference - found.difference,
        found,
        rivals(before, after),
    )


def _difference(before: Explanation, after: Explanation) -> int | None:
    totals: list[Decimal | None] = [before.place.total, after.place.total]
    first, last = (None if total is None else to_hundredths(total) for total in totals)
    return None if first is None or last is None else last - first


def _walk(reader: Reader, settings: Settings, span: Span, version: IndexVersion) -> Walk:
    records = read_reference(reader)
    reference, rules = compiled_reference(reader), Rules(supplement_rule=settings.supplement_rule)
    cutoffs = [span.period.cutoff(at) for at in (span.start, span.end)]
    units = units_below(reader, reference, span.unit, cutoffs)
    narrowed = Narrower(reader, settings, records, version).narrow(
        span, reference, rules, codes_of(reader, "dossier", units)
    )
    codes: dict[Kind, Sequence[str]] = {
        "dossier": narrowed.codes,
        "petition": codes_of(reader, "petition", units),
    }
    historian = Historian(span, reference, rules)
    histories = [
        historian.history(key, told) for key, told in told_events(reader, settings, reference, codes).items()
    ]
    first = [history.first for history in histories]
    changes = [change for history in histories for change in history.changes]
    then, now = (_Scorer(version, reference, span.unit, span.period, at) for at in cutoffs)
    return walk(first, changes, then, now, narrowed.steady)


class _Scorer:
    """Scores a tally of one unit by the catalogue of a moment."""

    def __init__(
        self, version: IndexVersion, reference: Reference, unit: str, period: Period, cutoff: int
    ) -> None:
        self._version, self._reference, self._unit = version, reference, unit
        self._window = Window(period.start, period.end, cutoff)
        self._level = reference.units.last_known(unit, cutoff)
        self._own = self._catalogue(unit)
        self._province = self._catalogue(reference.province_of(unit, cutoff))

    def __call__(self, cell: Cell) -> ScoreCard:
        counters = named_counters(cell) | self._own
        counters["sync_expected"] = self._reference.sync_expected(
            self._unit, self._window, counters["received"]
        )
        level = "province" if self._level is None else self._level.level
        return score_unit(self._version, level, counters, self._province)

    def _catalogue(self, unit: str) -> dict[str, int]:
        window = self._window
        return self._reference.catalogue_counters(unit, window.start, window.end, window.cutoff, 0)
