"""What can be wrong with a request, each answered by a page or a document that helps."""

from collections.abc import Sequence
from typing import NamedTuple


class Offer(NamedTuple):
    """Something near what was asked for: its name and where it is."""

    name: str
    address: str


class NotThereError(Exception):
    """Well asked, but there is no such thing: answered 404.

    `kind` names it (a key of the texts below `missing.`), `said` is what the caller said.
    """

    def __init__(self, kind: str, said: str, offers: Sequence[Offer] = ()) -> None:
        super().__init__(f"no {kind}: {said}")
        self.kind, self.said, self.offers = kind, said, tuple(offers)


class MalformedError(Exception):
    """A parameter that cannot be read: answered 422 with its name."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


class TooMuchAskedError(MalformedError):
    """A question that would take too long: answered 422, with questions that do not."""

    def __init__(self, field: str, problem: str, offers: Sequence[Offer]) -> None:
        super().__init__(field, problem)
        self.offers = tuple(offers)


class RefusedError(Exception):
    """An action that is not allowed: answered 403."""


class UnsentError(Exception):
    """Kafka did not take an action: answered 503; the message is one line for an operator."""
