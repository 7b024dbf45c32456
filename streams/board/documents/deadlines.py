"""What is due, and the open alerts, as documents; the page is made from them too."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal, TypeVar

from pydantic import Field

from schemas.alert_wire import Alert
from streams.board.alphabet import vietnamese
from streams.board.board import Board
from streams.board.documents.base import Document
from streams.board.errors import NotThereError
from streams.core.alert_texts import alert_text
from streams.read.alerts import Only, OpenAlert, OpenAlerts, open_alerts
from streams.read.deadlines import STATES, Owner, deadline_counts, read_owners
from streams.read.reader import NotMigratedError, Reader

T = TypeVar("T")

FRESH_SECONDS = 2
"""Alerts are read again after so long at most."""

HIGHEST_FIRST = ("province", "department", "district", "commune")

State = Literal[
    "due_today",
    "due_tomorrow",
    "late",
    "stage_soon",
    "stage_late",
    "petition_due",
    "petition_late",
    "supplement_unanswered",
    "resolved_not_synced",
]
Status = Literal["raised", "acknowledged", "snoozed"]


class Wanted(Document):
    """What narrows a list of alerts; null is any."""

    unit: str | None = Field(None, description="With those below it.")
    state: State | None = None
    stage: str | None = None
    status: Status | None = None
    page: int = 1
    size: int = 50


class Read(Document):
    """When the figures were read, and how far all scores have come."""

    read_at: datetime
    reached: datetime | None
    stale: bool = Field(description="ClickHouse is away: these are the last figures known.")


class Count(Document):
    """Dossiers or petitions of one unit in one state."""

    unit_code: str
    unit_name: str | None = Field(description="Null for a unit that has no scores.")
    state: str = Field(description="As the view `deadlines` has it.")
    stage_id: str | None = Field(description="Null where the state is none of a stage.")
    dossiers: int


class OwningUnit(Document):
    """A unit that owns deadlines, or stands above one that does."""

    unit_code: str
    unit_name: str
    level: str


class DeadlinesDocument(Document):
    """How many deadlines are near or past; working days are those of the calendar."""

    stamp: Read
    totals: dict[str, int] = Field(
        description="By state, each dossier or petition once; of the unit asked for and those below it."
    )
    counts: tuple[Count, ...] = Field(
        description="By owner, state and stage; of the unit asked for and those below it."
    )
    units: tuple[OwningUnit, ...] = Field(description="Units that may be asked for, the highest first.")


class Words(Document):
    """What an alert says."""

    title: str
    explanation: str
    what_to_do: str


class AlertDocument(Document):
    """An alert that is not resolved."""

    alert_id: str
    kind: str
    severity: str = Field(description="info, warning, serious or critical.")
    status: str = Field(description="raised, acknowledged or snoozed.")
    unit_code: str
    unit_name: str | None
    level: int = Field(description="Step of the ladder: 0 the unit, 1 the unit above, 2 the province.")
    dossier_code: str | None
    petition_code: str | None
    stage_id: str | None
    due_at: datetime | None
    computed: bool = Field(description="No source sent the deadline: it was computed.")
    raised_at: datetime
    snoozed_until: datetime | None
    acted_by: str | None
    vi: Words
    en: Words


class AlertsDocument(Document):
    """A page of open alerts, the gravest and then the longest due first."""

    stamp: Read
    filter: Wanted
    total: int
    alerts: tuple[AlertDocument, ...]


def fresh_mark(board: Board) -> str:
    """Name a slice of time: alerts have no mark of their own, so that they are read again in the next one."""
    seen = board.watch.seen_at
    return "" if seen is None else f"{board.watch.seen.reached}|{int(seen.timestamp()) // FRESH_SECONDS}"


async def deadlines_document(board: Board, unit: str | None) -> DeadlinesDocument:
    """Return the counts; raises NotThereError if the installation has no tables of alerts."""
    found, stamp = await _ask(board, ("deadlines", unit), lambda reader: deadline_counts(reader, unit or ""))
    return DeadlinesDocument(
        stamp=stamp,
        totals={state: found.totals.get(state, 0) for state in STATES},
        counts=tuple(
            Count(
                unit_code=one.unit_code,
                unit_name=_name(found.owners, one.unit_code),
                state=one.state,
                stage_id=one.stage_id or None,
                dossiers=one.dossiers,
            )
            for one in found.lines
            if unit is None or unit in found.chain(one.unit_code)
        ),
        units=tuple(
            OwningUnit(unit_code=code, unit_name=owner.name, level=owner.level)
            for code, owner in sorted(
                found.owners.items(), key=lambda item: (_height(item[1].level), vietnamese(item[1].name))
            )
        ),
    )


async def alerts_document(board: Board, wanted: Wanted) -> AlertsDocument:
    """Return a page of open alerts; raises NotThereError as `deadlines_document`."""
    only = Only(wanted.state or "", wanted.stage or "", wanted.status or "")

    def question(reader: Reader) -> tuple[OpenAlerts, Mapping[str, Owner]]:
        found = open_alerts(
            reader,
            unit=wanted.unit,
            only=only,
            limit=wanted.size,
            offset=(wanted.page - 1) * wanted.size,
        )
        return found, read_owners(reader, {one.alert.unit_code for one in found.alerts})

    (found, owners), stamp = await _ask(board, ("alerts", wanted), question)
    return AlertsDocument(
        stamp=stamp,
        filter=wanted,
        total=found.total,
        alerts=tuple(_alert(one, _name(owners, one.alert.unit_code)) for one in found.alerts),
    )


async def is_open(board: Board, alert_id: str) -> bool:
    """Say whether an alert is open now; raises AwayError, and NotThereError as `deadlines_document`."""

    def question(reader: Reader) -> bool | None:
        try:
            return bool(open_alerts(reader, beginning=alert_id, limit=1).alerts)
        except NotMigratedError:
            return None

    there = await board.database.ask(question)
    if there is None:
        raise NotThereError("alerts", "")
    return there


async def _ask(board: Board, key: tuple[object, ...], question: Callable[[Reader], T]) -> tuple[T, Read]:
    def guarded(reader: Reader) -> T | None:
        try:
            return question(reader)
        except NotMigratedError:
            return None

    answer = await board.answers.get(key, fresh_mark(board), guarded)
    if answer.value is None:
        raise NotThereError("alerts", "")
    stamp = Read(read_at=answer.read_at, reached=board.watch.seen.reached, stale=answer.stale)
    return answer.value, stamp


def _alert(one: OpenAlert, name: str | None) -> AlertDocument:
    alert = one.alert
    return AlertDocument(
        alert_id=alert.alert_id,
        kind=alert.kind,
        severity=alert.severity,
        status=one.status,
        unit_code=alert.unit_code,
        unit_name=name,
        level=alert.level,
        dossier_code=alert.dossier_code,
        petition_code=alert.petition_code,
        stage_id=alert.stage_id,
        due_at=_moment(alert.due_at),
        computed=alert.computed,
        raised_at=datetime.fromtimestamp(alert.raised_at / 1000, UTC),
        snoozed_until=_moment(alert.until),
        acted_by=alert.by,
        vi=_words(alert, name, "vi"),
        en=_words(alert, name, "en"),
    )


def _name(owners: Mapping[str, Owner], unit: str) -> str | None:
    return owners[unit].name if unit in owners else None


def _height(level: str) -> int:
    return HIGHEST_FIRST.index(level) if level in HIGHEST_FIRST else len(HIGHEST_FIRST)


def _words(alert: Alert, name: str | None, language: Literal["vi", "en"]) -> Words:
    return Words(**alert_text(alert, name, language)._asdict())


def _moment(value: int | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value / 1000, UTC)
