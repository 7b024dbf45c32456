"""Few and many dossiers held open: throughput, memory of each, and how fast a changelog is read back."""

import asyncio
import time
from collections.abc import Iterator
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.figures import Figure, Section
from bench.filling import fill
from bench.installation import Installation, Worker, installation
from bench.load import Record, later_events, open_dossiers
from bench.stage import Stage

FETCH_BYTES = 4 * 1024 * 1024
REST_SECONDS = 10.0
"""The worker is left alone so long before its memory is looked at: nothing is under way then."""
MEMORY_LIMIT = 1.2 * 1024

NOTES = """\
* Both get the same further events of the same number of dossiers: the figures tell what it costs to *hold* more. On
  any of the many fewer events of a batch are of one dossier, so more states are encoded, logged and written,
  whatever is held.
* Memory is the worker's resident set at rest, above that right after its start. *One more* is how much it grows
  from few to many, per dossier more; *all* is all of it with many, per dossier: buffers too, tallies of every unit
  and day, and pages that the allocator keeps. Two of three of these dossiers are late or due soon: they hold an
  alert and its deadline as well.
* Recovery is from the moment at which the worker begins to read its changelog until every partition is recovered,
  as it logs them. The plain consumer reads the same records before and after it; the better time counts. What is
  derived from the states (tallies, deadlines, alerts) is made afterwards, in slices: the last line."""


class Held(NamedTuple):
    """What was seen with a number of dossiers open."""

    dossiers: int
    rate: float
    """Events per second of further events on `few` dossiers, sent at once, until committed."""
    rate_anywhere: float
    """The same on any of them."""
    bytes: int
    """Growth of the resident set since the start."""
    bytes_again: int
    """The same after a restart."""
    recovered: float
    """Records of the changelog per second of a recovery."""
    alone: float
    """Records of the changelog per second that a plain consumer reads."""
    working: float
    """Seconds from a recovered changelog until events of all partitions are done."""


def measure(stage: Stage) -> Iterator[Section]:
    """Give the section."""
    few, many = (_hold(stage, count) for count in (stage.plan.few_open, stage.plan.many_open))
    more = many.dossiers - few.dossiers
    yield Section(
        "Many open dossiers",
        f"{few.dossiers:,} and {many.dossiers:,} open dossiers; then {stage.plan.later:,} events on "
        f"{few.dossiers:,} of them, picked at random.",
        (
            Figure(f"throughput with {few.dossiers:,}", few.rate, "events/s"),
            Figure(f"throughput with {many.dossiers:,}", many.rate, "events/s"),
            Figure(f"throughput on any of {many.dossiers:,}", many.rate_anywhere, "events/s"),
            Figure("many / few", many.rate / few.rate, "times", 0.8),
            Figure(
                "memory of one more open dossier",
                (many.bytes - few.bytes) / more,
                "bytes",
                MEMORY_LIMIT,
                least=False,
            ),
            Figure("all memory / open dossiers", many.bytes / many.dossiers, "bytes"),
            Figure(
                "one more, after a restart",
                (many.bytes_again - few.bytes_again) / more,
                "bytes",
                MEMORY_LIMIT,
                least=False,
            ),
            Figure("changelog read back by a restart", many.recovered, "records/s"),
            Figure("changelog read by a plain aiokafka consumer", many.alone, "records/s"),
            Figure("recovery / plain consumer", many.recovered / many.alone, "times", 0.25),
            Figure("from there to the first events done in all partitions", many.working, "s"),
        ),
        NOTES,
    )


def _hold(stage: Stage, count: int) -> Held:
    with installation(
        stage.servers, f"open_{count}", partitions=str(stage.plan.partitions), archive="false"
    ) as place:
        _fill(place, open_dossiers(count, until=stage.until))
        with place.worker() as worker:
            before = worker.use().rss
            place.await_committed(place.ends())
            held = _at_rest(place, worker) - before
            stage.say(f"open: {count:,} dossiers are in, {held / count:,.0f} bytes each")
            rate = _rate(stage, place, count, min(count, stage.plan.few_open))
            anywhere = rate if count <= stage.plan.few_open else _rate(stage, place, count, count)
        stage.say(f"open: {count:,} dossiers: {rate:,.0f} events/s, {anywhere:,.0f} on any")
        alone = asyncio.run(_read(place))
        with place.worker() as worker:
            told = place.said("recovered")
            begun = time.monotonic()
            _fill(place, later_events(10 * stage.plan.partitions, dossiers=count, until=stage.until))
            place.await_committed(place.ends())
            working = time.monotonic() - begun
            again = _at_rest(place, worker) - before
        alone = max(alone, asyncio.run(_read(place)))
        recovered = int(told["records"]) / float(told["seconds"])
        stage.say(f"open: {count:,} dossiers: {recovered:,.0f} of {alone:,.0f} records/s read back")
        return Held(count, rate, anywhere, held, again, recovered, alone, working)


def _fill(place: Installation, records: Iterator[Record]) -> None:
    fill(place.settings.kafka, place.topic, place.settings.partitions, records)


def _at_rest(place: Installation, worker: Worker) -> int:
    """Return the resident set once everything is written and the worker has nothing to do."""
    place.await_rows(place.ends())
    place.await_alerts()
    time.sleep(REST_SECONDS)  # what another process has under way is not told to us
    return worker.use().rss


def _rate(stage: Stage, place: Installation, count: int, among: int) -> float:
    later = list(later_events(stage.plan.later, dossiers=count, among=among, until=stage.until))
    begun = time.monotonic()
    _fill(place, iter(later))
    place.await_committed(place.ends())
    rate = len(later) / (time.monotonic() - begun)
    place.await_rows(place.ends())
    place.await_alerts()
    return rate


async def _read(place: Installation) -> float:
    """Return the records per second that a plain consumer reads of the changelog, from its beginning."""
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
        begun, count = time.perf_counter(), 0
        while any([await consumer.position(each) < ends[each] for each in places]):
            read = await consumer.getmany(timeout_ms=200, max_records=10_000)
            count += sum(map(len, read.values()))
        return count / (time.perf_counter() - begun)
    finally:
        await consumer.stop()
