"""4a. Bytewax: state per dossier by `stateful_batch`, its operator nearest to the engine, then counts per unit.

One worker, large batches, no recovery store: its fastest. Nothing of the state outlives the process.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.operators import StatefulBatchLogic
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import cluster_main

from bench.contenders.common import NOTHING, Dossier, Stopwatch, Task, change, decode, task, total

BATCH = 10_000
Change = tuple[str, tuple[int, ...]]


class DossierLogic(StatefulBatchLogic[Any, Change, Dossier]):
    """Events of one dossier in, changes of its unit's counts out."""

    def __init__(self, resumed: Dossier | None) -> None:
        self.facts = resumed or Dossier()

    def on_batch(self, values: list[Any]) -> tuple[Iterable[Change], bool]:
        """Hear the events of a batch."""
        before = self.facts
        for event in values:
            self.facts = self.facts.hear(event)
        old, new = before.counts(), self.facts.counts()
        if before.unit == self.facts.unit:
            return ([] if old == new else [(before.unit, change(old, new))]), False
        return [(before.unit, change(old, NOTHING)), (self.facts.unit, new)], False

    def snapshot(self) -> Dossier:
        """Return the state (never asked for without a recovery store)."""
        return self.facts


class UnitLogic(StatefulBatchLogic[tuple[int, ...], tuple[int, ...], tuple[int, ...]]):
    """Changes of one unit's counts in, its counts out, once a batch."""

    def __init__(self, resumed: tuple[int, ...] | None) -> None:
        self.counts = resumed or NOTHING

    def on_batch(self, values: list[tuple[int, ...]]) -> tuple[Iterable[tuple[int, ...]], bool]:
        """Add the changes of a batch."""
        self.counts = tuple([sum(column) for column in zip(self.counts, *values, strict=True)])
        return [self.counts], False

    def snapshot(self) -> tuple[int, ...]:
        """Return the state (never asked for without a recovery store)."""
        return self.counts


class Latest(DynamicSink[tuple[str, tuple[int, ...]]], StatelessSinkPartition[tuple[str, tuple[int, ...]]]):
    """Keeps the latest counts of each unit."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, ...]] = {}

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "Latest":
        """Return itself: there is one worker."""
        del step_id, worker_index, worker_count
        return self

    def write_batch(self, items: list[tuple[str, tuple[int, ...]]]) -> None:
        """Take a batch."""
        self.kept.update(items)


def main(given: Task) -> None:
    """Read the topic once."""
    watch, latest = Stopwatch(), Latest()

    def keyed(message: KafkaSourceMessage[bytes, bytes]) -> tuple[str, Any]:
        watch.start()
        event = decode(message.value)
        return event.dossier_code, event

    flow = Dataflow("dossiers")
    config = {"enable.partition.eof": "true"}
    source = KafkaSource([given.bootstrap], [given.topic], tail=False, add_config=config, batch_size=BATCH)
    messages = op.input("events", flow, source)
    events = op.map("decode", messages, keyed)
    changes = op.stateful_batch("dossiers", events, DossierLogic)
    units = op.key_rm("moved", changes)
    counts = op.stateful_batch("units", units, UnitLogic)
    op.output("latest", counts, latest)
    cluster_main(flow, [], 0, worker_count_per_proc=1, epoch_interval=timedelta(seconds=10))
    watch.report(given.events, total(latest.kept.values()))


if __name__ == "__main__":
    main(task())
