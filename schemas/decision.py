"""A decision that publishes, amends or repeals a procedure (quyết định công bố)."""

from typing import Literal

from schemas.fields import Document, Instant, LocalDate, Text


class Decision(Document):
    """`specific`: it carries the procedure's own text; `published_at`: the publish click on the portal."""

    number: Text
    decision_date: LocalDate
    kind: Literal["new", "amend", "repeal"]
    specific: bool
    legal_effective_date: LocalDate | None = None
    published_at: Instant | None = None
