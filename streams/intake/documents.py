"""Files as a stream of JSON documents: one document, a list of them, JSON lines, or folders of such files.

Whatever is damaged becomes a document with a fault; the rest is read on.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from streams.errors import UserError

SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
LINES_SUFFIXES = frozenset({".jsonl", ".ndjson"})
_MARKS = frozenset({"type", "kind", "service", "data"})
_BOM = b"\xef\xbb\xbf"


class SourceDocument(NamedTuple):
    """One document: where it stands, its bytes, and its value unless `damaged`.

    `line` counts from 1; `item` is the place in a list of documents, from 1, None if the document stands alone.
    """

    file: str
    line: int
    item: int | None
    raw: bytes
    value: Any
    damaged: bool = False


def input_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those with JSON names in the folders named, in order.

    Raises:
        UserError: a path does not exist, or a folder has no such file.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(item for item in path.rglob("*") if item.suffix in SUFFIXES and item.is_file())
            if not found:
                raise UserError(f"{path}: no .json, .jsonl or .ndjson file in this folder")
            files += found
        elif path.is_file():
            files.append(path)
        else:
            raise UserError(f"{path}: no such file or folder")
    return files


def read_documents(file: Path) -> Iterator[SourceDocument]:
    """Every document of a file; raises UserError if the file cannot be read."""
    try:
        with file.open("rb") as stream:
            if file.suffix in LINES_SUFFIXES or _begins_with_a_document(stream):
                yield from _lines(file.name, stream)
            else:
                yield from _whole(file.name, stream)
    except OSError as problem:
        raise UserError(f"{file}: {problem.strerror}") from problem


def _begins_with_a_document(stream: BinaryIO) -> bool:
    """Whether the first line that is not empty is a document by itself: then each line is one."""
    first = next((line for line in map(_strip, stream) if line), b"")
    stream.seek(0)
    return _is_document(_parsed(first))


def _whole(name: str, stream: BinaryIO) -> Iterator[SourceDocument]:
    raw = stream.read().removeprefix(_BOM)
    value = _parsed(raw)
    if isinstance(value, list):
        for item, inner in enumerate(value, start=1):
            yield SourceDocument(name, 1, item, msgspec.json.encode(inner), inner)
    elif value is not _DAMAGED:
        yield SourceDocument(name, 1, None, raw, value)
    elif any(_is_document(_parsed(line)) for line in raw.splitlines()):
        stream.seek(0)
        yield from _lines(name, stream)
    else:
        yield SourceDocument(name, 1, None, raw, None, damaged=True)


def _lines(name: str, stream: BinaryIO) -> Iterator[SourceDocument]:
    for number, line in enumerate(stream, start=1):
        raw = _strip(line)
        if raw:
            value = _parsed(raw)
            if value is _DAMAGED:
                yield SourceDocument(name, number, None, raw, None, damaged=True)
            else:
                yield SourceDocument(name, number, None, raw, value)


def _strip(line: bytes) -> bytes:
    return line.removeprefix(_BOM).strip()


_DAMAGED = object()


def _parsed(raw: bytes) -> Any:
    """The value of a JSON text, or `_DAMAGED`."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _DAMAGED


def _is_document(value: Any) -> bool:
    return isinstance(value, dict) and not _MARKS.isdisjoint(value)
