"""Refused records on their way to the dead letters, redacted, with their reason and position."""

from aiokafka.structs import ConsumerRecord

from streams.agents import metrics
from streams.agents.context import Context
from streams.agents.engine.producer import Outbox
from streams.agents.reading import Refusal
from streams.intake.dead_letters import dead_letter


async def bury(context: Context, outbox: Outbox, record: ConsumerRecord, refusal: Refusal) -> None:
    """Hand the dead letter of a record to an outbox."""
    key, value, headers = dead_letter(
        refusal.reason,
        record.value,
        record.topic,
        record.partition,
        record.offset,
        context.clock(),
        field=refusal.field,
    )
    await outbox.send(context.topics.dead_letters, None, key, value, headers)
    metrics.DEAD_LETTERS.labels(refusal.reason).inc()
