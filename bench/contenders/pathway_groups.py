"""4c. Pathway: grouped by dossier, then by unit, with its own reducers, which run in its engine and not in Python.

The same decoder as everybody's, once per record, whose five facts enter the engine as columns. No persistence.
"""

import os
from typing import Any

import pathway as pw

from bench.contenders.common import COUNTS, Stopwatch, Task, decode, task, total

COMMIT_MS = 1000
NEVER = 2**62


def _ms(moment: Any) -> int:
    return int(moment.timestamp() * 1000)


def facts(value: bytes) -> tuple[str, str, int, int, int, int, int]:
    """Decode one record: dossier, unit, what it says of the five facts."""
    event: Any = decode(value)
    received, due, finished = (
        getattr(event, name, None) for name in ("received_at", "due_at", "finished_at")
    )
    return (
        event.dossier_code,
        event.unit_code,
        NEVER if received is None else _ms(received),
        0 if due is None else _ms(due),
        0 if finished is None else _ms(finished),
        int(getattr(event, "channel", None) == 2),
        int(getattr(event, "online_payment", None) == 1),
    )


def counted(events: pw.Table) -> pw.Table:
    """Return the counts of every unit, and how many events they are of."""
    dossiers = events.groupby(events.dossier).reduce(
        unit=pw.reducers.latest(events.unit),
        events=pw.reducers.count(),
        received=pw.reducers.min(events.received),
        due=pw.reducers.max(events.due),
        finished=pw.reducers.max(events.finished),
        online=pw.reducers.max(events.online),
        paid=pw.reducers.max(events.paid),
    )
    received = pw.cast(int, dossiers.received < NEVER)
    handled = received * pw.cast(int, dossiers.finished > 0)
    flags = dossiers.select(
        dossiers.unit,
        dossiers.events,
        received=received,
        handled=handled,
        on_time=handled * pw.cast(int, dossiers.finished <= dossiers.due),
        online=received * dossiers.online,
        paid=received * dossiers.paid,
    )
    return flags.groupby(flags.unit).reduce(
        flags.unit,
        events=pw.reducers.sum(flags.events),
        **{name: pw.reducers.sum(flags[name]) for name in COUNTS},
    )


def main(given: Task) -> None:
    """Run the pipeline until the counts are those of all events."""
    watch = Stopwatch()

    def read(value: bytes) -> tuple[str, str, int, int, int, int, int]:
        watch.start()
        return facts(value)

    records = pw.io.kafka.read(
        {
            "bootstrap.servers": given.bootstrap,
            "group.id": given.name,
            "auto.offset.reset": "earliest",
            "fetch.message.max.bytes": str(4 * 1024 * 1024),
        },
        topic=given.topic,
        format="raw",
        autogenerate_key=True,
        autocommit_duration_ms=COMMIT_MS,
    )
    said = records.select(said=pw.udf(read, deterministic=True)(records.data))
    columns = ("dossier", "unit", "received", "due", "finished", "online", "paid")
    events = said.select(**{name: said.said[place] for place, name in enumerate(columns)})
    latest: dict[str, dict[str, Any]] = {}

    def keep(key: Any, row: dict[str, Any], time: int, is_addition: bool) -> None:
        del key, time
        if is_addition:
            latest[row["unit"]] = row

    def ended(time: int) -> None:
        del time
        if sum(row["events"] for row in latest.values()) == given.events:
            watch.report(given.events, total([row[name] for name in COUNTS] for row in latest.values()))
            os._exit(0)  # the pipeline has no end of its own

    pw.io.subscribe(counted(events), on_change=keep, on_time_end=ended)
    pw.run(monitoring_level=pw.MonitoringLevel.NONE)


if __name__ == "__main__":
    main(task())
