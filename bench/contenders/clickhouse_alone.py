"""5. ClickHouse alone, as an engineer would assemble it: Kafka engine, materialized view, `AggregatingMergeTree`.

Each field of a dossier is an `argMax` state over (occurred_at, source_seq), and one query a second computes the counts
of every unit. JSON is parsed by the Kafka engine itself, columns typed, two consumers, large blocks: its fastest.

What it gets wrong, so that it is no way to keep the index:
* A block that is read again counts as new rows. `argMax` bears that; every sum or count of rows (amounts paid,
  petitions, ratings) is too high for ever.
* `argMax` keeps one value of a field. A supplement's second round, a set that loses a member, a correction that must
  win over later news, the unit that held a dossier at a cut-off: none of them can be said with it.
* Nothing happens when nothing arrives: a deadline that passes moves no stored figure and raises no alert. Only the
  query knows the time, so it reads every dossier; its price grows with all dossiers and not with the changed ones.
* No working days, no policies by level, no closed periods, no ranking as it was: each would be another query over all.
"""

import time
from pathlib import Path

from bench.contenders.common import COUNTS, Stopwatch, Task, task, total
from streams.settings import load_settings
from streams.sinks.connection import connect

TABLES = Path(__file__).with_name("clickhouse_alone.sql")
EVERY = 1.0
SOON = 0.05


def main(given: Task) -> None:
    """Let ClickHouse read the topic; ask for the counts once a second until they are those of all events."""
    client = connect(load_settings(clickhouse_database="default"), "migrator")
    tables, counted = TABLES.read_text("utf-8").format(**given._asdict()).split("-- Once a second\n")
    for statement in tables.split(";\n"):
        if statement.strip():
            client.execute(statement)
    watch, seen = Stopwatch(), 0
    arrived = "SELECT total_rows FROM system.tables WHERE database = %(name)s AND name = 'dossiers'"
    while not client.execute(arrived, {"name": given.name})[0][0]:
        time.sleep(SOON)  # another process is polled: it has no event to await
    watch.start()
    before = None
    while seen < given.events:
        units = client.execute(counted)
        seen = sum(unit[-1] for unit in units)
        before = seen if before is None else before
        if seen < given.events:
            time.sleep(EVERY)  # as above
    whole = total(unit[1 : 1 + len(COUNTS)] for unit in units)
    watch.report(given.events - before if before < given.events else given.events, whole)
    client.execute(f"DROP DATABASE {given.name} SYNC")


if __name__ == "__main__":
    main(task())
