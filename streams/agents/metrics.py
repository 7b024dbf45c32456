"""The worker's metrics, by the names of the catalogue (`streams.ops.catalogue`)."""

from typing import Final

from streams.ops.meters import Meters
from streams.ops.unit_gauges import UnitGauges

METERS: Final = Meters("worker")

EVENTS: Final = METERS.counter("nhip766_events_total")
DEAD_LETTERS: Final = METERS.counter("nhip766_dead_letters_total")
STUBS: Final = METERS.counter("nhip766_stubs_total")
PARTIALS: Final = METERS.counter("nhip766_partials_total")
SNAPSHOTS: Final = METERS.counter("nhip766_snapshots_total")
BATCH_SECONDS: Final = METERS.histogram("nhip766_batch_seconds")
BATCH_RECORDS: Final = METERS.histogram("nhip766_batch_records")
CHANGELOG_SECONDS: Final = METERS.histogram("nhip766_changelog_seconds")
CLICKHOUSE_SECONDS: Final = METERS.histogram("nhip766_clickhouse_seconds")
CLICKHOUSE_ROWS: Final = METERS.counter("nhip766_clickhouse_rows_total")
CLICKHOUSE_FAILURES: Final = METERS.counter("nhip766_clickhouse_failures_total")
CLICKHOUSE_UP: Final = METERS.gauge("nhip766_clickhouse_up")
UNSENT_ROWS: Final = METERS.gauge("nhip766_unsent_rows")
ARCHIVE_LAG: Final = METERS.gauge("nhip766_archive_lag")
LAG_RECORDS: Final = METERS.gauge("nhip766_lag_records")
LAG_SECONDS: Final = METERS.gauge("nhip766_lag_seconds")
FRESHNESS_SECONDS: Final = METERS.histogram("nhip766_freshness_seconds")
VISIBLE_SECONDS: Final = METERS.histogram("nhip766_visible_seconds")
AS_OF_SECONDS: Final = METERS.gauge("nhip766_as_of_seconds")
COMMIT_AGE_SECONDS: Final = METERS.gauge("nhip766_commit_age_seconds")
ASSIGNED_PARTITIONS: Final = METERS.gauge("nhip766_assigned_partitions")
RECOVERING: Final = METERS.gauge("nhip766_recovering")
RECOVERY_REMAINING: Final = METERS.gauge("nhip766_recovery_remaining_records")
POLL_AGE_SECONDS: Final = METERS.gauge("nhip766_last_poll_age_seconds")
ALERTS: Final = METERS.counter("nhip766_alerts_total")
ALERT_DWELL_SECONDS: Final = METERS.histogram("nhip766_alert_dwell_seconds")
DOSSIERS_BY_UNIT: Final = UnitGauges(
    METERS.gauge("nhip766_open_dossiers"), METERS.gauge("nhip766_late_dossiers")
)


def events_done() -> int:
    """Return how many records of the event topic this process has done."""
    return int(METERS.registry.get_sample_value("nhip766_events_total") or 0)
