"""What every document has: where its figures are from, and how numbers are written."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

Points = Annotated[
    Decimal, PlainSerializer(float, return_type=float, when_used="json"), Field(json_schema_extra={})
]
"""Points or percent with two decimals; in JSON a number."""


class Document(BaseModel):
    """A document of the API; null is unknown, never 0."""

    model_config = ConfigDict(frozen=True)


class Stamp(Document):
    """Of what moment figures are, by what formula, and how fresh."""

    formula: str = Field(description="Version of the index.")
    as_of: datetime = Field(description="The moment that the figures are of.")
    reached: datetime | None = Field(description="How far all scores have come; no later change is in.")
    read_at: datetime = Field(description="When the board read them.")
    stale: bool = Field(description="ClickHouse is away: these are the last figures known.")
