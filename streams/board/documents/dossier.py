"""One dossier: its clock with its pauses, and what was told about it. There is nothing personal in it."""

from datetime import datetime

from pydantic import Field

from streams.board.board import Board
from streams.board.documents.base import Document
from streams.board.errors import NotThereError
from streams.read.dossiers import Dossier, read_dossier

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
    since: datetime | None


class DossierDocument(Document):
    """A dossier as it is known now."""

    code: str
    procedure_code: str | None
    unit_code: str | None
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

    def __hash__(self) -> int:
        """Same content, same ETag."""
        return hash(self.model_dump_json())


async def dossier_document(board: Board, code: str) -> DossierDocument:
    """Return a dossier; raises NotThereError."""
    seen = board.watch.seen_at
    mark = "" if seen is None else str(int(seen.timestamp()) // FRESH_SECONDS)
    found = await board.answers.get(("dossier", code), mark, lambda reader: read_dossier(reader, code))
    if found.value is None:
        raise NotThereError("dossier", code)
    return _document(found.value)


def _document(found: Dossier) -> DossierDocument:
    facts = found.facts
    return DossierDocument(
        code=facts["dossier_code"],
        procedure_code=facts["procedure_code"] or None,
        unit_code=facts["unit_code"] or None,
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
            Holding(unit_code=unit, since=since)
            for unit, since in zip(facts["holding_units"], facts["holding_since"], strict=True)
        ),
        flags={
            name: bool(facts[name])
            for name in ("has_result", "has_component_file", "digitized", "reused", "vneid_verified")
        },
        contradictions=tuple(facts["contradictions"]),
        events=tuple(Event(**one._asdict()) for one in found.events),
    )
