"""What the broker must have before a worker joins its group; Faust alone would join, be given nothing, and wait."""

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.errors import UserError


async def require_topics(bootstrap: str, wanted: Mapping[str, int]) -> None:
    """Raise UserError unless Kafka answers and every topic exists with its number of partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        await admin.start()
        found = await admin.describe_topics()
    except KafkaError as problem:
        raise UserError(f"NHIP766_KAFKA: no Kafka at {bootstrap} ({type(problem).__name__})") from None
    finally:
        await admin.close()
    counts = {topic["topic"]: len(topic["partitions"]) for topic in found}
    wrong = [
        f"{name} {_found(counts.get(name))}, it needs {number}"
        for name, number in sorted(wanted.items())
        if counts.get(name) != number
    ]
    if wrong:
        raise UserError(f"{'; '.join(wrong)}; run `nhip766 topics create` or `nhip766 topics check`")


def _found(number: int | None) -> str:
    return "does not exist" if number is None else f"has {number} partitions"
