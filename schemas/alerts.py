"""Alerts (cảnh báo) and what people do with them, as they stand on their topics.

One record is one change in the life of an alert, absolute: it says everything that is known of the alert after it.
`(alert_id, seq)` is its idempotency key: a crash may send a record twice, and then both copies are equal. Moments are
epoch milliseconds UTC, as in everything our own processes tell each other.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from schemas.errors import BadEvent
from schemas.events.parsing import field_path, read_object
from schemas.fields import Code, Document, Text, Version

AlertKind = Literal[
    "stage_80_percent",
    "stage_late",
    "dossier_due_tomorrow",
    "dossier_due_today",
    "dossier_late",
    "dossier_late_again",
    "supplement_unanswered",
    "second_supplement",
    "petition_due",
    "petition_late",
    "resolved_not_synced",
    "on_time_low",
    "group_fell",
    "grade_lost",
    "rank_fell",
    "source_silent",
]
Severity = Literal["info", "warning", "serious", "critical"]
AlertChange = Literal["raised", "escalated", "acknowledged", "snoozed", "resolved"]
ActionKind = Literal["ack", "snooze", "unsnooze"]

UNIT_KINDS: Final[frozenset[AlertKind]] = frozenset(
    {"on_time_low", "group_fell", "grade_lost", "rank_fell", "source_silent"}
)
"""Kinds that speak of a whole unit or of a source, not of one dossier or petition."""

AlertId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}\Z", json_schema_extra={"pattern": "^[0-9a-f]{32}$"})]
"""BLAKE2b (16 bytes, hexadecimal) of `kind|subject|due`: the same cause has the same id wherever it is found."""

Moment = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""Epoch milliseconds UTC."""

Figure = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)]
FigureName = Annotated[str, Field(min_length=1, max_length=40)]


class AlertRecord(Document):
    """One change of one alert (topic `alerts`, key `alert_id`).

    `seq` counts the changes of an alert from 1. `unit_code` is the unit that owns it; `told_units` whom the step of the
    ladder that it is on addresses: the unit itself (level 0), then its district (1), then its province (2).
    `subject` names what it is about besides the codes: a limit of a petition (`answer`, `publish`), a group of the
    index and its period, a source. `due_at` is the deadline, `computed` says that no source sent it; `raised_at` is
    the moment at which the alert had to be raised, not that of its discovery; `changed_at` is the same of this change;
    `ring_at` is when to disturb people: the same, or the next working minute. `until` ends a snooze, `by` names who
    acknowledged or snoozed. `silent` records are history: they are stored and never notified. `as_of` is how far the
    clock was that found the change.
    """

    v: Version = 1
    alert_id: AlertId
    seq: Annotated[int, Field(ge=1, le=10**9)]
    kind: AlertKind
    severity: Severity
    change: AlertChange
    unit_code: Code
    told_units: Annotated[tuple[Code, ...], Field(min_length=1, max_length=10)]
    level: Annotated[int, Field(ge=0, le=9)]
    dossier_code: Code | None = None
    petition_code: Code | None = None
    procedure_code: Code | None = None
    stage_id: Code | None = None
    subject: Text | None = None
    due_at: Moment | None = None
    computed: bool = False
    raised_at: Moment
    changed_at: Moment
    ring_at: Moment
    until: Moment | None = None
    by: Text | None = None
    silent: bool = False
    as_of: Moment
    figures: Annotated[dict[FigureName, Figure], Field(max_length=20)] = Field(default_factory=dict)


class AlertAction(Document):
    """What somebody does with an alert (topic `alert-actions`, key `alert_id`).

    The topic has one partition and every worker reads all of it, like reference data: actions are few, and so one
    reaches the worker that owns the alert whatever partition its dossier is in. `until` goes with `snooze` alone. `by`
    is the account or the role that acts, never a person's name or number; `note` must not hold such either.
    """

    v: Version = 1
    action_id: Annotated[str, Field(min_length=1, max_length=64)]
    alert_id: AlertId
    action: ActionKind
    until: Moment | None = None
    by: Text
    at: Moment
    note: Text | None = None

    def rules(self) -> None:
        """A snooze ends, and ends later than it begins; nothing else does."""
        if (self.action == "snooze") != (self.until is not None):
            raise ValueError("until goes with snooze, and only with it")
        if self.until is not None and self.until <= self.at:
            raise ValueError("until is not after at")


ALERT_MODELS: dict[str, type[Document]] = {"alert": AlertRecord, "alert-action": AlertAction}
"""Model of each document of the alert topics, by the name of its schema."""


def parse_action(raw: bytes) -> AlertAction:
    """Return the action in a JSON document; raises BadEvent as `schemas.events.parse_event` does."""
    document = read_object(raw)
    try:
        return AlertAction.model_validate_json(raw)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
        path = field_path(fault, document)
        raise BadEvent("invalid", f"{path or 'document'}: {fault['type']}", path) from None


def encode_action(action: AlertAction) -> bytes:
    """Return an action as it is put on its topic: JSON, null fields left out."""
    return action.model_dump_json(exclude_none=True).encode()
