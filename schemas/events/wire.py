"""Where an event goes and what identifies its content; for the pydantic models and their fast twins alike."""

from collections.abc import Callable
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import msgspec
from pydantic import BaseModel

from schemas.events.parsing import EVENT_MODELS
from schemas.events.union import Event

_NOT_CONTENT = frozenset({"event_id", "recorded_at"})


def partition_key(event: Event) -> bytes:
    """Key of the event in `dossier-events`: its dossier, else its petition, else the catalogue entity.

    Raises:
        ValueError: for a tick of the clock, which goes to every partition.
    """
    if event.type == "clock.tick":
        raise ValueError("a tick goes to every partition, not to one key")
    for name in ("dossier_code", "earlier_petition_code", "petition_code", "procedure_code", "service_code"):
        code = getattr(event, name, None)
        if code is not None:
            return str(code).encode()
    return event.unit_code.encode()


def content_hash(event: Event, size: int = 8) -> bytes:
    """`size` bytes of BLAKE2b over all the event says: everything but `event_id` and `recorded_at`."""
    return blake2b(_encoder.encode(_CONTENT[event.type](event)), digest_size=size).digest()


def _plain(value: Any) -> Any:
    """A nested model as msgspec writes its twin: fields in order, those at their default left out."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        return {name: given for name, info in fields if (given := getattr(value, name)) != info.default}
    raise TypeError(type(value).__name__)


def _content_of(model: type[BaseModel]) -> Callable[[Any], Any]:
    return attrgetter(*sorted(set(model.model_fields) - _NOT_CONTENT))


_encoder = msgspec.json.Encoder(enc_hook=_plain)
_CONTENT = {name: _content_of(model) for name, model in EVENT_MODELS.items()}
