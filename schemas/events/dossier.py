"""The life of a dossier (hồ sơ): from submission to the result in the applicant's hands."""

from typing import Literal

from schemas.events.correction import CorrectedField, check_correction
from schemas.events.envelope import DossierEnvelope
from schemas.fields import ApplicantKind, Channel, Code, Instant, ReturnForm, Text


class DossierSubmitted(DossierEnvelope):
    """Nộp hồ sơ: handed in, not yet received."""

    type: Literal["dossier.submitted"] = "dossier.submitted"
    procedure_code: Code
    channel: Channel | None = None
    applicant_kind: ApplicantKind | None = None
    submitted_at: Instant
    submitted_from: Text | None = None


class DossierReceived(DossierEnvelope):
    """Tiếp nhận: the clock starts. `handling_unit` null means the envelope's unit."""

    type: Literal["dossier.received"] = "dossier.received"
    procedure_code: Code | None = None
    received_at: Instant
    due_at: Instant | None = None
    handling_unit: Code | None = None
    channel: Channel | None = None


class DossierRefused(DossierEnvelope):
    """Không tiếp nhận, từ chối."""

    type: Literal["dossier.refused"] = "dossier.refused"
    refused_at: Instant
    reason_code: Text | None = None


class DossierTransferred(DossierEnvelope):
    """Chuyển cơ quan: another unit handles it from now on."""

    type: Literal["dossier.transferred"] = "dossier.transferred"
    from_unit: Code | None = None
    to_unit: Code
    transferred_at: Instant


class DossierIdentityVerified(DossierEnvelope):
    """Xác thực VNeID: the applicant's account was, or was not, verified."""

    type: Literal["dossier.identity_verified"] = "dossier.identity_verified"
    vneid_verified: bool


class DossierDatabaseConsulted(DossierEnvelope):
    """Khai thác CSDL: a national or branch database was consulted for it."""

    type: Literal["dossier.database_consulted"] = "dossier.database_consulted"
    database_code: Code


class DossierRescheduled(DossierEnvelope):
    """Xin lỗi và hẹn lại ngày trả: letter of apology with a new due time."""

    type: Literal["dossier.rescheduled"] = "dossier.rescheduled"
    apology_sent_at: Instant
    due_before: Instant | None = None
    due_after: Instant
    reason_code: Text | None = None


class DossierResolved(DossierEnvelope):
    """Đã xử lý xong."""

    type: Literal["dossier.resolved"] = "dossier.resolved"
    finished_at: Instant


class DossierReturned(DossierEnvelope):
    """Trả kết quả: the applicant has the result."""

    type: Literal["dossier.returned"] = "dossier.returned"
    returned_at: Instant
    return_form: ReturnForm | None = None


class DossierWithdrawn(DossierEnvelope):
    """Rút hồ sơ: the citizen took it back."""

    type: Literal["dossier.withdrawn"] = "dossier.withdrawn"
    withdrawn_at: Instant


class DossierStopped(DossierEnvelope):
    """Dừng xử lý."""

    type: Literal["dossier.stopped"] = "dossier.stopped"
    stopped_at: Instant
    reason_code: Text | None = None


class DossierRated(DossierEnvelope):
    """Đánh giá: the applicant liked or disliked the service."""

    type: Literal["dossier.rated"] = "dossier.rated"
    liked: bool
    rated_at: Instant


class DossierCorrected(DossierEnvelope):
    """Đính chính: replaces the value from the beginning of that field's life.

    `old` and `new` are a time with zone, a code or a number, as the field has it; `new` null takes the value
    away (a dossier that was never finished is open again).
    """

    type: Literal["dossier.corrected"] = "dossier.corrected"
    field: CorrectedField
    old: Text | int | None = None
    new: Text | int | None = None
    reason_code: Text | None = None

    def rules(self) -> None:
        """`old` and `new` have the type of the field."""
        check_correction(self.field, self.old)
        check_correction(self.field, self.new)
