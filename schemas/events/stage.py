"""Stages of work inside a unit (công đoạn). Not scored; the early warning of lateness."""

from typing import Literal

from schemas.events.envelope import DossierEnvelope
from schemas.fields import Code, Instant


class StageStarted(DossierEnvelope):
    """Bắt đầu công đoạn."""

    type: Literal["stage.started"] = "stage.started"
    stage_id: Code
    started_at: Instant
    stage_due_at: Instant | None = None


class StageFinished(DossierEnvelope):
    """Kết thúc công đoạn."""

    type: Literal["stage.finished"] = "stage.finished"
    stage_id: Code
    finished_at: Instant
