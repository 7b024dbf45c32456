"""How the pipeline stands, and what the data mean, as documents."""

from datetime import datetime

from pydantic import Field

from schemas.counters import MEANINGS
from streams.board.board import Board
from streams.board.documents.base import Document
from streams.board.documents.deadlines import Read
from streams.read.dictionary import read_views
from streams.read.pipeline import read_pipeline

FRESH_SECONDS = 2
"""The state is read again after so long at most."""


class PipelineDocument(Document):
    """How far everything is."""

    stamp: Read
    rankings: int = Field(description="Rankings that there are: levels and periods.")
    partitions: int = Field(description="Partitions of units that tell how far they are.")
    slowest: datetime | None = Field(description="The moment that all scores have reached.")
    quickest: datetime | None = Field(description="The moment that the first partition has reached.")
    facts: int | None = Field(description="Events of the log up to which dossiers are in ClickHouse.")
    archived: int | None = Field(description="Events in the archive.")
    away_since: datetime | None = Field(description="Since when ClickHouse does not answer; null: it does.")


class DictionaryColumn(Document):
    """A column of a view."""

    name: str
    type: str
    meaning: str


class DictionaryView(Document):
    """A stable view."""

    name: str
    meaning: str
    columns: tuple[DictionaryColumn, ...]


class DictionaryDocument(Document):
    """The data dictionary: the views that BI tools read, and the counters of the index."""

    views: tuple[DictionaryView, ...]
    counters: dict[str, str] = Field(description="What each counter counts.")


async def pipeline_document(board: Board) -> PipelineDocument:
    """Return how the pipeline stands."""
    seen_at = board.watch.seen_at
    mark = "" if seen_at is None else str(int(seen_at.timestamp()) // FRESH_SECONDS)
    answer = await board.answers.get(
        ("pipeline",), mark, lambda reader: read_pipeline(reader, board.settings)
    )
    seen = board.watch.seen
    return PipelineDocument(
        stamp=Read(read_at=answer.read_at, reached=seen.reached, stale=answer.stale),
        rankings=len(seen.found),
        **answer.value._asdict(),
        away_since=board.watch.away_since,
    )


async def dictionary_document(board: Board) -> DictionaryDocument:
    """Return the dictionary, from the comments in ClickHouse."""
    answer = await board.answers.get(("dictionary",), "", read_views)
    return DictionaryDocument(
        views=tuple(
            DictionaryView(
                name=view.name,
                meaning=view.comment,
                columns=tuple(
                    DictionaryColumn(name=one.name, type=one.type, meaning=one.comment)
                    for one in view.columns
                ),
            )
            for view in answer.value
        ),
        counters=MEANINGS,
    )
