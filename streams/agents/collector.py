"""The cyclic collector, set for a process whose hot path makes hundreds of thousands of values and no cycles."""

import gc
from typing import Final

YOUNG: Final = 50_000
"""New containers between two collections, freed ones not counted; the default of 700 costs a tenth of all time."""


def spare_collections() -> None:
    """Let the collector run seldom, and never over what is there already: code, reference data, recovered states."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
