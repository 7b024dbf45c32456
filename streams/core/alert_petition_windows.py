"""When a petition (phản ánh, kiến nghị) is cause for alarm: its limits in working days, index-766.md 5.2.

| limit | working days | runs |
|---|---:|---|
| `refuse` | 2 | while it is not yet received: the last day to refuse it or to send it back |
| `ask` | 5 | likewise: the last day to ask for a supplement |
| `answer` | 15 | while it is open |
| `publish` | 2 | from the answer until it is published |

Each warns from the morning of the working day before it ends. The first two end by themselves: the petition is then to
be answered; the other two become late. Moments are epoch milliseconds UTC.
"""

from collections.abc import Iterator
from typing import Final

from streams.core.alert_windows import Window
from streams.core.calendar import WorkingCalendar
from streams.core.facts import NEVER, PetitionFacts
from streams.core.petition_outcome import (
    ANSWER_DAYS,
    PUBLISH_DAYS,
    REFUSE_DAYS,
    SUPPLEMENT_DAYS,
    clock_start,
    outcome,
)

REFUSE: Final = "refuse"
ASK: Final = "ask"
ANSWER: Final = "answer"
PUBLISH: Final = "publish"


def petition_windows(facts: PetitionFacts, as_of: int, calendar: WorkingCalendar) -> Iterator[Window]:
    """Give the windows of a petition as it is known and stands at a moment."""
    start = clock_start(facts, as_of)
    if start is None or start > as_of or facts.came_at is None or facts.came_at > as_of:
        return
    kind, at = outcome(facts, as_of)
    if kind == "open":
        if facts.received_at is None or facts.received_at > as_of:
            yield _due(REFUSE, start, REFUSE_DAYS, calendar)
            yield _due(ASK, start, SUPPLEMENT_DAYS, calendar)
        yield from _due_and_late(ANSWER, start, ANSWER_DAYS, calendar)
    elif (
        at is not None
        and at == facts.answered_at
        and (facts.published_at is None or facts.published_at > as_of)
    ):
        yield from _due_and_late(PUBLISH, at, PUBLISH_DAYS, calendar)


def _due(limit: str, start: int, days: int, calendar: WorkingCalendar) -> Window:
    due = calendar.add_working_days(start, days)
    begins = max(start, calendar.opening(calendar.opening(due) - 1))
    return Window("petition_due", begins, due + 1, due, begins, subject=limit)


def _due_and_late(limit: str, start: int, days: int, calendar: WorkingCalendar) -> Iterator[Window]:
    warning = _due(limit, start, days, calendar)
    yield warning
    yield Window("petition_late", warning.due + 1, NEVER, warning.due, warning.due, subject=limit)
