"""Ids of events that intake makes: the same record gives the same id, whoever reads it and whenever."""

from typing import TypeVar

from schemas.events import content_hash
from schemas.events.envelope import Envelope

E = TypeVar("E", bound=Envelope)


def with_content_id(event: E) -> E:
    """The event with its content's fingerprint as its id."""
    return event.model_copy(update={"event_id": content_hash(event, 16).hex()})  # type: ignore[arg-type]
