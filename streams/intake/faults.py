"""Why a record of the national API is refused, and what is odd about those that are not."""

from collections import Counter
from typing import Literal

RefusalReason = Literal[
    "bad_amount",  # an amount that is not whole đồng
    "bad_code",  # a code with characters no code has
    "bad_time",  # not yyyyMMddHHmmss, or no such moment
    "bad_unit",  # madonvi missing or not a code
    "due_before_received",  # NgayHenTra before NgayTiepNhan
    "from_the_future",  # a business time after the record reached us
    "no_hash_key",  # an identifier must be hashed, and NHIP766_HASH_KEY is not set
    "missing",  # MaHoSo is not there
    "no_business_time",  # nothing says when anything happened
    "no_data",  # a call without records
    "odd_code",  # an invented dossier code, from a source that is known for it
    "too_many",  # a list longer than any dossier has
    "unknown_code",  # a status or channel that does not exist
    "unsupported_service",  # a call that carries no dossier
    "wrong_type",  # a list or object where a value belongs, or the other way round
]

HazardKind = Literal[
    "distrusted_status",  # a status left out, because this source sends it for others
    "empty_time",  # a date that stands for none (00010101...)
    "final_status_without_date",  # 9 or 10 without its date: it ends nothing
    "foreign_dossier_code",  # the code's unit is not of the calling unit's province
    "hashed_id",  # an identifier that could be personal, replaced by its keyed hash
    "odd_dossier_code",  # not {unit}-{yymmdd}-{sequence}
    "repeated_record",  # the same record again
    "stage_due_before_start",  # a stage deadline before the stage began, left out
    "supplement_completed_before_request",  # kept; the state shows it as a contradiction
    "supplement_without_request",  # a round without NgayBoSung, left out
    "unit_name_unresolved",  # DonViXuLy is a name that no unit has; the calling unit is taken
    "unknown_code",  # a code without a meaning here, left out
    "unknown_field",  # a key that the API does not have, ignored
]


class FieldFault(Exception):  # noqa: N818 - the domain's name for it
    """A record is refused; `field` is the national field's path, never its value."""

    def __init__(self, reason: RefusalReason, field: str) -> None:
        super().__init__(f"{reason}: {field}")
        self.reason = reason
        self.field = field


class Hazards:
    """Counts what is odd, by kind and national field."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[HazardKind, str]] = Counter()

    def note(self, kind: HazardKind, field: str) -> None:
        """Count one more; positions in lists do not matter here."""
        generic = ".".join("[]" if part.isdigit() else part for part in field.split("."))
        self.counts[kind, generic] += 1
