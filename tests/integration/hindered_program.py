"""`nhip766 worker`, hindered in one way so that it goes nowhere: what its watchdog says is up to the real worker."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from streams.agents.engine.consumer import BatchConsumer
from streams.cli.main import app


def hear_no_gap(self: BatchConsumer) -> Iterator[Any]:
    """Faust as it is: it waits for ever for a record where the changelog ends with a marker."""
    return iter(())


async def commit_nothing(self: BatchConsumer, offsets: Mapping[Any, int]) -> bool:
    """A group that refuses every commit."""
    return False


if __name__ == "__main__":
    if sys.argv[1] == "deaf":
        BatchConsumer._passed_gaps = hear_no_gap  # type: ignore[method-assign]
    else:
        BatchConsumer._commit = commit_nothing  # type: ignore[method-assign]
    app(["worker"])
