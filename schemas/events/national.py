"""Records of the national sync API as events: one record is one event that carries all its fields."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.events.component import Component
from schemas.events.envelope import DossierEnvelope
from schemas.events.payment import Fees
from schemas.events.result import Result
from schemas.events.supplement import Supplement
from schemas.fields import (
    MAX_ITEMS,
    ApplicantKind,
    Channel,
    Code,
    Codes,
    Instant,
    OnlinePayment,
    ReturnForm,
    Status,
    Text,
)


class DossierRecorded(DossierEnvelope):
    """One record of DongBoHoSoMC: the whole dossier as the province's system knows it.

    `occurred_at` is the newest business time inside (never a due time), `source_seq` the status, 0 if null.
    A null says nothing about its field. `is_update` (isUpdating) makes the self-dated fields corrections.
    """

    type: Literal["dossier.recorded"] = "dossier.recorded"
    is_update: bool = False
    procedure_code: Code | None = None
    channel: Channel | None = None
    applicant_kind: ApplicantKind | None = None
    submitted_from: Text | None = None
    handling_unit: Code | None = None
    status: Status | None = None
    submitted_at: Instant | None = None
    received_at: Instant | None = None
    due_at: Instant | None = None
    refused_at: Instant | None = None
    finished_at: Instant | None = None
    returned_at: Instant | None = None
    return_form: ReturnForm | None = None
    has_digitized_component: bool | None = None
    vneid_verified: bool | None = None
    online_payment: OnlinePayment | None = None
    databases: Codes = ()
    components: Annotated[tuple[Component, ...], Field(max_length=MAX_ITEMS)] = ()
    fees: Fees | None = None
    supplements: Annotated[tuple[Supplement, ...], Field(max_length=MAX_ITEMS)] = ()
    results: Annotated[tuple[Result, ...], Field(max_length=MAX_ITEMS)] = ()


class DossierProgressed(DossierEnvelope):
    """One record of CapNhatTienDoHoSoMC: a step of progress; `occurred_at` is ThoiDiemXuLy."""

    type: Literal["dossier.progressed"] = "dossier.progressed"
    status: Status | None = None
    stage_id: Code | None = None
    stage_started_at: Instant | None = None
    stage_due_at: Instant | None = None
    division_code: Code | None = None
