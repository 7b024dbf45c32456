"""Changes of reference data: procedures, services, units, calendar, reported totals."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.decision import Decision
from schemas.events.envelope import Envelope, ProcedureEnvelope
from schemas.fields import MAX_ITEMS, Code, Codes, Count, Level, LocalDate, Text

Days = Annotated[tuple[LocalDate, ...], Field(max_length=MAX_ITEMS)]
Year = Annotated[int, Field(ge=1990, le=2199)]


class ProcedurePublished(ProcedureEnvelope):
    """Công bố thủ tục mới."""

    type: Literal["procedure.published"] = "procedure.published"
    decision: Decision


class ProcedureAmended(ProcedureEnvelope):
    """Sửa đổi thủ tục."""

    type: Literal["procedure.amended"] = "procedure.amended"
    decision: Decision


class ProcedureRepealed(ProcedureEnvelope):
    """Bãi bỏ thủ tục."""

    type: Literal["procedure.repealed"] = "procedure.repealed"
    decision: Decision


class ProcedureContentChecked(ProcedureEnvelope):
    """Kiểm tra nội dung công khai: whether all seven parts are complete."""

    type: Literal["procedure.content_checked"] = "procedure.content_checked"
    seven_parts_complete: bool


class ServiceApplied(Envelope):
    """Áp dụng dịch vụ công: which units apply an online service of which procedures."""

    type: Literal["service.applied"] = "service.applied"
    service_code: Code
    procedures: Codes = ()
    units: Codes = ()
    status: Literal["public", "pending_stop", "testing", "stopped"]


class UnitOpened(Envelope):
    """Thành lập đơn vị: `unit_code` exists from `opened_on`."""

    type: Literal["unit.opened"] = "unit.opened"
    name: Text
    level: Level
    unit_kind: Text
    parent: Code | None = None
    opened_on: LocalDate


class UnitClosed(Envelope):
    """Giải thể, sáp nhập đơn vị: `unit_code` exists until `closed_on`, that day included."""

    type: Literal["unit.closed"] = "unit.closed"
    closed_on: LocalDate
    successor: Code | None = None


class CalendarChanged(Envelope):
    """Lịch nghỉ: days off and make-up working Saturdays, the whole calendar."""

    type: Literal["calendar.changed"] = "calendar.changed"
    version: Count
    off: Days = ()
    make_up: Days = ()


class AnnualTotalReported(Envelope):
    """Tổng số hồ sơ báo cáo: dossiers `unit_code` received in a year, by its own report."""

    type: Literal["annual_total.reported"] = "annual_total.reported"
    year: Year
    received: Count
