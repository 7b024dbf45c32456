"""What can be wrong with a document that crosses a border; no message carries a value of it."""

from typing import Literal

MAX_DOCUMENT_BYTES = 256 * 1024

BadEventReason = Literal[
    "not_json", "not_an_object", "unknown_type", "unknown_version", "invalid", "oversize"
]


class BadEvent(Exception):  # noqa: N818 - the name is the domain's: a bad event, counted and dead-lettered
    """A document that is not one of our events (or reference records).

    Attributes:
        reason: one of `BadEventReason`; the `reason` header of the dead letter.
        detail: words for people, without any value of the document.
        field: dotted path of the first faulty field (`components.3.has_file`), None if no field is to blame.
    """

    def __init__(self, reason: BadEventReason, detail: str, field: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: BadEventReason = reason
        self.detail = detail
        self.field = field
