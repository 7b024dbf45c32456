"""The core alone, as one worker runs it: decode, merge, encode, and once a second the tallies of every partition."""

import json
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from aiokafka.partitioner import murmur2

from bench.load import Record, events, reference_records
from schemas import fast
from schemas.events import Event
from streams.agents.collector import spare_collections
from streams.core.dossier_partition import DossierPartition
from streams.core.periods import moment
from streams.core.reference import Reference
from streams.core.rules import Rules

PARTITIONS: Final = 6
BATCH: Final = 5000
GRACE_DAYS: Final = 45
SNAPSHOT_SECONDS: Final = 1.0

Batch = tuple[int, list[tuple[int, bytes]]]


def batches_of(records: Sequence[Record], size: int = BATCH) -> list[Batch]:
    """Return what polls would bring: (partition, its next records as (offset, value)), in the order of arrival."""
    made: list[Batch] = []
    waiting: list[list[tuple[int, bytes]]] = [[] for _ in range(PARTITIONS)]
    offsets = [0] * PARTITIONS
    for key, value in records:
        number = int(murmur2(key) & 0x7FFFFFFF) % PARTITIONS
        waiting[number].append((offsets[number], value))
        offsets[number] += 1
        if len(waiting[number]) == size:
            made.append((number, waiting[number]))
            waiting[number] = []
    made += [(number, left) for number, left in enumerate(waiting) if left]
    return made


class Core:
    """The source partitions of one worker and their stores, in memory."""

    def __init__(self, as_of: int) -> None:
        """Begin with empty stores at a moment (epoch ms)."""
        reference = Reference(reference_records())
        self.stores: list[dict[str, bytes]] = [{} for _ in range(PARTITIONS)]
        interned: dict[Any, Any] = {}
        self.partitions = [
            DossierPartition(
                number,
                stored=store.get,
                reference=reference,
                rules=Rules(),
                grace_days=GRACE_DAYS,
                as_of=as_of,
                incarnation=1,
                interned=interned,
            )
            for number, store in enumerate(self.stores)
        ]

    def take(self, batch: Batch) -> None:
        """Decode, merge and store one batch of one partition."""
        number, records = batch
        events: list[tuple[int, Event]] = [(offset, fast.decode(value)) for offset, value in records]
        self.stores[number].update(self.partitions[number].merge(events))

    def flush(self, as_of: int) -> int:
        """Let time pass and move the tallies of every partition; return the number of partials."""
        partials = 0
        for partition in self.partitions:
            partition.advance(as_of)
            partials += len(partition.flush())
        return partials


def seconds_of_core(batches: Sequence[Batch], as_of: int) -> float:
    """Return the seconds that the core takes for a load, on a clock that moves as the wall's does."""
    core = Core(as_of)
    spare_collections()
    begun = flushed = time.process_time()
    for batch in batches:
        core.take(batch)
        now = time.process_time()
        if now - flushed >= SNAPSHOT_SECONDS:
            core.flush(as_of + int(1000 * (now - begun)))
            flushed = time.process_time()
    core.flush(as_of + int(1000 * (time.process_time() - begun)))
    return time.process_time() - begun


def main(count: int, rounds: int, until: str) -> None:
    """Print the seconds of several rounds, as JSON; for a process that runs another core than the one that asks."""
    load = batches_of(list(events(count, until=datetime.fromisoformat(until))))
    as_of = moment(datetime.fromisoformat(until))
    print(json.dumps([seconds_of_core(load, as_of) for _ in range(rounds)]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
