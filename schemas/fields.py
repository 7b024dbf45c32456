"""Field types shared by all documents, and the strict base class they are used in.

Each type means the same to pydantic (the definition) and to msgspec (the fast twin made by `schemas.fast`):
times and dates of JSON text are read by msgspec's grammar in both, numbers never stand for other types.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

FIRST_YEAR = 1990
LAST_YEAR = 2199

CODE_PATTERN = "[0-9A-Za-z][0-9A-Za-z._/-]{0,63}"
"""In Python `$` would let a newline pass and `\\Z` does not; JSON Schema has only `$`, which does not either."""

_CODE = re.compile(CODE_PATTERN).fullmatch
_RFC3339 = Annotated[datetime, msgspec.Meta(tz=True)]


class Document(BaseModel):
    """Base of everything we put on the wire: unknown keys refused, no coercion, immutable."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, regex_engine="python-re")

    def rules(self) -> None:
        """Checks between fields; raises ValueError. The fast twin runs the same function on itself."""

    @model_validator(mode="after")
    def _obey_rules(self) -> "Document":
        self.rules()
        return self


def _read_instant(value: Any, info: ValidationInfo) -> Any:
    if info.mode != "json" or not isinstance(value, str):
        return value
    try:
        return msgspec.convert(value, _RFC3339)
    except msgspec.ValidationError:
        raise PydanticCustomError("instant", "not an RFC 3339 time with a zone") from None


def _plausible(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise PydanticCustomError("instant", "a time without a zone")
    if not plausible(value):
        raise PydanticCustomError("instant_range", "a year that no dossier can have")
    return value


def plausible(value: datetime) -> bool:
    """Whether a time lies in the years a dossier can have (9999 would break every later calculation)."""
    return FIRST_YEAR <= value.year <= LAST_YEAR


def _read_date(value: Any, info: ValidationInfo) -> Any:
    if info.mode != "json" or not isinstance(value, str):
        return value
    try:
        return msgspec.convert(value, date)
    except msgspec.ValidationError:
        raise PydanticCustomError("local_date", "not a date YYYY-MM-DD") from None


def _whole(value: Any) -> Any:
    """Refuse 1.0 and true, which pydantic's Literal takes for 1."""
    if isinstance(value, (bool, float)):
        raise PydanticCustomError("int_type", "not a whole number")
    return value


@lru_cache(maxsize=32768)
def is_code(text: str) -> bool:
    """Whether `text` can stand as a code on our wire; the same codes come again and again."""
    return _CODE(text) is not None


Instant = Annotated[datetime, BeforeValidator(_read_instant), AfterValidator(_plausible)]
"""An aware time with any zone, year 1990-2199; RFC 3339 text in JSON."""

LocalDate = Annotated[date, BeforeValidator(_read_date)]
"""A day in Asia/Ho_Chi_Minh; YYYY-MM-DD in JSON."""

Version = Annotated[Literal[1], BeforeValidator(_whole)]
"""Version of the document's schema."""

Code = Annotated[
    str, Field(pattern=rf"^{CODE_PATTERN}\Z", json_schema_extra={"pattern": f"^{CODE_PATTERN}$"})
]
"""A code of a dossier, unit, procedure, component ... : 1-64 of letters, digits and `._/-`."""

EventId = Annotated[str, Field(min_length=1, max_length=64)]
Source = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=256)]

Sequence = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""Order given by the source among events of equal time."""

Status = Annotated[int, Field(ge=1, le=10)]
"""TrangThaiHoSo, 1 newly registered ... 10 result returned."""

Channel = Annotated[int, Field(ge=1, le=3)]
"""KenhThucHien: 1 counter, 2 online, 3 post."""

ApplicantKind = Annotated[int, Field(ge=1, le=4)]
"""LoaiDoiTuong: 1 citizen, 2 enterprise, 3 state agency, 4 other."""

OnlinePayment = Annotated[int, Field(ge=0, le=9)]
"""DuocThanhToanTrucTuyen: 1 national portal, 2 ministry or province gateway, anything else not online."""

ReturnForm = Annotated[int, Field(ge=0, le=1)]
"""HinhThuc of handing the result over, as the source has it."""

Amount = Annotated[int, Field(ge=0, le=10**15)]
"""Whole Vietnamese đồng."""

Count = Annotated[int, Field(ge=0, le=10**9)]

CollectedAtStep = Annotated[Literal[1, 2, 4], BeforeValidator(_whole)]
"""HinhThucThu: 1 at reception, 2 at a supplement, 4 at return."""

Level = Literal["province", "department", "district", "commune"]
"""Level of a unit: tỉnh, sở, huyện, xã. Districts end on 2025-06-30."""

MAX_ITEMS = 200
Codes = Annotated[tuple[Code, ...], Field(max_length=MAX_ITEMS)]
