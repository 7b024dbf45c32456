"""One dossier: its clock with its pauses, what was told of it, what it does to indicators. Nothing personal."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from streams.board.board import Board
from streams.board.documents.base import Document
from streams.board.documents.deadlines import Read
from streams.board.documents.effects import PeriodEffectsDocument, effects_documents
from streams.board.documents.unit import units_by_code
from streams.board.errors import NotThereError
from streams.board.where import formula_of
from streams.core.periods import moment
from streams.insight.effects import PeriodEffects, read_effects
from streams.read.dossiers import Dossier, read_dossier
from streams.read.reader import Reader
from streams.read.units import KnownUnit
from streams.read.words import index_of

ENDED = ("finished_at", "returned_at", "refused_at", "withdrawn_at", "stopped_at")
FRESH_SECONDS = 2
"""A dossier is read again after so long at most."""


class Event(Document):
    """Something that was told about the dossier."""

    type: str
    occurred_at: datetime
    recorded_at: datetime


class Pause(Document):
    """A supplement round: the clock stands still."""

    requested_at: datetime | None
    completed_at: datetime | None = Field(description="Null while waiting.")


class Holding(Document):
    """A unit that held the dossier."""

    unit_code: str
    unit_name: str | None = Field(description="Null for a unit that has no scores.")
    since: datetime | None


class DossierDocument(Document):
    """A dossier as it is known now."""

    stamp: Read
    code: str
    procedure_code: str | None
    procedure_name: str | None
    unit_code: str | None
    unit_name: str | None = Field(description="Null for a unit that has no scores.")
    status: int = Field(description="1..10 (TrangThaiHoSo), 0 if none is known.")
    channel: int | None = Field(description="1 counter, 2 online, 3 post.")
    received_at: datetime | None
    due_at: datetime | None = Field(description="Promised return in force, as last stated.")
    original_due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    refused_at: datetime | None
    withdrawn_at: datetime | None
    stopped_at: datetime | None
    pauses: tuple[Pause, ...]
    reschedules: tuple[datetime | None, ...] = Field(description="New due dates after letters of apology.")
    holdings: tuple[Holding, ...]
    flags: dict[str, bool] = Field(description="What it has: result file, digitised parts and so on.")
    contradictions: tuple[str, ...]
    events: tuple[Event, ...]
    formula: str | None = Field(
        description="Version of the index that `effects` are of; null without scores."
    )
    effects: tuple[PeriodEffectsDocument, ...] | None = Field(
        description="What it does to indicators, newest period first; null if its events are not in the archive."
    )

    def __hash__(self) -> int:
        """Same content, same ETag, whenever it was read."""
        return hash(self.model_dump_json(exclude={"stamp"}))


async def dossier_document(board: Board, code: str, said_formula: str | None = None) -> DossierDocument:
    """Return a dossier, its effects by the version of the index said or usual; raises NotThereError."""
    seen, formula = board.seen(), None
    if seen.found:
        formula = formula_of(seen, board.settings.formula, said_formula)
    version = None if formula is None else index_of(formula)

    def question(reader: Reader) -> tuple[Dossier, list[PeriodEffects] | None] | None:
        found = read_dossier(reader, code)
        if found is None:
            return None
        if version is None or seen.reached is None:
            return found, None
        return found, read_effects(reader, board.settings, found, version, moment(seen.reached))

    seen_at = board.watch.seen_at
    mark = "" if seen_at is None else str(int(seen_at.timestamp()) // FRESH_SECONDS)
    answer = await board.answers.get(("dossier", code, formula), mark, question)
    if answer.value is None:
        raise NotThereError("dossier", code)
    found, effects = answer.value
    units = {} if formula is None else await units_by_code(board, formula)
    told = None if effects is None or version is None else effects_documents(effects, version)
    stamp = Read(read_at=answer.read_at, reached=seen.reached, stale=answer.stale)
    return _document(found, units, formula, told, stamp)


def _document(
    found: Dossier,
    units: Mapping[str, KnownUnit],
    formula: str | None,
    effects: tuple[PeriodEffectsDocument, ...] | None,
    stamp: Read,
) -> DossierDocument:
    facts = found.facts
    names = {code: unit.name for code, unit in units.items()}
    return DossierDocument(
        stamp=stamp,
        code=facts["dossier_code"],
        procedure_code=facts["procedure_code"] or None,
        procedure_name=found.procedure_name,
        unit_code=facts["unit_code"] or None,
        unit_name=names.get(facts["unit_code"]),
        **{name: facts[name] for name in ("status", "channel", "received_at", "original_due_at", *ENDED)},
        due_at=facts["due_at"] or facts["computed_due_at"],
        pauses=tuple(
            Pause(requested_at=asked, completed_at=done)
            for asked, done in zip(
                facts["supplement_requested_at"], facts["supplement_completed_at"], strict=True
            )
        ),
        reschedules=tuple(facts["reschedule_due_after"]),
        holdings=tuple(
            Holding(unit_code=unit, unit_name=names.get(unit), since=since)
            for unit, since in zip(facts["holding_units"], facts["holding_since"], strict=True)
        ),
        flags={
            name: bool(facts[name])
            for name in (
                "has_result",
                "has_component_file",
                "digitized",
                "reused",
                "personal_store",
                "vneid_verified",
            )
        },
        contradictions=tuple(facts["contradictions"]),
        events=tuple(
            Event(type=one.type, occurred_at=one.occurred_at, recorded_at=one.recorded_at)
            for one in found.events
        ),
        formula=formula,
        effects=effects,
    )
