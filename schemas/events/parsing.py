"""Reading one event by the pydantic models: the definition that the fast decoder is held against."""

import re
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json

from schemas.errors import MAX_DOCUMENT_BYTES, BadEvent
from schemas.events.union import Event
from schemas.fields import Document

EVENT_MODELS: dict[str, type[Document]] = {
    model.model_fields["type"].default: model for model in get_args(get_args(Event)[0])
}
"""Model of every event type, by its name on the wire."""

_HARMLESS_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}\Z")


def parse_event(raw: bytes) -> Event:
    """The event in a JSON document.

    Raises:
        BadEvent: the document is not one of our events; reason, field, never a value.
    """
    document = read_object(raw)
    kind = document.get("type")
    if not isinstance(kind, str) or kind not in EVENT_MODELS:
        raise BadEvent("unknown_type", "no such event type", "type")
    event: Event = validate(EVENT_MODELS[kind], raw, document)
    return event


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`, not yet validated; raises BadEvent if there is none."""
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise BadEvent("oversize", f"longer than {MAX_DOCUMENT_BYTES} bytes")
    try:
        document = from_json(raw, allow_inf_nan=False)
    except ValueError:
        raise BadEvent("not_json", "not a JSON document") from None
    if not isinstance(document, dict):
        raise BadEvent("not_an_object", "JSON, but not an object")
    return document


def validate(model: type[BaseModel], raw: bytes, document: dict[str, Any]) -> Any:
    """`raw` as `model`; `document` is `raw` parsed, to tell an unknown version from other faults."""
    if "v" in document and document["v"] != 1:
        raise BadEvent("unknown_version", "a version of the schema that is not known here", "v")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
        path = field_path(fault, document)
        raise BadEvent("invalid", f"{path or 'document'}: {fault['type']}", path) from None


def field_path(fault: ErrorDetails, document: Any) -> str | None:
    """Dotted path of the faulty field; a key that could be somebody's name or number is shown as `?`."""
    parts: list[str] = []
    for part in fault["loc"]:
        if isinstance(document, dict) and (part in document or fault["type"] == "missing"):
            document = document.get(part)
        elif isinstance(document, list) and isinstance(part, int):
            document = document[part]
        else:
            break  # the rest names a branch of the model, not a place in the document
        parts.append(str(part))
    if fault["type"] == "extra_forbidden" and not _HARMLESS_KEY.match(parts[-1]):
        parts[-1] = "?"
    return ".".join(parts) or None
