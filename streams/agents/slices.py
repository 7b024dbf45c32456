"""Long work of one partition in slices: after a recovery every dossier is evaluated, and the loop has other work.

Without it a partition of a million dossiers would stop the loop for most of a minute, longer than a session lasts.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from streams.core.dossier_partition import DossierPartition

EVALUATED: Final = 2000
"""Most dossiers evaluated in one breath: about a tenth of a second."""


class GivenUpError(Exception):
    """A partition was given up, or is not recovered: what was begun in it is left to its next owner."""


async def advance(partition: DossierPartition, as_of: int, tenure: Callable[[], int]) -> None:
    """Move the clock of a partition to a moment; what is pending is evaluated before a period closes."""
    if partition.closes_by(as_of):
        await evaluate_pending(partition, tenure)
    partition.advance(as_of)


async def evaluate_pending(partition: DossierPartition, tenure: Callable[[], int]) -> None:
    """Evaluate what is pending in a partition; raises GivenUpError if its tenure ends meanwhile."""
    begun = tenure()
    while partition.settle_some(EVALUATED):
        await asyncio.sleep(0)
        if tenure() != begun:
            raise GivenUpError
