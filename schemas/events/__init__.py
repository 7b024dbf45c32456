"""Every event as one discriminated union on `type`, and how to read, key and fingerprint one."""

from schemas.events.parsing import EVENT_MODELS, parse_event
from schemas.events.union import Event
from schemas.events.wire import content_hash, partition_key

__all__ = ["EVENT_MODELS", "Event", "content_hash", "parse_event", "partition_key"]
