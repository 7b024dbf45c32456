"""Reading the routing file: whatever is wrong with it becomes one line that names file, line and field."""

import difflib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from streams.errors import UserError
from streams.notify.routing_model import NO_DIGEST, Routing

Place = tuple[str | int, ...]

_NO_KEYS: Final = {"apprise", "webhook", "alertmanager", "[key]"}
"""What pydantic adds to a place: the type of the channel it has tried, and that it speaks of the key itself."""

_PLAINLY: Final = {
    "extra_forbidden": "there is no such field",
    "missing": "this field is missing",
    "union_tag_not_found": "say the type of the channel: apprise, webhook or alertmanager",
    "union_tag_invalid": "the type of a channel is apprise, webhook or alertmanager",
}


def read_routing(path: Path) -> Routing:
    """Return what the file says; raises UserError, `FILE, line N, FIELD: what is wrong`, for the first fault in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UserError(f"{path}: cannot be read ({type(problem).__name__})") from None
    return parse_routing(text, str(path))


def parse_routing(text: str, name: str) -> Routing:
    """Return the routing in a YAML text; `name` is how errors call it. Raises UserError as `read_routing` does."""
    document = _Document(text, name)
    try:
        routing = Routing.model_validate_json(json.dumps(document.value))
    except ValidationError as problem:
        faults = problem.errors(include_url=False, include_context=False, include_input=False)
        raise min((document.fault(fault["loc"], _said(fault)) for fault in faults), key=_line) from None
    for place, fault in _contradictions(routing):
        raise document.fault(place, fault)
    return routing


def json_schema() -> str:
    """Return the JSON Schema of the file, for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Routing.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class _RoutingError(UserError):
    line = 0


def _line(error: _RoutingError) -> int:
    return error.line


def _said(fault: Any) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    return _PLAINLY.get(fault["type"], message[0].lower() + message[1:])


def _contradictions(routing: Routing) -> Iterator[tuple[Place, str]]:
    """Channels that are named and not described, and digests for those that cannot show one."""
    named: list[tuple[Place, str]] = [
        (("routes", number, "channels", index), channel)
        for number, route in enumerate(routing.routes)
        for index, channel in enumerate(route.channels)
    ]
    digests: list[tuple[Place, str]] = [
        (("digest", "routes", number, "channels", index), channel)
        for number, route in enumerate(routing.digest.routes if routing.digest else ())
        for index, channel in enumerate(route.channels)
    ]
    for place, channel in named + digests:
        if channel not in routing.channels:
            near = difflib.get_close_matches(channel, routing.channels, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield place, f"there is no channel {channel!r}{hint}"
    for place, channel in digests:
        if routing.channels[channel].type == NO_DIGEST:
            yield place, f"{channel!r} is an Alertmanager: it shows no digest"


class _Document:
    """A YAML text as plain values that know their lines; times of day stay texts, keys stand once."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        try:
            self._refuse_anchors(text)
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as problem:
            mark = problem.problem_mark or problem.context_mark
            raise self._error(mark.line + 1 if mark else 1, "", f"not YAML: {problem.problem}") from None
        except yaml.YAMLError:
            raise self._error(1, "", "not YAML: a character that must not stand in a text") from None
        if root is None:
            raise self._error(1, "", "the file is empty")
        self._root: yaml.Node = root
        self.value = self._plain(root, ())

    def fault(self, place: Sequence[str | int], said: str) -> _RoutingError:
        """Return the error for a place; what is missing is looked for where it should stand."""
        node, line, shown = self._root, self._root.start_mark.line, []
        for part in place:
            found = _child(node, part)
            if found is None and part in _NO_KEYS and isinstance(node, yaml.MappingNode | yaml.ScalarNode):
                continue
            shown.append(part)
            if found is not None:
                line, node = found
        return self._error(line + 1, _dotted(shown), said)

    def _error(self, line: int, field: str, said: str) -> _RoutingError:
        error = _RoutingError(f"{self._name}, line {line}{f', {field}' if field else ''}: {said}")
        error.line = line
        return error

    def _refuse_anchors(self, text: str) -> None:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
                raise self._error(token.start_mark.line + 1, "", "anchors and aliases are not used here")

    def _plain(self, node: yaml.Node, place: Place) -> Any:
        if isinstance(node, yaml.MappingNode):
            value: dict[str, Any] = {}
            for key, child in node.value:
                name = key.value if isinstance(key, yaml.ScalarNode) else "?"
                if name in value:
                    raise self._error(
                        key.start_mark.line + 1, _dotted((*place, name)), "it stands here twice"
                    )
                value[name] = self._plain(child, (*place, name))
            return value
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, (*place, index)) for index, child in enumerate(node.value)]
        return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    """A number, yes or no, or nothing; anything else, 10:30 or a date among it, is a text."""
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return yaml.safe_load(text)
        case "int" | "float" if ":" not in text:
            return yaml.safe_load(text)
        case _:
            return text


def _child(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    """The line on which a part begins (its key's, if it has one), and the part."""
    if isinstance(node, yaml.MappingNode):
        pairs = ((key.start_mark.line, child) for key, child in node.value if key.value == part)
        return next(pairs, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: yaml.Node = node.value[part]
        return child.start_mark.line, child
    return None


def _dotted(place: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
