"""The clock of a replay."""

from typing import Literal

from schemas.events.envelope import Identified
from schemas.fields import Instant


class ClockTick(Identified):
    """A replayer tells every partition that all until `at` was sent; `last` ends the replay."""

    type: Literal["clock.tick"] = "clock.tick"
    at: Instant
    last: bool = False
