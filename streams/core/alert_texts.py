"""What an alert says to people, in Vietnamese and in English: a title, an explanation, and what to do.

Pure: everything said comes from the record itself and from the unit's name, which the caller looks up. Times are shown
in Asia/Ho_Chi_Minh.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple, Protocol

from streams.core.alert_words import ENGLISH, VIETNAMESE, Words

Language = Literal["vi", "en"]

_LOCAL: Final = timedelta(hours=7)
_MINUTES_A_DAY: Final = 480


class Told(Protocol):
    """What a text needs of an alert; `schemas.alerts.AlertRecord` and `schemas.alert_wire.Alert` both have it."""

    @property
    def kind(self) -> str: ...  # noqa: D102 - as the record has it
    @property
    def change(self) -> str: ...  # noqa: D102
    @property
    def unit_code(self) -> str: ...  # noqa: D102
    @property
    def level(self) -> int: ...  # noqa: D102
    @property
    def dossier_code(self) -> str | None: ...  # noqa: D102
    @property
    def petition_code(self) -> str | None: ...  # noqa: D102
    @property
    def stage_id(self) -> str | None: ...  # noqa: D102
    @property
    def subject(self) -> str | None: ...  # noqa: D102
    @property
    def due_at(self) -> int | None: ...  # noqa: D102
    @property
    def computed(self) -> bool: ...  # noqa: D102
    @property
    def until(self) -> int | None: ...  # noqa: D102
    @property
    def by(self) -> str | None: ...  # noqa: D102
    @property
    def figures(self) -> Mapping[str, int]: ...  # noqa: D102


class AlertText(NamedTuple):
    """A title of one line, an explanation of one or two sentences, and what to do."""

    title: str
    explanation: str
    what_to_do: str


def alert_text(alert: Told, unit_name: str | None = None, language: Language = "vi") -> AlertText:
    """Return what an alert says; `unit_name` is the name of its unit, whose code is shown where none is known."""
    words = VIETNAMESE if language == "vi" else ENGLISH
    values = _values(alert, unit_name or alert.unit_code, words)
    sentence = words.kinds[alert.kind]
    explanation = sentence.explanation.format_map(values)
    notes = [explanation, *_notes(alert, words, values)]
    return AlertText(
        words.changes[alert.change].format(title=sentence.title.format_map(values)),
        " ".join(notes),
        words.nothing_to_do if alert.change == "resolved" else sentence.what_to_do.format_map(values),
    )


def local_time(moment: int | None) -> str:
    """Show a moment (epoch ms) as people here write it: `17:00 08/03/2024`, a dash for none."""
    if moment is None:
        return "-"
    return (datetime.fromtimestamp(moment / 1000, UTC) + _LOCAL).strftime("%H:%M %d/%m/%Y")


def working_span(minutes: int, language: Language = "vi") -> str:
    """Show a length of working time, given in minutes: `2 ngày 3 giờ`; a day has eight hours."""
    return _span(minutes, VIETNAMESE if language == "vi" else ENGLISH)


def _span(minutes: int, words: Words) -> str:
    days, rest = divmod(max(0, minutes), _MINUTES_A_DAY)
    hours, left = divmod(rest, 60)
    parts = [(days, words.day), (hours, words.hour)]
    if not days:
        parts.append((left, words.minute))
    shown = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(shown) or f"0 {words.minute}"


def _hundredths(value: int) -> str:
    return f"{value / 100:.2f}"


_SHOWN: Final[dict[str, Callable[[int], str]]] = {
    "ratio": _hundredths,
    "threshold": _hundredths,
    "points": _hundredths,
    "points_before": _hundredths,
    "fell": _hundredths,
}
"""Figures in hundredths (of a percent, of a point); every other one is shown as it is."""


class _Values(dict[str, str]):
    """Texts by name; a figure that a record does not have is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return "-"


def _values(alert: Told, unit: str, words: Words) -> _Values:
    values = _Values({name: _SHOWN.get(name, str)(number) for name, number in alert.figures.items()})
    late = alert.figures.get("minutes_late", 0)
    values["late"] = words.late.format(span=_span(late, words)) if late else words.just_late
    if "minutes_silent" in alert.figures:
        values["minutes_silent"] = _span(alert.figures["minutes_silent"], words)
    for name in ("grade", "grade_before"):
        if name in alert.figures:
            values[name] = words.grades[alert.figures[name]]
    values.update(
        unit=unit,
        dossier=alert.dossier_code or "-",
        petition=alert.petition_code or "-",
        stage=alert.stage_id or "-",
        subject=alert.subject or "-",
        limit=words.limits.get(alert.subject or "", alert.subject or "-"),
        due=local_time(alert.due_at),
        until=local_time(alert.until),
        by=alert.by or "-",
    )
    return values


def _notes(alert: Told, words: Words, values: Mapping[str, str]) -> list[str]:
    """What is added whatever the kind is: a computed deadline, a step of the ladder, who has taken it."""
    notes = []
    if alert.computed:
        notes.append(words.computed)
    if alert.change == "escalated":
        notes.append(words.escalated[min(alert.level, len(words.escalated) - 1)].format_map(values))
    if alert.change == "acknowledged":
        notes.append(words.acknowledged.format_map(values))
    if alert.change == "snoozed":
        notes.append(words.snoozed.format_map(values))
    return notes
