"""What `nhip766 demo --live` shows: the running ranking, the newest alerts, and who has just moved."""

import time
from collections import deque
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from streams.cli.live_alerts import LiveAlerts
from streams.cli.printing import count, decimal
from streams.cli.ranking_table import WIDE, ranking_view
from streams.core.periods import LOCAL, calendar_periods
from streams.read.choice import Choice, available
from streams.read.ranking import Place, Ranking, read_ranking
from streams.read.reader import Reader

LOOK_SECONDS: Final = 1.0
PLAIN_SECONDS: Final = 5.0
SHOWN_CHANGES: Final = 6
SHOWN_ALERTS: Final = 12
SPACIOUS: Final = 16
"""Lines beside the ranking from which blank ones set the parts apart."""
FRAME: Final = 4
"""Columns of the frame."""
ATTACH: Final = "HOOK_SECRET=thu nhip766 notify --routing deploy/notify/demo.yaml"
"""Sends the alerts to a webhook."""


class LiveScreen:
    """One for a telling; where the output is no terminal it prints a line now and then.

    `told` is how the codes of the story's dossiers begin: alerts of others, which somebody has sent, stand first.
    """

    def __init__(self, console: Console, title: str, formula: str, told: str, reader: Reader) -> None:
        self._console = console
        self._title = title
        self._formula = formula
        self._reader = reader
        self._live = (
            Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        )
        self._ranking: Ranking | None = None
        self._alerts = LiveAlerts(reader, told)
        self._changes: deque[str] = deque(maxlen=SHOWN_CHANGES)
        self._looked = 0.0

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def look(self, events: int) -> None:
        """Read the ranking and show it, about once a second; `events` were sent so far."""
        now = time.monotonic()
        if now - self._looked < (LOOK_SECONDS if self._live is not None else PLAIN_SECONDS):
            return
        self._looked = now
        self.take()
        if self._live is None:
            self._console.print(self._line(events), soft_wrap=True)
        else:
            self._live.update(self.view(events), refresh=True)

    def _read(self) -> Ranking | None:
        """Return the districts' ranking of the running quarter, None before its first scores."""
        _, quarter, _ = calendar_periods(time.time_ns() // 1_000_000)
        choice = Choice(self._formula, "district", quarter.key)
        found = {(one.formula, one.level, one.period) for one in available(self._reader, None)}
        return read_ranking(self._reader, choice) if tuple(choice) in found else None

    def take(self) -> None:
        """Read alerts and ranking, and note who gained or lost a place since it was last read."""
        self._alerts.take(SHOWN_ALERTS)
        ranking = self._read()
        if ranking is None:
            return
        before = _apart(self._ranking)
        for place in ranking.places:
            then = before.get(place.unit_code)
            if then is not None and None not in (then.rank, place.rank) and then.rank != place.rank:
                self._changes.appendleft(_moved(ranking, then, place))
        self._ranking = ranking

    def _head(self, events: int | None) -> Text:
        told = "" if events is None else f" · {count(events)} sự kiện"
        if self._ranking is None:
            return Text(f"Chưa có điểm{told} · {self._alerts.said()}")
        at = f"{self._ranking.as_of.astimezone(LOCAL):%H:%M:%S}"
        return Text.assemble((at, "bold"), f"{told} · {self._alerts.said()}")

    def _line(self, events: int | None) -> Text:
        places = () if self._ranking is None else self._ranking.places
        ranked = [place for place in places if place.rank is not None]
        standing = ", ".join(f"{one.rank}. {one.unit_name} {decimal(one.total)}" for one in ranked[:3])
        return Text.assemble(self._head(events), f" · {standing}" if standing else "")

    def view(self, events: int | None) -> RenderableType:
        """Return the whole as it stands, as high as the terminal; `events` were sent so far, None: not known."""
        width = self._console.width
        parts: list[RenderableType] = [self._head(events)]
        if self._ranking is not None:
            parts.append(ranking_view(self._ranking, width, groups=width >= WIDE))
        inner = self._console.options.update_width(width - FRAME)
        taken = len(self._console.render_lines(Group(*parts), inner))
        alerts, changes, blank = shares(
            self._console.height - 3 - taken
        )  # two lines of frame, one for the cursor
        gap = [Text()] if blank else []
        moved = list(self._changes)[:changes]
        parts += [*gap, self._alerts.view(width, alerts), *gap]
        parts += [Text("Thứ hạng vừa đổi", style="bold"), *(Text(line, no_wrap=True) for line in moved)]
        return Panel(
            Group(*parts),
            title=self._title,
            title_align="left",
            subtitle=ATTACH,
            subtitle_align="left",
            border_style="cyan",
        )


def shares(lines: int) -> tuple[int, int, bool]:
    """Return how many alerts and changes are shown in so many lines below the ranking, and whether blank ones are."""
    blank = lines >= SPACIOUS
    rows = lines - 2 - 2 * blank  # two headings
    changes = min(SHOWN_CHANGES, max(1, rows // 3))
    return min(SHOWN_ALERTS, max(1, rows - changes)), changes, blank


def _apart(ranking: Ranking | None) -> dict[str, Place]:
    """Return the places by unit; none while all units share one: nobody has moved when they come apart."""
    places = () if ranking is None else ranking.places
    return {one.unit_code: one for one in places} if len({one.rank for one in places}) > 1 else {}


def _moved(ranking: Ranking, then: Place, now: Place) -> str:
    up = (then.rank or 0) > (now.rank or 0)
    at = f"{ranking.as_of.astimezone(LOCAL):%H:%M:%S}"
    return f"{at}  {'▲' if up else '▼'} {now.unit_name}: hạng {then.rank} → {now.rank} ({decimal(now.total)} điểm)"
