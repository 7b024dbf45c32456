"""The one catalogue of metrics: every name, its type, unit, meaning and labels, by the process that exports it.

Times are in seconds, counters end in `_total`. A label has few values, each known beforehand or capped.
`docs/metrics.md` is printed from here (`nhip766 metrics`); a test holds a live process against it.
"""

from typing import Final, Literal, NamedTuple

Process = Literal["worker", "supervisor", "notify", "board"]
"""What serves the metrics."""

Kind = Literal["counter", "gauge", "histogram"]


class Metric(NamedTuple):
    """One entry; `buckets` are the upper bounds of a histogram, in its unit, without the last one (+Inf)."""

    process: Process
    name: str
    kind: Kind
    unit: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


SHORT: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Bounds for what should take milliseconds."""
LONG: Final = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 14400.0, 86400.0)
"""Bounds for what people wait for."""
SIZES: Final = (1.0, 10.0, 100.0, 1000.0, 2000.0, 5000.0, 10000.0)
"""Bounds for records at once."""

WORKER: Final = (
    Metric("worker", "nhip766_events_total", "counter", "records", "Records done of the event topic."),
    Metric(
        "worker",
        "nhip766_dead_letters_total",
        "counter",
        "records",
        "Records refused, by reason.",
        ("reason",),
    ),
    Metric(
        "worker",
        "nhip766_stubs_total",
        "counter",
        "dossiers",
        "Settled dossiers and petitions shrunk to stubs.",
    ),
    Metric(
        "worker",
        "nhip766_alerts_total",
        "counter",
        "records",
        "Changes of alerts sent, by kind and change.",
        ("kind", "change"),
    ),
    Metric(
        "worker",
        "nhip766_alert_dwell_seconds",
        "histogram",
        "seconds",
        "From the moment at which an alert had to be raised to its acknowledgement by Kafka; history is not counted.",
        (),
        LONG,
    ),
    Metric("worker", "nhip766_partials_total", "counter", "records", "Partial tallies published."),
    Metric("worker", "nhip766_snapshots_total", "counter", "rows", "Snapshots of a unit and period scored."),
    Metric(
        "worker",
        "nhip766_batch_seconds",
        "histogram",
        "seconds",
        "From taking a batch to its last acknowledgement, by topic.",
        ("topic",),
        SHORT,
    ),
    Metric(
        "worker",
        "nhip766_batch_records",
        "histogram",
        "records",
        "Records of a batch, by topic.",
        ("topic",),
        SIZES,
    ),
    Metric(
        "worker",
        "nhip766_changelog_seconds",
        "histogram",
        "seconds",
        "From handing over the states of a batch to their acknowledgement by Kafka.",
        (),
        SHORT,
    ),
    Metric(
        "worker",
        "nhip766_clickhouse_seconds",
        "histogram",
        "seconds",
        "Time of an insert into ClickHouse that succeeded, by table.",
        ("table",),
        SHORT,
    ),
    Metric(
        "worker",
        "nhip766_clickhouse_rows_total",
        "counter",
        "rows",
        "Rows that ClickHouse took, by table.",
        ("table",),
    ),
    Metric(
        "worker",
        "nhip766_clickhouse_failures_total",
        "counter",
        "inserts",
        "Inserts that failed and are tried again, by table.",
        ("table",),
    ),
    Metric(
        "worker",
        "nhip766_clickhouse_up",
        "gauge",
        "boolean",
        "1 while the last insert into ClickHouse succeeded, 0 while rows wait for it.",
    ),
    Metric(
        "worker", "nhip766_unsent_rows", "gauge", "rows", "Rows that wait for ClickHouse, by kind.", ("kind",)
    ),
    Metric(
        "worker", "nhip766_archive_lag", "gauge", "records", "Events done that are not in the archive yet."
    ),
    Metric(
        "worker",
        "nhip766_lag_records",
        "gauge",
        "records",
        "Records of the event topic that are there and not done, by partition.",
        ("partition",),
    ),
    Metric(
        "worker",
        "nhip766_lag_seconds",
        "gauge",
        "seconds",
        "How long the oldest record that is not done has waited at most, by partition; 0 when all are done.",
        ("partition",),
    ),
    Metric(
        "worker",
        "nhip766_freshness_seconds",
        "histogram",
        "seconds",
        "Wall time less the time at which the last event of a batch occurred, when the batch is done.",
        (),
        LONG,
    ),
    Metric(
        "worker",
        "nhip766_visible_seconds",
        "histogram",
        "seconds",
        "From Kafka taking the oldest record of a batch to rankings in ClickHouse that know it. Wall clock only.",
        (),
        LONG,
    ),
    Metric(
        "worker",
        "nhip766_as_of_seconds",
        "gauge",
        "seconds",
        "Moment of the newest snapshots, seconds since the epoch.",
    ),
    Metric(
        "worker",
        "nhip766_commit_age_seconds",
        "gauge",
        "seconds",
        "How long work that is done has not been committed: the longest of this worker's partitions.",
    ),
    Metric(
        "worker",
        "nhip766_assigned_partitions",
        "gauge",
        "partitions",
        "Partitions of the event topic that this worker holds, recovered.",
    ),
    Metric("worker", "nhip766_recovering", "gauge", "boolean", "1 while the changelog is read back."),
    Metric(
        "worker",
        "nhip766_recovery_remaining_records",
        "gauge",
        "records",
        "Offsets of the changelog that a recovery has still to read.",
    ),
    Metric(
        "worker",
        "nhip766_last_poll_age_seconds",
        "gauge",
        "seconds",
        "Time since Kafka was last asked for records, while it should be.",
    ),
    Metric(
        "worker",
        "nhip766_open_dossiers",
        "gauge",
        "dossiers",
        "Open dossiers of a unit in the running year, by level; units past the cap together as `other`.",
        ("level", "unit"),
    ),
    Metric(
        "worker",
        "nhip766_late_dossiers",
        "gauge",
        "dossiers",
        "Open dossiers past their due date, of the same units.",
        ("level", "unit"),
    ),
)

SUPERVISOR: Final = (
    Metric(
        "supervisor", "nhip766_workers_wanted", "gauge", "processes", "Workers that the supervisor keeps."
    ),
    Metric("supervisor", "nhip766_workers_running", "gauge", "processes", "Those of them that run now."),
    Metric(
        "supervisor",
        "nhip766_server_away_seconds",
        "gauge",
        "seconds",
        "For how long a server has not answered the supervisor, by server; 0 while it answers.",
        ("server",),
    ),
)

BOARD: Final = (
    Metric(
        "board",
        "nhip766_board_request_seconds",
        "histogram",
        "seconds",
        "From a request to the beginning of its answer, by route and class of status.",
        ("route", "status"),
        SHORT,
    ),
    Metric("board", "nhip766_board_viewers", "gauge", "viewers", "Browsers that follow the changes."),
    Metric(
        "board",
        "nhip766_board_clickhouse_up",
        "gauge",
        "boolean",
        "1 while ClickHouse answers the board, 0 while it shows the last figures it knew.",
    ),
)

NOTIFY: Final = (
    Metric(
        "notify",
        "nhip766_alert_heard_seconds",
        "histogram",
        "seconds",
        "From the deadline to the record of the raised alert on its topic, by kind. Replayed history is left out.",
        ("kind",),
        LONG,
    ),
    Metric(
        "notify",
        "nhip766_alert_send_seconds",
        "histogram",
        "seconds",
        "From the record on its topic, or the hour from which it may ring, to its delivery, by channel.",
        ("channel",),
        LONG,
    ),
    Metric(
        "notify",
        "nhip766_notify_records_total",
        "counter",
        "records",
        "Records taken from the alert topic, unreadable ones too.",
    ),
    Metric(
        "notify",
        "nhip766_notify_unreadable_total",
        "counter",
        "records",
        "Records of the alert topic that are no alerts, and were passed over.",
    ),
    Metric(
        "notify",
        "nhip766_notices_total",
        "counter",
        "notices",
        "Notices settled, by channel and by what became of them: told, dropped (nobody needs them) or refused.",
        ("channel", "state"),
    ),
    Metric(
        "notify",
        "nhip766_notices_owed",
        "gauge",
        "notices",
        "Notices not told yet, by channel.",
        ("channel",),
    ),
    Metric(
        "notify",
        "nhip766_channel_failures_total",
        "counter",
        "attempts",
        "Attempts that a channel did not take; they are repeated.",
        ("channel",),
    ),
    Metric(
        "notify",
        "nhip766_channel_up",
        "gauge",
        "boolean",
        "1 while the channel took what it was last given, 0 while it does not.",
        ("channel",),
    ),
)

CATALOGUE: Final[tuple[Metric, ...]] = (*WORKER, *SUPERVISOR, *BOARD, *NOTIFY)


def metrics_of(process: Process) -> tuple[Metric, ...]:
    """Return what one process exports."""
    return tuple(metric for metric in CATALOGUE if metric.process == process)
