"""What every measurement is given: its sizes, the servers, the moment of the load, and a way to say how far it is."""

import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bench.plan import Plan
from streams.local.servers import LocalServers


@dataclass
class Stage:
    """One run of the command."""

    plan: Plan
    servers: LocalServers
    until: datetime
    folder: Path
    compiled: Path | None = None
    """The copy whose core is compiled, where there is one."""
    begun: float = field(default_factory=time.monotonic)

    def say(self, line: str) -> None:
        """Show progress on standard error, with the seconds since the start."""
        print(f"{time.monotonic() - self.begun:6.0f} s  {line}", file=sys.stderr, flush=True)
