"""The shape of a refused document without what it says: its field names, and types for values."""

import json
import re
from typing import Any

MAX_DEPTH = 8
MAX_ITEMS = 20
MAX_KEYS = 60

FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}\Z")
_TYPES: dict[type, str] = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def redacted(raw: bytes) -> Any:
    """The shape of a JSON document; None for bytes that are not JSON, of which nothing can be told safely."""
    try:
        return shape(json.loads(raw))
    except (ValueError, RecursionError):
        return None


def shape(value: Any, depth: int = 0) -> Any:
    """`value` with every scalar replaced by its type's name; long lists and deep nests are cut."""
    if isinstance(value, dict):
        if depth >= MAX_DEPTH:
            return "object"
        items = list(value.items())[:MAX_KEYS]
        return {harmless(key): shape(inner, depth + 1) for key, inner in items}
    if isinstance(value, list):
        return "list" if depth >= MAX_DEPTH else [shape(inner, depth + 1) for inner in value[:MAX_ITEMS]]
    return _TYPES[type(value)]


def harmless(key: str) -> str:
    """A key that looks like a field name; `?` for one that could be somebody's name or number."""
    return key if FIELD_NAME.match(key) else "?"
