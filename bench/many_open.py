"""Few and many dossiers held open: throughput, memory of each, and how fast a changelog is read back."""

import asyncio
import time
from collections.abc import Iterator
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.figures import Figure, Section
from bench.filling import fill
from bench.installation import Installation, installation
from bench.load import later_events, open_dossiers
from bench.stage import Stage

FETCH_BYTES = 4 * 1024 * 1024
TELLING_SECONDS = 2.0


class Held(NamedTuple):
    """What was seen with a number of dossiers open."""

    dossiers: int
    rate: float
    """Events per second of further events on random dossiers, sent at once, until committed."""
    bytes_each: float
    states: int
    """Records of the changelog."""
    starting: float
    """Seconds of a restart: the process, the recovery."""
    read_alone: float
    """Seconds in which a plain consumer reads the changelog."""


def measure(stage: Stage) -> Iterator[Section]:
    """Give the section."""
    few, many = (_hold(stage, count) for count in (stage.plan.few_open, stage.plan.many_open))
    alone, longer = many.states / many.read_alone, many.starting - few.starting
    recovered = (many.states - few.states) / longer if longer >= TELLING_SECONDS else None
    yield Section(
        "Many open dossiers",
        f"{few.dossiers:,} and {many.dossiers:,} open dossiers; then {stage.plan.later:,} events on random ones.",
        (
            Figure(f"throughput with {few.dossiers:,}", few.rate, "events/s"),
            Figure(f"throughput with {many.dossiers:,}", many.rate, "events/s"),
            Figure("many / few", many.rate / few.rate, "times", 0.8),
            Figure("memory of an open dossier", many.bytes_each, "bytes", 1.2 * 1024, least=False),
            Figure("changelog read by a plain aiokafka consumer", alone, "records/s"),
            *_recovery(recovered, alone),
        ),
        "* Memory is the growth of the worker's resident set from its start until all are in, everything included: "
        "states, tallies, deadlines, buffers.\n"
        "* Recovery is the time by which a restart with many takes longer than one with few: the changelog is read, "
        "the states are kept. Deadlines and tallies are derived afterwards, when the first events flow.",
    )


def _recovery(recovered: float | None, alone: float) -> list[Figure]:
    """Return the figures of a recovery; too few dossiers make no difference that tells anything."""
    if recovered is None:
        return [
            Figure(
                "recovery", 0, "", note=f"not told: it took less than {TELLING_SECONDS:g} s longer with many"
            )
        ]
    return [
        Figure("changelog read back by a restart", recovered, "records/s"),
        Figure("recovery / plain consumer", recovered / alone, "times", 0.25),
    ]


def _hold(stage: Stage, count: int) -> Held:
    plan = stage.plan
    later = list(later_events(plan.later, dossiers=count, until=stage.until))
    with installation(
        stage.servers, f"open_{count}", partitions=str(plan.partitions), archive="false"
    ) as place:
        address = place.settings.kafka, place.topic, plan.partitions
        fill(*address, open_dossiers(count, until=stage.until))
        with place.worker() as worker:
            before = worker.use()
            place.await_committed(place.ends())
            place.await_rows(place.ends())
            grown = worker.use().since(before).rss
            stage.say(f"open: {count:,} dossiers are in, {grown / count:,.0f} bytes each")
            begun = time.monotonic()
            fill(*address, later)
            place.await_committed(place.ends())
            rate = plan.later / (time.monotonic() - begun)
        states = sum(place.ends(place.changelog).values())
        read_alone = asyncio.run(_read(place))
        with place.worker() as worker:
            starting = worker.starting
        stage.say(f"open: {count:,} dossiers: {rate:,.0f} events/s, restart {starting:.1f} s")
        return Held(count, rate, grown / count, states, starting, read_alone)


async def _read(place: Installation) -> float:
    """Return the seconds in which a plain consumer reads the changelog from its beginning."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=place.settings.kafka,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    await consumer.start()
    try:
        places = [TopicPartition(place.changelog, number) for number in range(place.settings.partitions)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        begun = time.perf_counter()
        while any([await consumer.position(each) < ends[each] for each in places]):
            await consumer.getmany(timeout_ms=200, max_records=10_000)
        return time.perf_counter() - begun
    finally:
        await consumer.stop()
