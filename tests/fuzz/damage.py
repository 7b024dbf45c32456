"""Bytes that sources might send: documents with anything anywhere, cut, doubled and flipped, and pure noise.

`PLANTED` are personal values; they stand where a value or a key may, and must come out nowhere.
"""

import copy
import json
from typing import Any

from hypothesis import strategies as st

from schemas.export import FOLDER

PLANTED = ("Nguyễn Thị Bí Mật", "079301009876", "0912 345 678", "bi.mat@example.vn")
TOKENS = (
    b"null",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-0",
    b"1" * 400,
    b"1" * 5000,
    b'"\\ud800"',
    b"\xff\xfe",
    b"\x00",
    b"{",
    b"[",
    b'":',
    b",",
    b'"',
    b"\\",
    b'"2026-02-30T24:61:00Z"',
    b'"2199-12-31T23:59:59.999999999+23:59"',
    b'"1990-01-01T00:00:00-23:59"',
    b'{"v":1}',
    b"[[[[",
    b"\xef\xbb\xbf",
    "ồ".encode(),
    b'"type":"dossier.received",',
    b'"v":2,',
    b"true",
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.integers(-1, 12),
    st.floats(),
    st.text(st.characters(), max_size=12),
    st.sampled_from(PLANTED),
    st.sampled_from(
        [
            "",
            "0",
            "1",
            "00010101000000",
            "20260810080000",
            "20260230250000",
            "2026-08-10T08:00:00+07:00",
            "H44.1",
            "9" * 30,
        ]
    ),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(PLANTED) | st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


def examples() -> list[dict[str, Any]]:
    """The committed examples of every event and reference record."""
    return [json.loads(path.read_text("utf-8")) for path in sorted((FOLDER / "examples").glob("*.json"))]


def paths(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside a document."""
    found: list[tuple[Any, ...]] = []
    for key in document if isinstance(document, dict) else range(len(document)):
        found.append((*path, key))
        if isinstance(document[key], dict | list):
            found += paths(document[key], (*path, key))
    return found


@st.composite
def odd_documents(draw: st.DrawFn, documents: list[dict[str, Any]], most: int = 4) -> Any:
    """One of some documents with odd values in up to `most` places, and sometimes one more key or one less."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(0, most))):
        places = paths(document)
        if not places:
            break
        *parents, last = draw(st.sampled_from(places))
        target = document
        for step in parents:
            target = target[step]
        what = draw(st.sampled_from(["value", "value", "value", "key", "gone"]))
        if what == "value":
            target[last] = draw(VALUES)
        elif what == "gone":
            del target[last]
        elif isinstance(target, dict):
            target[draw(st.sampled_from(PLANTED) | st.text(max_size=8))] = draw(VALUES)
    return document


@st.composite
def damaged(draw: st.DrawFn, raws: st.SearchStrategy[bytes]) -> bytes:
    """Bytes with a few tokens put in, pieces taken out or doubled, and bytes changed."""
    raw = bytearray(draw(raws))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(raw)))
        to = min(len(raw), at + draw(st.integers(0, 12)))
        how = draw(st.sampled_from(["put", "cut", "double", "flip"]))
        if how == "put":
            raw[at:at] = draw(st.sampled_from(TOKENS) | st.binary(max_size=4))
        elif how == "cut":
            del raw[at:to]
        elif how == "double":
            raw[at:at] = raw[at:to]
        elif at < len(raw):
            raw[at] = draw(st.integers(0, 255))
    return bytes(raw)


def raw_json(document: Any) -> bytes:
    """A document as bytes; half of the odd characters as escapes would hide half of the faults, so all are escaped."""
    return json.dumps(document).encode()


def events_as_bytes() -> st.SearchStrategy[bytes]:
    """Bytes that are near to an event or a reference record, or nothing at all."""
    near = odd_documents(examples()).map(raw_json)
    return st.one_of(near, damaged(near), st.binary(max_size=64), VALUES.map(raw_json))


def says(*told: object) -> str:
    """Everything that some objects say, in one text."""
    return "\n".join(one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in told)


def leaks(text: str) -> list[str]:
    """Planted values that stand in a text, plain or escaped."""
    return [secret for secret in PLANTED if secret in text or json.dumps(secret)[1:-1] in text]
