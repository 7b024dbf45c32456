"""DonViXuLy: the handling unit, sent as a code by some sources and as a name by others."""

import re

from schemas.fields import is_code
from streams.intake.context import Call
from streams.intake.lenient import Fields
from streams.intake.technical_ids import looks_personal

_HAS_DIGIT = re.compile(r"[0-9]")


def read_handling_unit(fields: Fields, call: Call) -> str | None:
    """The handling unit's code; the calling unit for a name that no unit has; None if nothing is said."""
    text = fields.text("DonViXuLy")
    if text is None:
        return None
    if is_code(text) and _HAS_DIGIT.search(text) and not looks_personal(text):
        return text
    found = None if call.intake.units is None else call.intake.units.resolve(text, call.unit_code)
    if found is None:
        call.intake.hazards.note("unit_name_unresolved", fields.at("DonViXuLy"))
        return call.unit_code
    return found
