"""Several notices as one message for people, in Vietnamese: unit by unit, the gravest first."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

from streams.notify.notice import Notice

SEVERITIES: Final = ("critical", "serious", "warning", "info")
SEVERITIES_VI: Final = {
    "critical": "khẩn cấp",
    "serious": "nghiêm trọng",
    "warning": "cần chú ý",
    "info": "để biết",
}


class Message(NamedTuple):
    """A title of one line, a text of many, and the gravest severity in it."""

    title: str
    text: str
    severity: str


def alerts_message(notices: Sequence[Notice], lines: int) -> Message:
    """Return one message about all notices (at least one), of which it writes out the `lines` gravest."""
    ordered = sorted(notices, key=_gravest_first)
    severity = ordered[0].alert.severity
    if len(ordered) == 1:
        return Message(ordered[0].text.title, _alone(ordered[0]), severity)
    shown = sorted(ordered[:lines], key=lambda notice: (notice.unit_name, *_gravest_first(notice)))
    blocks = [_block(unit, list(group)) for unit, group in groupby(shown, lambda notice: notice.unit_name)]
    if len(ordered) > lines:
        blocks.append(f"… và {_thousands(len(ordered) - lines)} cảnh báo khác, xem trên bảng điều hành.")
    return Message(_title(ordered), "\n\n".join(blocks), severity)


def _title(notices: Sequence[Notice]) -> str:
    ended = sum(1 for notice in notices if notice.alert.change == "resolved")
    counts = [
        (sum(1 for n in notices if n.alert.severity == name and n.alert.change != "resolved"), words)
        for name, words in SEVERITIES_VI.items()
    ]
    parts = [f"{_thousands(count)} {words}" for count, words in [*counts, (ended, "đã hết")] if count]
    return f"{_thousands(len(notices))} cảnh báo: {', '.join(parts)}"


def _alone(notice: Notice) -> str:
    text = notice.text
    return f"{notice.unit_name}\n{text.explanation}\nViệc cần làm: {text.what_to_do}"


def _block(unit: str, notices: Sequence[Notice]) -> str:
    return "\n".join([f"{unit} ({len(notices)})", *(_line(notice) for notice in notices)])


def _line(notice: Notice) -> str:
    text = notice.text
    if notice.alert.change == "resolved":
        return f"• {text.title}"
    return f"• {text.title} ({SEVERITIES_VI[notice.alert.severity]})\n  {text.explanation}\n  → {text.what_to_do}"


def _gravest_first(notice: Notice) -> tuple[bool, int, int, str]:
    alert = notice.alert
    return (
        alert.change == "resolved",
        SEVERITIES.index(alert.severity),
        alert.raised_at,
        alert.alert_id,
    )


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
