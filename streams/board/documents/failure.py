"""What the API answers when it cannot answer, and whether the board is well."""

from typing import Any, Final, Literal

from pydantic import Field

from streams.board.documents.base import Document


class NotThere(Document):
    """404: well asked, but there is no such thing."""

    error: str = Field(description="no_such_page, no_such_unit, no_such_period …")
    said: str = Field("", description="What the caller said.")
    instead: tuple[str, ...] = Field((), description="Addresses of what there is.")


class FieldFault(Document):
    """One parameter that cannot be read."""

    field: str
    problem: str


class Malformed(Document):
    """422: parameters that cannot be read."""

    error: Literal["malformed"]
    fields: tuple[FieldFault, ...]


class Unreadable(Document):
    """400: a body that is not of its content type."""

    error: str


class Refused(Document):
    """403: an action that is not allowed here, or to this caller."""

    error: Literal["refused"]
    problem: str


class Away(Document):
    """503: ClickHouse does not answer and nothing is known from before, or Kafka did not take an action."""

    error: Literal["clickhouse_away", "not_sent"]
    problem: str


class Health(Document):
    """Whether the board is up, and whether ClickHouse answers it."""

    clickhouse: Literal["answers", "away"]
    away_since: str | None
    seen_at: str | None
    viewers: int = Field(description="Streams that are open.")


FAILURES: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": NotThere, "description": "There is no such thing"},
    422: {"model": Malformed, "description": "A parameter cannot be read"},
    503: {"model": Away, "description": "ClickHouse is away, and nothing is known from before"},
}
"""Of every address of the API."""

FAILURES_OF_ACTIONS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": Unreadable, "description": "The body is not JSON"},
    403: {"model": Refused, "description": "Not allowed here, or to this caller"},
    503: {"model": Away, "description": "The action was not taken: ClickHouse or Kafka is away"},
}
"""Besides, of an address that takes actions."""

_PAGE: Final = {"text/html": {"schema": {"type": "string"}}}
PAGES_OF_FAILURE: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": said["description"], "content": _PAGE} for status, said in FAILURES.items()
}
"""Of an address that a person opens in a browser: the same as pages."""
