"""The clock of a replay."""

from typing import Literal

from schemas.events.envelope import Identified
from schemas.fields import Instant


class ClockTick(Identified):
    """Sent to every partition by a replayer: all that happened until `at` has been sent; `last` ends the replay."""

    type: Literal["clock.tick"] = "clock.tick"
    at: Instant
    last: bool = False
