"""Whether today's schemas still accept every document that the released ones accepted.

Adding an optional field is fine. Removing a field, narrowing a type or a limit, a new required field or
another default break producers. (Readers refuse unknown keys, so a new field is deployed to readers first.)
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_LOWER_LIMITS = ("minimum", "minLength", "minItems")
_UPPER_LIMITS = ("maximum", "maxLength", "maxItems")
_FIXED = ("pattern", "format")
_NOT_GIVEN = object()


def breaks(released: Mapping[str, Schema], current: Mapping[str, Schema]) -> list[str]:
    """One sentence for every way in which a released document would be refused or read otherwise now."""
    found = [f"{name}: the document is gone" for name in released if name not in current]
    for name, old in released.items():
        if name in current:
            pair = _Pair(old.get("$defs", {}), current[name].get("$defs", {}))
            found += [f"{name}{path}: {what}" for path, what in pair.compare("", old, current[name])]
    return found


class _Pair:
    """Two schemas side by side, each with its own definitions."""

    def __init__(self, old_defs: Schema, new_defs: Schema) -> None:
        self._old_defs = old_defs
        self._new_defs = new_defs

    def compare(self, path: str, old: Schema, new: Schema) -> Iterator[tuple[str, str]]:
        """Every break at or below `path`, as (path, words)."""
        if old.get("default", _NOT_GIVEN) != new.get("default", _NOT_GIVEN):
            yield path, "another default"
        old, new = _resolve(old, self._old_defs), _resolve(new, self._new_defs)
        if "anyOf" in old or "anyOf" in new:
            yield from self._alternatives(path, old, new)
            return
        yield from _values(path, old, new)
        yield from _limits(path, old, new)
        if old.get("type") == new.get("type") == "object":
            yield from self._fields(path, old, new)
        if old.get("type") == new.get("type") == "array":
            yield from self.compare(f"{path}[]", old.get("items", {}), new.get("items", {}))

    def _alternatives(self, path: str, old: Schema, new: Schema) -> Iterator[tuple[str, str]]:
        candidates = new.get("anyOf", [new])
        for alternative in old.get("anyOf", [old]):
            if not any(not list(self.compare(path, alternative, candidate)) for candidate in candidates):
                yield path, "an alternative is gone or narrower"

    def _fields(self, path: str, old: Schema, new: Schema) -> Iterator[tuple[str, str]]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            if name in after:
                yield from self.compare(f"{path}.{name}", schema, after[name])
            else:
                yield f"{path}.{name}", "the field is gone"
        for name in set(new.get("required", ())) - set(old.get("required", ())):
            yield f"{path}.{name}", "the field is required now"


def _resolve(schema: Schema, definitions: Schema) -> Schema:
    """The schema a reference points to, or itself."""
    if "$ref" not in schema:
        return schema
    target: Schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    return target


def _values(path: str, old: Schema, new: Schema) -> Iterator[tuple[str, str]]:
    """A type changed, or a list of allowed values became shorter."""
    if old.get("type") != new.get("type") and "type" in new:
        yield path, "another type"
    before, after = _allowed(old), _allowed(new)
    if after is not None and (before is None or not before <= after):
        yield path, "fewer values are allowed"


def _allowed(schema: Schema) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _limits(path: str, old: Schema, new: Schema) -> Iterator[tuple[str, str]]:
    """A limit became tighter, or a form of text was demanded or changed."""
    tighter: list[tuple[tuple[str, ...], Callable[[Any, Any], bool]]] = [
        (_LOWER_LIMITS, lambda before, after: after > before),
        (_UPPER_LIMITS, lambda before, after: after < before),
        (_FIXED, lambda before, after: after != before),
    ]
    for names, is_tighter in tighter:
        for name in names:
            if name in new and (name not in old or is_tighter(old[name], new[name])):
                yield path, f"{name} is tighter"
