"""Prints which core runs and a digest of all states and tallies it makes of a load; run in a process of its own."""

import hashlib
import sys
from datetime import UTC, datetime

from bench.core import Core, batches_of
from bench.load import events
from streams.core.periods import moment
from streams.ops.core_kind import core_kind

UNTIL = datetime(2026, 11, 24, 12, tzinfo=UTC)
STEP = 86_400_000

if __name__ == "__main__":
    found, as_of = hashlib.sha256(), moment(UNTIL)
    core = Core(as_of)
    for number, batch in enumerate(batches_of(list(events(int(sys.argv[1]), until=UNTIL)), size=500)):
        core.take(batch)
        if number % 5 == 0:
            as_of += STEP
            for partition in core.partitions:
                partition.advance(as_of)
                found.update(repr(sorted(map(repr, partition.flush()))).encode())
    for store in core.stores:
        found.update(repr(sorted(store.items())).encode())
    print(core_kind(), found.hexdigest())
