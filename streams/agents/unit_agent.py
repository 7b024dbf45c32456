"""The unit agent: partials in, scores of each district or commune out."""

from collections.abc import Sequence

import msgspec
from aiokafka.structs import ConsumerRecord

from schemas.partial import decode_partial
from streams.agents import metrics
from streams.agents.burial import bury
from streams.agents.context import Context
from streams.agents.engine.producer import partition_of
from streams.agents.reading import Refusal
from streams.core.periods import YEAR
from streams.core.unit_partition import UnitPartition, UnitSnapshot
from streams.sinks.snapshots import Moment, Unit, snapshot_rows
from streams.sinks.versions import unit_version


class UnitAgent:
    """Owns the rolling tables of the units whose partition is assigned now; rebuilt by reading its partition again."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._partitions: dict[int, UnitPartition] = {}

    def _open(self, number: int) -> UnitPartition:
        partition = self._partitions.get(number)
        if partition is None:
            settings, count = self._context.settings, self._context.settings.partials_partitions
            partition = self._partitions[number] = UnitPartition(
                number,
                sources=settings.partitions,
                mine=lambda unit: partition_of(unit.encode(), count) == number,
                index=self._context.index,
                reference=self._context.reference,
                grace_days=settings.grace_days,
            )
        return partition

    def close_all(self) -> None:
        """Forget everything: the partitions are given up, or are read again from their beginning."""
        self._partitions.clear()
        metrics.DOSSIERS_BY_UNIT.forget()

    def use_reference(self) -> None:
        """Score every unit again with changed reference data."""
        for partition in self._partitions.values():
            partition.use_reference(self._context.reference)

    async def take(self, number: int, records: Sequence[ConsumerRecord]) -> None:
        """Feed a batch of partials; snapshots are taken each time the common clock moves."""
        outbox = self._context.producer.outbox()
        for record in records:
            if record.value is None:
                continue
            try:
                has_moved = self._open(number).feed(decode_partial(record.value))
            except (msgspec.DecodeError, ValueError):
                await bury(self._context, outbox, record, Refusal("not_a_partial"))
                continue
            if has_moved:
                self.snapshot(number)
        await outbox.settle()

    def pulse(self) -> None:
        """Take the snapshots that are due although no clock moved (late events, changed reference data)."""
        for number in self._partitions:
            self.snapshot(number)

    def snapshot(self, number: int) -> None:
        """Hand the snapshots of every changed unit to the writer, then how far this partition is."""
        partition = self._open(number)
        if partition.as_of is None:
            return
        for snapshot in partition.take():
            self._write(number, snapshot)
        self._context.writer.put_clock(number, partition.as_of)
        metrics.AS_OF_SECONDS.set(partition.as_of / 1000)

    def _write(self, number: int, snapshot: UnitSnapshot) -> None:
        version = unit_version(self._context.epoch, snapshot.major, snapshot.as_of, final=snapshot.final)
        score, indicators = snapshot_rows(
            snapshot.card,
            Unit(snapshot.unit, snapshot.name, snapshot.level, snapshot.parent or ""),
            snapshot.period,
            Moment(self._context.index.version, snapshot.as_of, version, snapshot.final),
        )
        self._context.writer.put_scores(number, score, indicators)
        metrics.SNAPSHOTS.inc()
        period = snapshot.period
        if period.kind == YEAR and period.start <= snapshot.as_of < period.end:
            counts = snapshot.counters["open"], snapshot.counters["open_late"]
            metrics.DOSSIERS_BY_UNIT.set(snapshot.level, snapshot.unit, counts)
