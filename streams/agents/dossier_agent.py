"""The dossier agent: batches of events in; states to the table and its changelog, partials and rows out.

A batch is done when everything it caused is acknowledged: changelog, partials, dead letters. Only then does its
position count for the commit, so a crash at any moment repeats work and loses none.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

from aiokafka.structs import ConsumerRecord

from schemas.events import Event
from schemas.partial import FinalPartial, Partial, Record, encode_partial, partial_key
from streams.agents import metrics
from streams.agents.alert_desk import NOTHING, AlertDesk
from streams.agents.breaker import Breaker, BreakerLimits, TooManyBadError
from streams.agents.burial import bury
from streams.agents.closing_wait import ClosingWaits
from streams.agents.context import Context
from streams.agents.engine.copies import owned_key
from streams.agents.engine.producer import Outbox, partition_of
from streams.agents.partition_mark import MARK_KEY, PartitionMark, decode_mark, encode_mark, next_incarnation
from streams.agents.reading import Refusal, as_tick, read_record
from streams.agents.slices import GivenUpError, advance, evaluate_pending
from streams.core.alert_book import AlertBook, Telling
from streams.core.alert_told import is_state_key
from streams.core.dossier_partition import DossierPartition
from streams.core.periods import moment
from streams.core.settlement import SETTLED, Closing
from streams.sinks.archive_buffer import Run, run_of

MAY_BECOME_KNOWN: Final = frozenset({"unknown_unit", "unknown_procedure"})
"""Reasons that newer reference data may take away."""

LOOKED_AT: Final = 1000
"""Most dossiers looked at in one pulse to see whether they are settled."""


def _run(records: Sequence[ConsumerRecord], events: Sequence[Event | Refusal]) -> Run:
    """Return what of a batch is archived: what is well-formed, without ticks."""
    rows = [
        (record.offset, record.timestamp, record.value)
        for record, event in zip(records, events, strict=True)
        if (event.well_formed if isinstance(event, Refusal) else as_tick(event) is None)
    ]
    return run_of(records[0].offset, records[-1].offset + 1, rows)


def _note_freshness(event: Event | Refusal, now: int) -> None:
    if not isinstance(event, Refusal) and event.type != "clock.tick":
        metrics.FRESHNESS_SECONDS.observe(max(0, now - moment(event.occurred_at)) / 1000)


class DossierAgent:
    """Owns the derived state of the source partitions that are assigned now.

    `catch_up` takes the reference data that are there by now: a unit may have opened a moment before its first event.
    `tenure` tells the generation of the group in which partitions are ours and recovered, 0 while none are. `log_end`
    tells the offset after a partition's last event, None while it is not known. `desk` tells the alerts, if any.
    """

    def __init__(
        self,
        context: Context,
        catch_up: Callable[[], Awaitable[None]],
        tenure: Callable[[], int],
        log_end: Callable[[int], int | None],
        desk: AlertDesk | None = None,
    ) -> None:
        self._context = context
        self._desk = desk
        self._catch_up = catch_up
        self._tenure = tenure
        self._partitions: dict[int, DossierPartition] = {}
        self._reached: dict[int, int] = {}
        self._generation: dict[int, int] = {}
        self._breakers: dict[int, Breaker] = {}
        self._waits = ClosingWaits(log_end)
        settings = context.settings
        self._limits = BreakerLimits(settings.bad_in_a_row, settings.bad_share, settings.bad_window)
        self._opening = asyncio.Lock()
        self._busy: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._has_failed = False
        self._interned: dict[Any, Any] = {}

    # ------------------------------------------------------------- assignment

    async def open(self, number: int) -> DossierPartition:
        """Return a partition, derived from the recovered table if it is new here: a new life, a new mark.

        Raises GivenUpError if the partition is not ours, or no longer ours when all this is acknowledged.
        """
        async with self._opening:
            partition = self._partitions.get(number)
            if partition is None:
                generation = self._tenure()
                if not generation:
                    raise GivenUpError
                partition = self._derive(number, generation)
                outbox = self._context.producer.outbox()
                await self._log(partition, {}, outbox)
                if not self._context.told_the_time:
                    until = self._waits.allowed(partition, self._context.clock())
                    await advance(partition, until, self._tenure)
                if self._may_publish(partition) and await self._publish(partition, outbox):
                    await self._log(partition, {}, outbox)
                acknowledged = await outbox.settle()
                if self._tenure() != generation:
                    raise GivenUpError
                self._context.table.copies(number).logged(acknowledged)
                self._partitions[number] = partition
            return partition

    def _derive(self, number: int, generation: int) -> DossierPartition:
        context = self._context
        part = context.table.part(number)
        mark = decode_mark(part.get(MARK_KEY))
        partition = DossierPartition(
            number,
            stored=part.get,
            reference=context.reference,
            rules=context.rules,
            grace_days=context.settings.grace_days,
            as_of=mark.as_of if context.told_the_time else mark.as_of or context.clock(),
            incarnation=next_incarnation(mark, generation),
            offset=mark.offset,
            ended=mark.ended,
            closing=Closing(mark.horizon, mark.closed_at) if mark.horizon else None,
            interned=self._interned,
            alerts=None if self._desk is None else self._desk.book(part),
        )
        keys = [key for key in part if is_state_key(key)]
        partition.rebuild(keys)
        self._reached[number] = mark.offset
        self._generation[number] = generation
        self._waits.begin(number)
        self._archive(number, Run(mark.offset + 1, mark.offset + 1))
        if mark.offset >= 0:
            context.writer.resend(number, part, keys, mark.offset)
        return partition

    def close_all(self) -> None:
        """Forget everything derived: the partitions are given up, or come again after a rebalance."""
        self._partitions.clear()
        self._reached.clear()
        self._generation.clear()
        self._breakers.clear()
        self._waits.clear()

    def use_reference(self) -> None:
        """Derive everything again from changed reference data."""
        for partition in self._partitions.values():
            partition.use_reference(self._context.reference)

    @property
    def pending(self) -> int:
        """Count the dossiers and petitions that changed since the last publication."""
        return sum(partition.pending for partition in self._partitions.values())

    def books(self) -> dict[int, AlertBook]:
        """Return the alerts of the partitions that are open here, by partition."""
        return {number: open_.alerts for number, open_ in self._partitions.items() if open_.alerts}

    # ------------------------------------------------------------------ batch

    async def take(self, number: int, records: Sequence[ConsumerRecord]) -> None:
        """Do one batch of one partition wholly; raises if anything could not be acknowledged.

        Raises TooManyBadError, with what came before the bad records done, when the breaker trips.
        """
        async with self._busy[number]:
            try:
                await self._take(number, records)
            except (GivenUpError, TooManyBadError):
                raise
            except Exception:
                self._has_failed = True
                raise

    async def _take(self, number: int, records: Sequence[ConsumerRecord]) -> None:
        partition = await self.open(number)
        events = await self._read(records)
        bad = [index for index, event in enumerate(events) if isinstance(event, Refusal)]
        trip = self._breakers.setdefault(number, Breaker(self._limits)).judge(len(events), bad)
        good = len(records) if trip is None else trip.good
        if good:
            await self._do(partition, records[:good], events[:good])
        if trip is not None:
            first, refusal = records[trip.good], events[trip.good]
            reason = refusal.reason if isinstance(refusal, Refusal) else "?"
            raise TooManyBadError(trip, (first.topic, first.partition, first.offset), reason)

    async def _read(self, records: Sequence[ConsumerRecord]) -> list[Event | Refusal]:
        """Read the events; reference data that came meanwhile are looked at before anything is unknown."""
        is_current = False
        events: list[Event | Refusal] = []
        for record in records:
            event = read_record(record, self._context.reference)
            if isinstance(event, Refusal) and event.reason in MAY_BECOME_KNOWN and not is_current:
                is_current = True
                await self._catch_up()
                event = read_record(record, self._context.reference)
            events.append(event)
        return events

    async def _do(
        self,
        partition: DossierPartition,
        records: Sequence[ConsumerRecord],
        events: Sequence[Event | Refusal],
    ) -> None:
        number, outbox = partition.number, self._context.producer.outbox()
        states: dict[str, bytes] = {}
        segment: list[tuple[int, Event]] = []
        for record, event in zip(records, events, strict=True):
            if isinstance(event, Refusal):
                await bury(self._context, outbox, record, event)
            elif (tick := as_tick(event)) is None:
                segment.append((record.offset, event))
            elif self._context.told_the_time:
                self._merge(partition, segment, states)
                await advance(partition, moment(tick.at), self._tenure)
                partition.ended = tick.last
                await self._publish(partition, outbox)
                states |= self._shrunk(partition)
        self._merge(partition, segment, states)
        partition.skip(records[-1].offset)
        await self._bury_late(partition, records, outbox)
        self._still_ours(partition)
        telling = self._to_tell(partition)
        with metrics.CHANGELOG_SECONDS.time():
            await self._log(partition, states | telling.stored, outbox)
            acknowledged = await outbox.settle()
        self._still_ours(partition)
        self._context.table.copies(number).logged(acknowledged)
        await self._send_alerts(partition, telling)
        self._context.writer.put_states(number, states, partition.offset)
        if self._context.archive is not None:  # else the run is not even made
            self._archive(number, _run(records, events))
        self._reached[number] = partition.offset
        metrics.EVENTS.inc(len(records))
        _note_freshness(events[-1], self._context.clock())

    def _merge(
        self, partition: DossierPartition, segment: list[tuple[int, Event]], states: dict[str, bytes]
    ) -> None:
        """Merge what came since the last tick; the local store is written in the same breath."""
        self._still_ours(partition)
        changed = partition.merge(segment)
        self._context.table.copies(partition.number).write(changed)
        states.update(changed)
        segment.clear()

    def _archive(self, number: int, run: Run) -> None:
        """Hand over the events of a batch as they are."""
        if self._context.archive is not None:
            self._context.archive.put(number, run)

    async def _bury_late(
        self, partition: DossierPartition, records: Sequence[ConsumerRecord], outbox: Outbox
    ) -> None:
        """Refuse the events about dossiers all of whose periods are closed."""
        late = set(partition.take_late())
        for record in records if late else ():
            if record.offset in late:
                await bury(self._context, outbox, record, Refusal(SETTLED))

    # ------------------------------------------------------------------ clock

    async def pulse(self, number: int) -> None:
        """Let time pass in one partition and publish what changed with it.

        Never in the middle of a batch: a period closes after events whose states are logged.
        """
        async with self._busy[number]:
            if not self._has_failed:
                await self._pulse(number)

    async def _pulse(self, number: int) -> None:
        partition = await self.open(number)
        if not self._may_publish(partition):
            return
        if not self._context.told_the_time:
            await advance(partition, self._waits.allowed(partition, self._context.beat()), self._tenure)
        outbox = self._context.producer.outbox()
        has_closed = await self._publish(partition, outbox)
        self._still_ours(partition)
        if (stubs := self._shrunk(partition)) or has_closed:
            await self._log(partition, stubs, outbox)
        acknowledged = await outbox.settle()
        self._still_ours(partition)
        self._context.table.copies(number).logged(acknowledged)
        telling = self._to_tell(partition)
        if telling.stored:
            await self._settle_states(partition, telling.stored)
            await self._send_alerts(partition, telling)

    def _to_tell(self, partition: DossierPartition) -> Telling:
        """Take the alerts that are due, and store them; what is stored goes into the changelog before they are sent."""
        if partition.alerts is None:
            return NOTHING
        telling = partition.alerts.take()
        self._context.table.copies(partition.number).write(telling.stored)
        return telling

    async def _send_alerts(self, partition: DossierPartition, telling: Telling) -> None:
        """Send alerts that the changelog has, and note that; what stays unsent here, the next owner sends."""
        if self._desk is None or not telling.records:
            return
        self._still_ours(partition)
        await self._desk.send(partition.number, telling)
        self._still_ours(partition)
        self._context.table.copies(partition.number).write(telling.after)
        await self._settle_states(partition, telling.after)

    async def _settle_states(self, partition: DossierPartition, states: dict[str, bytes]) -> None:
        outbox = self._context.producer.outbox()
        await self._log(partition, states, outbox)
        acknowledged = await outbox.settle()
        self._still_ours(partition)
        self._context.table.copies(partition.number).logged(acknowledged)

    def _shrunk(self, partition: DossierPartition) -> dict[str, bytes]:
        """Put stubs in the place of some settled dossiers, once their last rows are in ClickHouse; return the stubs."""
        number = partition.number
        if self._context.writer.written(number) < partition.closing.offset:
            return {}
        stubs = partition.shrink(LOOKED_AT)
        self._context.table.copies(number).write(stubs)
        metrics.STUBS.inc(len(stubs))
        return stubs

    def _may_publish(self, partition: DossierPartition) -> bool:
        """Tell whether tallies may go out between ticks: during a replay they would change what a past tick said."""
        return partition.ended or not self._context.told_the_time

    async def _publish(self, partition: DossierPartition, outbox: Outbox) -> bool:
        """Publish what changed; what closed is acknowledged before anything says so. Return whether anything did."""
        closings = partition.take_closings()
        if closings:
            closing = self._context.producer.outbox()
            await self._tell_units(closings, closing)
            await closing.settle()
        partition.is_behind = self._context.is_behind(partition.number)
        await evaluate_pending(partition, self._tenure)
        partials = partition.flush()
        self._write_again(partition.number, partition.take_redated())
        await self._tell_units([*partials, partition.clock()], outbox)
        metrics.PARTIALS.inc(len(partials))
        return bool(closings)

    async def _tell_units(self, records: Iterable[Record], outbox: Outbox) -> None:
        """Send what is said of a unit to its partition of the partials, what is said of the source to all of them."""
        topic, count = self._context.topics.partials, self._context.settings.partials_partitions
        for record in records:
            key, value = partial_key(record), encode_partial(record)
            everywhere: Iterable[int] = range(count)
            if isinstance(record, Partial | FinalPartial):
                everywhere = (partition_of(record.unit.encode(), count),)
            for where in everywhere:
                await outbox.send(topic, where, key, value)

    def _write_again(self, number: int, keys: Iterable[str]) -> None:
        """Write the rows of dossiers that changed with the reference data; no further event is in with them."""
        part = self._context.table.part(number)
        states = {key: part[key] for key in keys}
        reached = self._reached.get(number)
        if states and reached is not None:
            self._context.writer.put_states(number, states, reached)

    async def _log(self, partition: DossierPartition, states: dict[str, bytes], outbox: Outbox) -> None:
        """Log states and then the mark as this life's own; what earlier lives said of them is void after that."""
        copies, owner = self._context.table.copies(partition.number), partition.incarnation
        mark = encode_mark(
            PartitionMark(
                1,
                partition.as_of,
                owner,
                partition.offset,
                ended=partition.ended,
                generation=self._generation[partition.number],
                horizon=partition.closing.horizon,
                closed_at=partition.closing.offset,
            )
        )
        copies.write({MARK_KEY: mark})
        records: dict[str, bytes | None] = {owned_key(key, owner): state for key, state in states.items()}
        records[owned_key(MARK_KEY, owner)] = mark
        records |= dict.fromkeys(copies.claim((*states, MARK_KEY), owner))
        await outbox.send_states(self._context.topics.changelog, partition.number, records)

    def _still_ours(self, partition: DossierPartition) -> None:
        """Raise GivenUpError if the partition was given up while something was awaited."""
        if self._partitions.get(partition.number) is not partition:
            raise GivenUpError
