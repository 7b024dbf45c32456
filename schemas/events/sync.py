"""Answers of the national portal's sync API (đồng bộ lên Cổng DVCQG)."""

from typing import Literal

from schemas.events.envelope import DossierEnvelope
from schemas.fields import Code, Instant, Status


class DossierSynced(DossierEnvelope):
    """One call and its answer; accepted means `error_code` 00 or 0."""

    type: Literal["dossier.synced"] = "dossier.synced"
    direction: Literal["to_portal", "from_portal"]
    target_status: Status | None = None
    accepted: bool
    error_code: Code | None = None
    synced_at: Instant
