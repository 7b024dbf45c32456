"""The catalogue of the worker's metrics: name, unit, meaning, labels. Served on loopback by the worker."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY: Final = CollectorRegistry()

EVENTS: Final = Counter(
    "nhip766_events_total", "Source records taken from the event topic.", registry=REGISTRY
)
DEAD_LETTERS: Final = Counter(
    "nhip766_dead_letters_total", "Source records refused, by reason.", ["reason"], registry=REGISTRY
)
STUBS: Final = Counter(
    "nhip766_stubs_total", "Settled dossiers and petitions shrunk to stubs.", registry=REGISTRY
)
PARTIALS: Final = Counter("nhip766_partials_total", "Partial tallies published.", registry=REGISTRY)
SNAPSHOTS: Final = Counter(
    "nhip766_snapshots_total", "Snapshots of a unit and period scored.", registry=REGISTRY
)
BATCH_SECONDS: Final = Histogram(
    "nhip766_batch_seconds",
    "Time from taking a batch to its last acknowledgement, by topic.",
    ["topic"],
    registry=REGISTRY,
)
UNSENT_ROWS: Final = Gauge("nhip766_unsent_rows", "Rows waiting for ClickHouse.", registry=REGISTRY)
AS_OF_SECONDS: Final = Gauge(
    "nhip766_as_of_seconds", "Moment of the newest snapshots, seconds since the epoch.", registry=REGISTRY
)
ARCHIVE_LAG: Final = Gauge(
    "nhip766_archive_lag", "Events taken that are not in the archive yet.", registry=REGISTRY
)
