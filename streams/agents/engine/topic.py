"""A topic whose messages pass through undecoded: a batch reaches the agent as the list of raw records it is."""

from typing import Any

from faust import Topic
from faust.events import Event
from faust.types import EventT, Message


class BatchTopic(Topic):
    """Wraps a message in an event and touches nothing, so a bad record meets our own dead-letter path."""

    async def decode(self, message: Message, *, propagate: bool = False) -> EventT[Any]:
        """Return the message as an event; decoding is the agent's business and cannot fail here."""
        del propagate
        return Event(self.app, None, message.value, message.headers, message)

    async def put(self, event: EventT[Any]) -> None:
        """Put an event that found the queue full, unless a rebalance came while it waited."""
        await self.app.flow_control.acquire()
        if event.message.generation_id == self.app.consumer_generation_id:
            await super().put(event)
