"""Reading national fields as real connectors send them.

Numbers come as strings, empty strings stand for null, truth is 1, "1", true or "True", times are
`yyyyMMddHHmmss` in local time without a zone.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from schemas.fields import MAX_ITEMS, is_code, plausible
from streams.intake.faults import FieldFault, Hazards
from streams.intake.redact import harmless
from streams.intake.technical_ids import looks_personal

MAX_AMOUNT = 10**15
VIETNAM = timezone(timedelta(hours=7), "+07")

_TIME = re.compile(r"[0-9]{14}\Z")
_NO_TIME = frozenset({"00010101000000", "00000000000000", "0"})
_WHOLE = re.compile(r"-?[0-9]{1,18}(\.0{1,2})?\Z")
_TRUTH = {"1": True, "true": True, "0": False, "false": False}


class Fields:
    """The fields of one object of a national record; `path` leads to it (`TaiLieuNop.2.`), for refusals."""

    def __init__(self, values: Mapping[str, Any], hazards: Hazards, path: str = "") -> None:
        self._values = values
        self._hazards = hazards
        self._path = path

    def at(self, name: str) -> str:
        """Path of a field."""
        return self._path + name

    def note_unknown(self, known: frozenset[str]) -> None:
        """Report the keys that the API does not have."""
        for key in self._values:
            if key not in known:
                self._hazards.note("unknown_field", self.at(harmless(key)))

    def text(self, name: str) -> str | None:
        """The field as text, trimmed; None if it is null or empty."""
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise FieldFault("wrong_type", self.at(name))
        return unicodedata.normalize("NFC", str(value)).strip() or None

    def code(self, name: str) -> str | None:
        """The field as a code that may be carried."""
        text = self.text(name)
        if text is not None and (not is_code(text) or (text.isdigit() and looks_personal(text))):
            raise FieldFault("bad_code", self.at(name))
        return text

    def label(self, name: str) -> str | None:
        """The field if it is a code that may be carried; left out and reported if it is anything else."""
        text = self.text(name)
        if text is None or (is_code(text) and not looks_personal(text)):
            return text
        self._hazards.note("unknown_code", self.at(name))
        return None

    def time(self, name: str) -> datetime | None:
        """The field as an aware time."""
        text = self.text(name)
        if text in _NO_TIME:
            self._hazards.note("empty_time", self.at(name))
            return None
        if text is None:
            return None
        try:
            moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
        except ValueError:
            moment = None
        if moment is None or not _TIME.match(text) or not plausible(moment):
            raise FieldFault("bad_time", self.at(name))
        return moment

    def number(self, name: str, low: int, high: int) -> int | None:
        """The field as a whole number within limits; raises `unknown_code` outside them."""
        text = self.text(name)
        if text is None:
            return None
        number = int(text.split(".")[0]) if _WHOLE.match(text) else low - 1
        if not low <= number <= high:
            raise FieldFault("unknown_code", self.at(name))
        return number

    def number_or_none(self, name: str, low: int, high: int) -> int | None:
        """As `number`, but a code without a meaning is left out and reported."""
        try:
            return self.number(name, low, high)
        except FieldFault as fault:
            if fault.reason == "wrong_type":
                raise
            self._hazards.note("unknown_code", fault.field)
            return None

    def amount(self, name: str) -> int | None:
        """The field as whole đồng. A point before three digits is refused: it may separate thousands."""
        try:
            return self.number(name, 0, MAX_AMOUNT)
        except FieldFault as fault:
            reason = "bad_amount" if fault.reason == "unknown_code" else fault.reason
            raise FieldFault(reason, fault.field) from None

    def flag(self, name: str) -> bool | None:
        """The field as truth; what is neither true nor false is left out and reported."""
        value = self._values.get(name)
        text = str(value).lower() if isinstance(value, bool) else self.text(name)
        if text is None:
            return None
        if text.lower() not in _TRUTH:
            self._hazards.note("unknown_code", self.at(name))
            return None
        return _TRUTH[text.lower()]

    def objects(self, name: str) -> list["Fields"] | None:
        """The field as a list of objects; None if it is null. A single object counts as a list of one."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        items = [value] if isinstance(value, dict) else value
        if not isinstance(items, list):
            raise FieldFault("wrong_type", self.at(name))
        if len(items) > MAX_ITEMS:
            raise FieldFault("too_many", self.at(name))
        return [self._object(f"{name}.{place}", item) for place, item in enumerate(items)]

    def _object(self, name: str, item: Any) -> "Fields":
        if not isinstance(item, dict):
            raise FieldFault("wrong_type", self.at(name))
        return Fields(item, self._hazards, f"{self.at(name)}.")

    def present(self, *names: str) -> Iterator[tuple[str, str]]:
        """Name and text of those of the fields that are there, in order; 0 is what some send for no id."""
        for name in names:
            text = self.text(name)
            if text is not None and text != "0":
                yield name, text
