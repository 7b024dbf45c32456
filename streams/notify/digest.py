"""The morning digest (bản tin sáng) of one unit: which dossiers are late, due today, due next, and at which stage.

Pure: it is made from the alerts that were open at a moment. A dossier stands in one list, its gravest.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from streams.core.calendar import WorkingCalendar
from streams.core.periods import date_of, local_day

LATE_KINDS: Final = frozenset({"dossier_late", "dossier_late_again", "second_supplement"})
DUE_KINDS: Final = frozenset({"dossier_due_today", "dossier_due_tomorrow"})
STAGE_KINDS: Final = frozenset({"stage_80_percent", "stage_late"})
PETITION_KINDS: Final = frozenset({"petition_due", "petition_late"})


class OpenAlert(NamedTuple):
    """An alert that was open: codes are empty where there is none, `due_at` is epoch ms."""

    kind: str
    unit_code: str
    dossier_code: str
    petition_code: str
    procedure_code: str
    stage_id: str
    due_at: int | None


class Item(NamedTuple):
    """A dossier or a petition in a list; `days_late` counts working days, 0 on the day itself."""

    code: str
    unit_code: str
    procedure_code: str
    due_at: int | None
    days_late: int = 0


class StageCount(NamedTuple):
    """A stage (công đoạn): dossiers that have used 80 % of its time, and dossiers that are past it."""

    stage: str
    soon: int
    late: int


class Digest(NamedTuple):
    """What a unit reads in the morning; lists are the longest late, or the first due, first. `as_of` is epoch ms."""

    unit_code: str
    as_of: int
    late: Sequence[Item]
    due_today: Sequence[Item]
    due_next: Sequence[Item]
    stages: Sequence[StageCount]
    petitions_late: Sequence[Item]
    petitions_due: Sequence[Item]
    unanswered: Sequence[Item]
    not_synced: Sequence[Item]

    @property
    def day(self) -> date:
        """The local day that it is for."""
        return date_of(local_day(self.as_of))

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to say."""
        return not any(self[2:])


def make_digest(unit_code: str, alerts: Iterable[OpenAlert], as_of: int, calendar: WorkingCalendar) -> Digest:
    """Return the digest of a unit from its alerts that were open at `as_of`."""
    held = list(alerts)
    late = _items([a for a in held if _is_late(a, as_of)], as_of, calendar)
    seen = {item.code for item in late}
    due = [
        item
        for item in _items([a for a in held if a.kind in DUE_KINDS], as_of, calendar)
        if item.code not in seen
    ]
    today = [item for item in due if _is_of_day(item, as_of)]
    petitions_late = _items([a for a in held if a.kind == "petition_late"], as_of, calendar)
    passed = {item.code for item in petitions_late}
    return Digest(
        unit_code,
        as_of,
        late,
        today,
        [item for item in due if not _is_of_day(item, as_of)],
        _stages(held),
        petitions_late,
        [
            i
            for i in _items([a for a in held if a.kind == "petition_due"], as_of, calendar)
            if i.code not in passed
        ],
        _items([a for a in held if a.kind == "supplement_unanswered"], as_of, calendar),
        _items([a for a in held if a.kind == "resolved_not_synced"], as_of, calendar),
    )


def _is_late(alert: OpenAlert, as_of: int) -> bool:
    passed = alert.due_at is not None and alert.due_at < as_of
    return alert.kind in LATE_KINDS or (alert.kind in DUE_KINDS and passed)


def _is_of_day(item: Item, as_of: int) -> bool:
    return item.due_at is not None and local_day(item.due_at) <= local_day(as_of)


def _items(alerts: Iterable[OpenAlert], as_of: int, calendar: WorkingCalendar) -> list[Item]:
    """Each dossier (or petition, where the alert is of one) once, by its due date."""
    found: dict[str, Item] = {}
    for alert in alerts:
        code = alert.petition_code if alert.kind in PETITION_KINDS else alert.dossier_code
        due = alert.due_at
        days = 0 if due is None or due >= as_of else calendar.working_days_between(due, as_of)
        item = Item(code, alert.unit_code, alert.procedure_code, due, days)
        known = found.get(code)
        if known is None or (due or 0) < (known.due_at or 0):
            found[code] = item
    return sorted(found.values(), key=lambda item: (item.due_at or 0, item.code))


def _stages(alerts: Iterable[OpenAlert]) -> list[StageCount]:
    stages = {(a.stage_id, a.dossier_code, a.kind) for a in alerts if a.kind in STAGE_KINDS}
    late = Counter(stage for stage, _, kind in stages if kind == "stage_late")
    gone = {(stage, dossier) for stage, dossier, kind in stages if kind == "stage_late"}
    soon = Counter(
        stage
        for stage, dossier, kind in stages
        if kind == "stage_80_percent" and (stage, dossier) not in gone
    )
    return [StageCount(stage, soon[stage], late[stage]) for stage in sorted({*late, *soon})]
