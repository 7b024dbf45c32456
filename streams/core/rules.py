"""The rules of counting that a province may choose; everything else is the index description."""

from typing import Final, Literal

import msgspec

SupplementRule = Literal["subtract", "restart", "shift"]

# The sources do not establish the code of the national population database (CSDL quốc gia về dân cư); these
# are the spellings we accept until a province says its own.
POPULATION_DATABASES: Final = frozenset({"CSDLQGDC", "CSDLQGVDC", "CSDLDC", "DANCU"})


class Rules(msgspec.Struct, frozen=True):
    """How deadlines and population data are judged.

    `supplement_rule`, for a supplement after which the source did not set a new due date: `subtract` the
    pause from the time used (index description), `restart` the full time at completion (Decree 118/2025, art.
    19(5)), `shift` the due date by the pause (a vendor's way). `population_databases` are the MaCSDL codes of
    indicators 4.5a and 4.5b.
    """

    supplement_rule: SupplementRule = "subtract"
    population_databases: frozenset[str] = POPULATION_DATABASES
