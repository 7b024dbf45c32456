"""Documents of pages 3 and 4, field by field; each has the form that the command line's --json has."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from streams.board.documents import base

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""With its offset, to the millisecond."""
Number = Annotated[float, Field(description="Points, with two decimals.")]


class Document(base.Document):
    """As the command line has it: no field more, none less, `from` by that name."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


class Place(Document):
    """A unit in its ranking."""

    formula: str
    level: str
    period: str
    unit_code: str
    unit_name: str
    total: Number | None
    rank: int | None
    units: int = Field(description="Units of the level in the period.")
    grade: str | None
    as_of: Moment


class Goals(Document):
    """Totals that lead further up; null if there is nothing above."""

    next_rank_total: Number | None
    next_grade_total: Number | None


class Needed(Document):
    """How many dossiers or petitions reach what; null if even all do not."""

    target: int | None
    next_rank: int | None
    next_grade: int | None


class Peer(Document):
    """The best comparable unit in an indicator."""

    unit_code: str
    unit_name: str
    numerator: int
    denominator: int
    ratio: float = Field(description="Percent.")
    score: Number


class Work(Document):
    """A dossier or petition to work on."""

    code: str
    reason: str = Field(description="missed: does not count; at_risk: counts, and is open.")
    procedure_code: str = Field(description="Procedure of a dossier, dossier of a petition; may be empty.")
    unit_code: str
    status: int
    received_at: Moment | None
    due_at: Moment | None
    ended_at: Moment | None


class Gain(Document):
    """One indicator in which a unit can gain."""

    indicator: str
    group: str
    counter: str = Field(description="What `what-if` calls the counter: `w.<counter>=<count>`.")
    how: str
    numerator: int
    denominator: int
    missed: int
    score: Number
    maximum: Number
    lost: Number
    points_per_one: float = Field(description="Points that one more is worth, with four decimals.")
    needed: Needed
    peer: Peer | None
    work: tuple[Work, ...]


class PointsDocument(Place):
    """Where the points of a unit are, the most worth first."""

    goals: Goals
    gains: tuple[Gain, ...]


class RescoredIndicator(Document):
    """An indicator as it would be."""

    code: str
    numerator: int | None
    denominator: int | None
    score: Number | None
    change: Number


class Rescored(Document):
    """What a unit would score."""

    total: Number | None
    grade: str | None
    change: Number | None
    rank: int | None = Field(description="With all other units unchanged.")
    groups: dict[str, Number | None]
    indicators: tuple[RescoredIndicator, ...]


class WhatIfDocument(Place):
    """What a unit would score, beside what it scores."""

    what_if: Rescored


class Standing(Document):
    """A total and a rank at a moment."""

    at: Moment
    total: Number | None
    rank: int | None


class CauseStep(Document):
    """One change, with the points it is credited with."""

    at: Moment
    cause: str = Field(description="Type of the event, or `clock`, or `reference`.")
    credit: Number
    indicators: dict[str, Number]


class Cause(Document):
    """A dossier or a petition that moved a total."""

    kind: Literal["dossier", "petition"]
    code: str
    credit: Number
    steps: tuple[CauseStep, ...]


class OtherCauses(Document):
    """Those not listed, in sum."""

    count: int
    credit: Number


class Recounted(Document):
    """Totals as recounted from the events."""

    from_: Number = Field(alias="from")
    to: Number


class RivalStanding(Document):
    """Total and rank of another unit at one of the moments."""

    total: Number | None
    rank: int | None


class Rival(Document):
    """Another unit of the level whose order relative to the unit changed."""

    unit_code: str
    unit_name: str
    from_: RivalStanding = Field(alias="from")
    to: RivalStanding


class WhyDocument(Place):
    """Why a total moved, to the cent."""

    from_: Standing = Field(alias="from")
    to: Standing
    difference: Number | None
    passed_by: tuple[Rival, ...] = Field(
        description="Units that passed it between the moments, or caught up."
    )
    passed: tuple[Rival, ...] = Field(description="Units that it passed, or caught up with.")
    indicators: dict[str, Number]
    catalogue: Number
    unexplained: Number | None
    causes: tuple[Cause, ...]
    other_causes: OtherCauses
    recounted: Recounted
