"""Call bodies of the national sync API become events. Pure: no file, no broker, no clock."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from schemas.events import Event
from streams.intake.context import Call, Intake
from streams.intake.faults import FieldFault
from streams.intake.lenient import Fields
from streams.intake.national_dossier import dossier_events
from streams.intake.national_progress import progress_events

BODY_KEYS = frozenset({"session", "madonvi", "service", "isUpdating", "data", "error_code"})
ACCEPTED = frozenset({"0", "00"})

Adapter = Callable[[dict[str, Any], Call], Iterator[Event]]

ADAPTERS: dict[str, Adapter] = {
    "DongBoHoSoMC": dossier_events,
    "CapNhatTienDoHoSoMC": progress_events,
}


class RecordRefusal(NamedTuple):
    """A record, or with `record` None a whole call, that cannot become events. `record` counts from 1."""

    reason: str
    field: str
    record: int | None


class RecordEvents(NamedTuple):
    """The events of one record of a call."""

    events: tuple[Event, ...]
    record: int


def adapt_call(body: dict[str, Any], intake: Intake) -> Iterator[RecordEvents | RecordRefusal]:
    """What each record of a call body becomes; one bad record never stops the others."""
    try:
        adapter, call, records = _open(body, intake)
    except FieldFault as fault:
        yield RecordRefusal(fault.reason, fault.field, None)
        return
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            yield RecordRefusal("wrong_type", f"data.{number - 1}", number)
            continue
        try:
            yield RecordEvents(tuple(adapter(record, call)), number)
        except FieldFault as fault:
            yield RecordRefusal(fault.reason, fault.field, number)


def _open(body: dict[str, Any], intake: Intake) -> tuple[Adapter, Call, list[Any]]:
    """Read what stands around the records."""
    fields = Fields(body, intake.hazards)
    fields.note_unknown(BODY_KEYS)
    adapter = ADAPTERS.get(fields.text("service") or "")
    if adapter is None:
        raise FieldFault("unsupported_service", "service")
    call = _call(fields, intake)
    data = body.get("data")
    records = [data] if isinstance(data, dict) else data
    if not isinstance(records, list):
        raise FieldFault("wrong_type" if records else "no_data", "data")
    if not records:
        raise FieldFault("no_data", "data")
    return adapter, call, records


def _call(fields: Fields, intake: Intake) -> Call:
    try:
        unit = fields.code("madonvi")
    except FieldFault:
        unit = None
    if unit is None:
        raise FieldFault("bad_unit", "madonvi")
    source = intake.source or unit
    profile = intake.sources.profile(source)
    error_code = fields.label("error_code")
    assumed = True if profile.sync == "assumed" else None
    return Call(
        intake=intake,
        unit_code=unit,
        source=source,
        profile=profile,
        is_update=fields.flag("isUpdating") or False,
        accepted=assumed if error_code is None else error_code in ACCEPTED,
        error_code=error_code,
    )
