"""The metrics of notify, by the names of the catalogue (`streams.ops.catalogue`)."""

from typing import Final

from streams.ops.meters import Meters

METERS: Final = Meters("notify")

DWELL_SECONDS: Final = METERS.histogram("nhip766_alert_heard_seconds")
SEND_SECONDS: Final = METERS.histogram("nhip766_alert_send_seconds")
RECORDS: Final = METERS.counter("nhip766_notify_records_total")
UNREADABLE: Final = METERS.counter("nhip766_notify_unreadable_total")
NOTICES: Final = METERS.counter("nhip766_notices_total")
OWED: Final = METERS.gauge("nhip766_notices_owed")
FAILURES: Final = METERS.counter("nhip766_channel_failures_total")
CHANNEL_UP: Final = METERS.gauge("nhip766_channel_up")
