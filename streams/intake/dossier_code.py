"""Whether a dossier code is what a province's or ministry's system makes, or what a connector invented."""

import re

from schemas.fields import is_code
from streams.intake.context import Call
from streams.intake.faults import FieldFault, HazardKind
from streams.intake.lenient import Fields

_CODE = re.compile(r"(?P<unit>[0-9A-Z][0-9A-Za-z.]*)-(?P<day>[0-9]{6})-(?P<sequence>[0-9]{4}|[0-9]{6,7})\Z")
_PROVINCE = re.compile(r"[A-Z][0-9]{2}\Z")


def read_dossier_code(fields: Fields, call: Call) -> str:
    """MaHoSo as it may be carried.

    A code that no system makes, or that belongs to another province than the caller, is odd: kept and reported, or
    refused for a source that is known to invent codes.
    """
    name = fields.at("MaHoSo")
    text = fields.text("MaHoSo")
    if text is None:
        raise FieldFault("missing", name)
    if not is_code(text):
        raise FieldFault("bad_code", name)
    match = _CODE.match(text)
    if match is None:
        _odd("odd_dossier_code", name, call)
    elif _province(match["unit"]) != _province(call.unit_code):
        _odd("foreign_dossier_code", name, call)
    return call.carry(text, name)


def _odd(kind: HazardKind, name: str, call: Call) -> None:
    if call.profile.odd_codes == "refuse":
        raise FieldFault("odd_code", name)
    call.intake.hazards.note(kind, name)


def _province(unit: str) -> str:
    """The root of a unit code: `H15` of `H15.50.05` and of the older `000.00.05.H15`; else its first part."""
    parts = unit.split(".")
    return next((part for part in parts if _PROVINCE.match(part)), parts[0])
