"""Reference data (dữ liệu danh mục): one record is one entity's whole validity history.

The key on the compacted topic is `kind:code`. Validity is by local
day, both ends included; an open end is null.
"""

import json
from typing import Annotated, Literal

from pydantic import Field

from schemas.decision import Decision
from schemas.errors import BadEvent
from schemas.events.parsing import read_object, validate
from schemas.fields import Code, Count, Document, Level, LocalDate, Text, Version

TimeUnit = Literal["hour", "day", "working_day", "month"]
ServiceStatus = Literal["public", "pending_stop", "testing", "stopped"]

_MAX_ROWS = 500
_MAX_CODES = 5000
Days = Annotated[tuple[LocalDate, ...], Field(max_length=_MAX_CODES)]
ManyCodes = Annotated[tuple[Code, ...], Field(max_length=_MAX_CODES)]
PeriodKey = Annotated[str, Field(pattern=r"^\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$")]


class Validity(Document):
    """A row of a history: valid from `valid_from` to `valid_to`, both days included."""

    valid_from: LocalDate
    valid_to: LocalDate | None = None

    def rules(self) -> None:
        """A row ends on or after the day it begins."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to before valid_from")


class UnitRow(Validity):
    """A unit (đơn vị) as it was for a time; `unit_kind` is its Vietnamese kind (phường, xã, sở ...)."""

    name: Text
    level: Level
    unit_kind: Text
    parent: Code | None = None


class ProcedureRow(Validity):
    """A procedure (thủ tục hành chính) as it was for a time.

    `units`, if any, are exactly the units it is done at; none means every unit of `executing_levels`.
    `max_time` counts in `time_unit`; both null means no limit in the catalogue.
    """

    name: Text
    domain_code: Code | None = None
    domain_name: Text | None = None
    executing_levels: tuple[Level, ...] = ()
    units: ManyCodes = ()
    max_time: Count | None = None
    time_unit: TimeUnit | None = None
    citizen_subject: bool = False
    has_fee: bool = False
    requires_paper_result: bool = False
    service_level: Literal["none", "partial", "full"] = "none"
    public_status: Literal["not_public", "public", "public_amended", "repealed"] = "public"
    seven_parts_complete: bool = False
    decisions: Annotated[tuple[Decision, ...], Field(max_length=_MAX_ROWS)] = ()


class ServiceRow(Validity):
    """An online service (dịch vụ công trực tuyến) as it was for a time; applies to units as procedures do."""

    name: Text
    procedures: ManyCodes = ()
    status: ServiceStatus = "public"
    levels: tuple[Level, ...] = ()
    units: ManyCodes = ()


class ReportedTotal(Document):
    """Dossiers a unit reported as received in a period (`2024`, `2024-Q1` or `2024-03`)."""

    period: PeriodKey
    received: Count


class ReferenceDocument(Document):
    """What every reference record carries."""

    v: Version = 1
    code: Code


class UnitRecord(ReferenceDocument):
    """One unit through time."""

    kind: Literal["unit"] = "unit"
    history: Annotated[tuple[UnitRow, ...], Field(min_length=1, max_length=_MAX_ROWS)]


class ProcedureRecord(ReferenceDocument):
    """One procedure through time."""

    kind: Literal["procedure"] = "procedure"
    history: Annotated[tuple[ProcedureRow, ...], Field(min_length=1, max_length=_MAX_ROWS)]


class ServiceRecord(ReferenceDocument):
    """One online service through time."""

    kind: Literal["service"] = "service"
    history: Annotated[tuple[ServiceRow, ...], Field(min_length=1, max_length=_MAX_ROWS)]


class CalendarRecord(ReferenceDocument):
    """Days off and make-up working days of a country; the greater version is the newer."""

    kind: Literal["calendar"] = "calendar"
    version: Count
    off: Days = ()
    make_up: Days = ()


class UnitTotalsRecord(ReferenceDocument):
    """Reported totals of one unit (`code`), for the denominator of DOSSIER_SYNC."""

    kind: Literal["totals"] = "totals"
    reported: Annotated[tuple[ReportedTotal, ...], Field(max_length=_MAX_ROWS)] = ()


class UnitFlagsRecord(ReferenceDocument):
    """What is known of one unit (`code`) beyond its place: chứng thực bản sao điện tử."""

    kind: Literal["flags"] = "flags"
    electronic_certified_copy: bool = False


ReferenceRecord = Annotated[
    UnitRecord | ProcedureRecord | ServiceRecord | CalendarRecord | UnitTotalsRecord | UnitFlagsRecord,
    Field(discriminator="kind"),
]

REFERENCE_MODELS: dict[str, type[Document]] = {
    "unit": UnitRecord,
    "procedure": ProcedureRecord,
    "service": ServiceRecord,
    "calendar": CalendarRecord,
    "totals": UnitTotalsRecord,
    "flags": UnitFlagsRecord,
}


def parse_reference(raw: bytes) -> ReferenceRecord:
    """The reference record in a JSON document.

    Raises:
        BadEvent: as `schemas.events.parse_event`, `unknown_type` for an unknown `kind`.
    """
    document = read_object(raw)
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in REFERENCE_MODELS:
        raise BadEvent("unknown_type", "no such kind of reference record", "kind")
    record: ReferenceRecord = validate(REFERENCE_MODELS[kind], raw, document)
    return record


def reference_key(record: ReferenceRecord) -> bytes:
    """Key of the record on the reference topic: `kind:code`."""
    return f"{record.kind}:{record.code}".encode()


def encode_reference(record: ReferenceRecord) -> bytes:
    """The record as it is put on the reference topic: JSON, defaults left out except version and kind."""
    data = record.model_dump(mode="json", exclude_defaults=True)
    document = {"v": 1, "kind": record.kind, **data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
