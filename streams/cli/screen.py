"""What `nhip766 demo` shows while a scenario is told: progress, the running ranking, and a line per checkpoint."""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from streams.cli.printing import count, decimal
from streams.cli.ranking_table import ranking_view
from streams.core.periods import LOCAL, calendar_periods, moment
from streams.read.choice import available, choose
from streams.read.ranking import Place, Ranking, read_ranking
from streams.read.reader import Reader
from streams.read.words import period_name
from streams.scenarios.base import Checkpoint, Scenario
from streams.scenarios.replay import Progress

LOOK_SECONDS: Final = 1.0
PLAIN_SECONDS: Final = 5.0
SHOWN_UNITS: Final = 15


class DemoScreen:
    """One for a telling; where the output is no terminal it prints a line now and then instead of a live table."""

    def __init__(self, console: Console, story: Scenario, reader: Reader) -> None:
        self._console = console
        self._story = story
        self._reader = reader
        self._live = (
            Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        )
        self._ranking: Ranking | None = None
        self._checkpoints: dict[str, Checkpoint] = {}
        self._looked = 0.0
        self._begun = time.monotonic()

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    # --------------------------------------------------------------- progress

    def watch(self, progress: Progress) -> None:
        """Show how far the telling is, about once a second."""
        now = time.monotonic()
        pause = LOOK_SECONDS if self._live is not None else PLAIN_SECONDS
        if now - self._looked < pause or progress.at is None:
            return
        self._looked = now
        if self._live is None:
            self._console.print(self._line(progress))
        else:
            self._ranking = self._running() or self._ranking
            self._live.update(self._view(progress), refresh=True)

    def _line(self, progress: Progress) -> Text:
        at = "" if progress.at is None else f"{progress.at.astimezone(LOCAL):%d/%m/%Y}"
        spent = time.monotonic() - self._begun
        return Text.assemble((at, "bold"), f" · {count(progress.events)} sự kiện · {spent:.0f} giây")

    def _view(self, progress: Progress) -> RenderableType:
        parts: list[RenderableType] = [self._line(progress)]
        if self._ranking is None:
            parts.append(Text("Chưa có điểm: đang đợi những sự kiện đầu tiên…", style="dim"))
        else:
            parts.append(ranking_view(_shortened(self._ranking), self._console.width))
        return Panel(Group(*parts), title=self._story.title_vi, title_align="left", border_style="cyan")

    def _running(self) -> Ranking | None:
        """Return the ranking of the quarter that the scores have reached, None before the first ones."""
        found = available(self._reader, None)
        if not found:
            return None
        _, quarter, _ = calendar_periods(moment(max(one.as_of for one in found)))
        choice = choose(found, self._story.formula, explicit=True, level=None, period=quarter.key)
        return read_ranking(self._reader, choice)

    # ------------------------------------------------------------ checkpoints

    def passed(self, checkpoint: Checkpoint) -> None:
        """Leave a line of a checkpoint: who is first and who is last."""
        self._checkpoints[checkpoint.name] = checkpoint
        ranking = self.ranking_of(checkpoint)
        places = [place for place in ranking.places if place.rank is not None]
        best, last = places[:3], places[-1:] if len(places) > 3 else []
        line = Text.assemble(
            ("✓ ", "green"),
            (f"{checkpoint.at.astimezone(LOCAL):%d/%m/%Y}", "bold"),
            f" {period_name(checkpoint.period)}{_stored(checkpoint)}: "
            + ", ".join(_standing(place) for place in best),
            "" if not last else f" … {_standing(last[0])}",
        )
        self._console.print(line)

    def conclude(self) -> None:
        """Show the ranking that the story is about, as it was stored then, and how far each unit has come."""
        if self._live is not None:
            self._live.stop()
        ranking = self.ranking_of(self._checkpoints[self._story.headline])
        self._console.print()
        self._console.print(ranking_view(ranking, self._console.width))
        before = self._checkpoints.get(self._story.baseline or "")
        if before is not None:
            self._console.print(_come_so_far(self.ranking_of(before), ranking))
        self._console.print()

    def ranking_of(self, checkpoint: Checkpoint) -> Ranking:
        """Return the ranking of a checkpoint: of the units that the story compares."""
        at = checkpoint.stored_at or checkpoint.at
        found = available(self._reader, at)
        choice = choose(found, self._story.formula, explicit=True, level=None, period=checkpoint.period)
        return read_ranking(self._reader, choice, at)


def _stored(checkpoint: Checkpoint) -> str:
    if checkpoint.stored_at is None:
        return ""
    return f" (bản công bố {checkpoint.stored_at.astimezone(LOCAL):%d/%m/%Y}, giữ nguyên)"


def _standing(place: Place) -> str:
    return f"{place.rank}. {place.unit_name} {decimal(place.total)}"


def _come_so_far(before: Ranking, now: Ranking) -> Text:
    """Return points and places gained since a period of another kind; not a delta, which compares equals."""
    then = {place.unit_code: place for place in before.places}
    parts = []
    for place in now.places:
        old = then.get(place.unit_code)
        if old is None or None in (old.total, place.total, old.rank, place.rank):
            continue
        points, places = place.total - old.total, old.rank - place.rank  # type: ignore[operator]  # not None
        sign = f"▲{places}" if places > 0 else f"▼{-places}" if places < 0 else "="
        parts.append(f"{place.unit_name} {points:+.2f} ({sign})")
    return Text(f"So với {period_name(before.period)}: " + " · ".join(parts))


def _shortened(ranking: Ranking) -> Ranking:
    return ranking._replace(places=_first(ranking.places))


def _first(places: Sequence[Place]) -> tuple[Place, ...]:
    return tuple(places[:SHOWN_UNITS])
