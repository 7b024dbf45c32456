"""What is sent is acknowledged, or the sender hears of it."""

import asyncio
import gc
from contextlib import suppress
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.agents.engine.producer import BATCH_BYTES, Outbox, RecordProducer
from tests.agents.engine_probe import Ground


async def _producer(ground: Ground, patience: float = 10.0) -> RecordProducer:
    await ground.create()
    producer = RecordProducer(ground.bootstrap, patience=patience)
    await producer.start()
    return producer


def test_an_outbox_settles_when_everything_in_it_is_on_the_broker(broker):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        producer = await _producer(ground)
        outbox = producer.outbox()
        for number in range(500):
            await outbox.send(ground.topic, 0, b"k", b"%d" % number, [("reason", b"none")])
        await outbox.send_states(ground.changelog, 0, {f"d:{n}": b"x" * 100 for n in range(500)})
        await outbox.settle()
        assert await ground.length(ground.topic) == 500
        assert await ground.length(ground.changelog) == 500
        await producer.stop()

    asyncio.run(scenario())


def test_states_larger_than_a_record_batch_together_go_out_as_several_in_order(broker):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        producer = await _producer(ground)
        states = {f"d:{number}": bytes([number]) * (BATCH_BYTES // 5) for number in range(12)}
        outbox = producer.outbox()
        await outbox.send_states(ground.changelog, 0, states)
        await outbox.settle()
        await producer.stop()
        reader = AIOKafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest")
        await reader.start()
        reader.assign([TopicPartition(ground.changelog, 0)])
        back = [await reader.getone() for _ in range(12)]
        await reader.stop()
        assert [(record.key.decode(), record.value) for record in back] == list(states.items())

    asyncio.run(scenario())


def test_a_state_that_fits_into_no_record_batch_is_refused(broker):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        producer = await _producer(ground)
        states = {"d:1": b"small", "d:2": b"x" * (BATCH_BYTES + 1)}
        with pytest.raises(ValueError, match="does not fit into a record batch"):
            await producer.outbox().send_states(ground.changelog, 0, states)
        await producer.stop()

    asyncio.run(scenario())


def test_an_outbox_raises_when_the_broker_refuses_a_record(broker):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        producer = await _producer(ground)
        outbox = producer.outbox()
        await outbox.send(ground.changelog, 0, None, b"a compacted topic takes no record without a key")
        with pytest.raises(KafkaError):
            await outbox.settle()
        await producer.stop()

    asyncio.run(scenario())


def test_an_answer_that_comes_when_nobody_waits_for_it_any_more_is_no_error(logged_errors):
    gc.collect()
    logged_errors.clear()  # what tests before this one have left behind is not its matter

    async def scenario() -> None:
        heard: list[dict[str, Any]] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, said: heard.append(said))
        answers = [loop.create_future() for _ in range(2)]
        outbox = Outbox(None, 10.0)
        outbox._sent = list(answers)
        waiting = asyncio.create_task(outbox.settle())
        await asyncio.sleep(0)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        while answers:
            answer = answers.pop()
            if not answer.done():
                answer.set_exception(KafkaError())
        del answer, waiting
        await asyncio.sleep(0)
        gc.collect()
        assert heard == []

    asyncio.run(scenario())
