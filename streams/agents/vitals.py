"""Whether a worker lives and whether it is ready: written by its event loop, read by the thread of its pages."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from streams.ops.health import Check


@dataclass
class Vitals:
    """What was seen last; ages are in seconds of the monotonic clock.

    `hang_limit` is how long the loop may stand still, `stall_limit` the polls, `ready_lag` how far behind a worker may
    be that is ready.
    """

    hang_limit: float
    stall_limit: float
    ready_lag: float
    beat_at: float = field(default_factory=time.monotonic)
    poll_age: float = 0.0
    partitions: int = 0
    recovering: bool = False
    clickhouse: bool = True
    lag_seconds: float = 0.0

    def alive(self) -> Sequence[Check]:
        """Tell whether the event loop turns, and asks Kafka for records while it should."""
        beat = time.monotonic() - self.beat_at
        return (
            Check("event_loop", beat <= self.hang_limit, f"turned {beat:.1f} s ago"),
            Check("last_poll", self.poll_age <= self.stall_limit, f"asked Kafka {self.poll_age:.1f} s ago"),
        )

    def ready(self) -> Sequence[Check]:
        """Tell whether it lives, holds partitions, has recovered them, and readers see what it does."""
        return (
            *self.alive(),
            Check("assigned", self.partitions > 0, f"{self.partitions} partitions"),
            Check("recovered", not self.recovering, "reading the changelog" if self.recovering else "done"),
            Check("clickhouse", self.clickhouse, "takes rows" if self.clickhouse else "rows wait for it"),
            Check("lag", self.lag_seconds <= self.ready_lag, f"{self.lag_seconds:.1f} s behind"),
        )
