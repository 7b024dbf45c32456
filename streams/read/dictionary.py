"""The data dictionary: views with their columns and comments, and the index in words."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemas.counters import MEANINGS
from schemas.index import IndexVersion
from streams.read.reader import Reader

_HEAD = """# Data dictionary

Made by `nhip766 dictionary` from the comments in ClickHouse and from `schemas/index`; a test compares. Times are UTC,
days are local (Asia/Ho_Chi_Minh). Null is unknown, never 0. Names and columns of `bi_*` are stable: they are added to,
never changed. All other views, which may change from version to version: `nhip766 dictionary --all`.
"""


class ViewColumn(NamedTuple):
    """A column of a view, with its comment."""

    name: str
    type: str
    comment: str


class ViewWords(NamedTuple):
    """A view, with its comment."""

    name: str
    comment: str
    columns: tuple[ViewColumn, ...]


def read_views(reader: Reader, *, every: bool = False) -> list[ViewWords]:
    """Return the stable views `bi_*`, or these and then every other view that readers may ask, by name."""
    tables = reader.rows(
        "SELECT name, comment FROM system.tables WHERE database = currentDatabase() AND engine = 'View'"
        " AND (startsWith(name, 'bi_') OR %(every)s)"
        " ORDER BY NOT startsWith(name, 'bi_'), name",
        {"every": int(every)},
    )
    columns: dict[str, list[ViewColumn]] = {}
    for row in reader.rows(
        "SELECT table, name, type, comment FROM system.columns WHERE database = currentDatabase()"
        " ORDER BY table, position",
        {},
    ):
        columns.setdefault(row.pop("table"), []).append(ViewColumn(**row))
    return [
        ViewWords(table["name"], table["comment"], tuple(columns.get(table["name"], ()))) for table in tables
    ]


def dictionary(reader: Reader, versions: Sequence[IndexVersion], *, every: bool = False) -> str:
    """Return the dictionary as Markdown: of the stable views `bi_*`, or of every view that readers may ask."""
    lines = [_HEAD]
    for view in read_views(reader, every=every):
        lines += _view(view)
    for version in versions:
        lines += _index(version)
    return "\n".join([*lines, *_counters()]) + "\n"


def _view(view: ViewWords) -> Iterator[str]:
    yield f"## {view.name}\n\n{view.comment}\n"
    if view.columns:
        yield "| column | type | meaning |\n|---|---|---|"
        for one in view.columns:
            yield f"| `{one.name}` | {one.type} | {_cell(one.comment)} |"
        yield ""


def _index(version: IndexVersion) -> Iterator[str]:
    yield f"## Index {version.version}\n\n{version.title_vi}. {version.title_en}.\n"
    yield "| no. | indicator | chỉ số | most | target | of |\n|---|---|---|---|---|---|"
    for group, one in version.indicators():
        figures = (
            f"`{one.numerator}` / `{one.denominator}`" if one.denominator else f"`{one.numerator or '–'}`"
        )
        yield (
            f"| {one.doc_id or ''} | `{one.code}` ({group.code}) | {one.name_vi} | {one.maximum}"
            f" | {one.target} % | {figures} |"
        )
    yield ""


def _counters() -> Iterator[str]:
    yield "## Counters\n\n| counter | meaning |\n|---|---|"
    yield from (f"| `{name}` | {_cell(meaning)} |" for name, meaning in MEANINGS.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
