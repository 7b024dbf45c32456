"""What `nhip766 demo --live` shows: the running ranking, what changed in it, and the dossiers that are late now."""

import time
from collections import deque
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from streams.cli.printing import count, decimal
from streams.cli.ranking_table import ranking_view
from streams.core.periods import LOCAL, calendar_periods
from streams.read.choice import Choice, available
from streams.read.ranking import Place, Ranking, read_ranking
from streams.read.reader import Reader

LOOK_SECONDS: Final = 1.0
PLAIN_SECONDS: Final = 5.0
SHOWN_CHANGES: Final = 6
SHOWN_LATE: Final = 6

LATE = """
SELECT named.name AS unit, late.dossier_code AS dossier, late.late_since AS since,
    count() OVER () AS total
FROM overdue_dossiers AS late
LEFT JOIN (SELECT unit_code, any(unit_name) AS name FROM scores GROUP BY unit_code) AS named USING (unit_code)
ORDER BY since DESC LIMIT %(most)s
"""


class LiveScreen:
    """One for a telling; where the output is no terminal it prints a line now and then."""

    def __init__(self, console: Console, title: str, formula: str, reader: Reader) -> None:
        self._console = console
        self._title = title
        self._formula = formula
        self._reader = reader
        self._live = (
            Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        )
        self._ranking: Ranking | None = None
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
            self._console.print(self._line(events))
        else:
            self._live.update(self.view(events), refresh=True)

    def _read(self) -> Ranking | None:
        """Return the districts' ranking of the running quarter, None before its first scores."""
        _, quarter, _ = calendar_periods(time.time_ns() // 1_000_000)
        choice = Choice(self._formula, "district", quarter.key)
        found = {(one.formula, one.level, one.period) for one in available(self._reader, None)}
        return read_ranking(self._reader, choice) if tuple(choice) in found else None

    def take(self) -> None:
        """Read the ranking, and note who gained or lost a place since it was last read."""
        ranking = self._read()
        if ranking is None:
            return
        before = _apart(self._ranking)
        for place in ranking.places:
            then = before.get(place.unit_code)
            if then is not None and None not in (then.rank, place.rank) and then.rank != place.rank:
                self._changes.appendleft(_moved(ranking, then, place))
        self._ranking = ranking

    def _line(self, events: int | None) -> Text:
        told = "" if events is None else f" · {count(events)} sự kiện"
        if self._ranking is None:
            return Text(f"Chưa có điểm{told}")
        places = [place for place in self._ranking.places if place.rank is not None]
        standing = ", ".join(f"{one.rank}. {one.unit_name} {decimal(one.total)}" for one in places[:3])
        at = f"{self._ranking.as_of.astimezone(LOCAL):%H:%M:%S}"
        return Text.assemble((at, "bold"), f"{told} · {standing}")

    def view(self, events: int | None) -> RenderableType:
        """Return the whole as it stands; `events` were sent so far, None where that is not known."""
        parts: list[RenderableType] = [self._line(events)]
        if self._ranking is not None:
            parts += [ranking_view(self._ranking, self._console.width), Text()]
        parts += [Text("Thứ hạng vừa đổi", style="bold"), *(Text(line) for line in self._changes), Text()]
        rows = self._reader.rows(LATE, {"most": SHOWN_LATE})
        total = rows[0]["total"] if rows else 0
        parts.append(Text(f"Đang trễ hạn: {count(total)} hồ sơ; mới nhất", style="bold"))
        parts += [
            Text(f"{row['since'].astimezone(LOCAL):%H:%M:%S}  {row['dossier']}  {row['unit']}", style="red")
            for row in rows
        ]
        return Panel(Group(*parts), title=self._title, title_align="left", border_style="cyan")


def _apart(ranking: Ranking | None) -> dict[str, Place]:
    """Return the places by unit; none while all units share one: nobody has moved when they come apart."""
    places = () if ranking is None else ranking.places
    return {one.unit_code: one for one in places} if len({one.rank for one in places}) > 1 else {}


def _moved(ranking: Ranking, then: Place, now: Place) -> str:
    up = (then.rank or 0) > (now.rank or 0)
    at = f"{ranking.as_of.astimezone(LOCAL):%H:%M:%S}"
    return f"{at}  {'▲' if up else '▼'} {now.unit_name}: hạng {then.rank} → {now.rank} ({decimal(now.total)} điểm)"
