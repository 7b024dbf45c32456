"""Rounds of supplement (yêu cầu bổ sung hồ sơ): the clock pauses and resumes."""

from typing import Literal

from schemas.events.envelope import DossierEnvelope
from schemas.fields import Code, Document, Instant


class Supplement(Document):
    """One round as the national record has it."""

    round_id: Code
    requested_at: Instant
    completed_at: Instant | None = None
    due_before: Instant | None = None
    due_after: Instant | None = None


class SupplementRequested(DossierEnvelope):
    """Yêu cầu bổ sung."""

    type: Literal["dossier.supplement_requested"] = "dossier.supplement_requested"
    round_id: Code
    requested_at: Instant


class SupplementCompleted(DossierEnvelope):
    """Bổ sung xong; `due_after` is the new due time, if the source gives one."""

    type: Literal["dossier.supplement_completed"] = "dossier.supplement_completed"
    round_id: Code
    completed_at: Instant
    due_before: Instant | None = None
    due_after: Instant | None = None
