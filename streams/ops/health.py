"""What `/healthz` and `/readyz` answer: named checks, each with what it saw."""

import json
from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Check(NamedTuple):
    """One question and its answer."""

    name: str
    ok: bool
    seen: str


class Health(Protocol):
    """Asked in the thread of the page server, while the process works or hangs."""

    def alive(self) -> Sequence[Check]:
        """Tell whether the process goes on; one that does not should be started again."""

    def ready(self) -> Sequence[Check]:
        """Tell whether the process does its whole work now."""


def answer(checks: Sequence[Check]) -> tuple[int, bytes]:
    """Return the HTTP status, 200 only if every check is fine, and the checks as JSON."""
    is_fine = all(check.ok for check in checks)
    body = {"ok": is_fine, "checks": {check.name: {"ok": check.ok, "seen": check.seen} for check in checks}}
    return (200 if is_fine else 503), json.dumps(body, ensure_ascii=False).encode() + b"\n"
