"""The alerts on the screen of `nhip766 demo --live`: what was raised or ended last, one line each."""

import time
from datetime import UTC, datetime
from typing import Final

from rich.table import Table

from streams.cli.printing import MISSING
from streams.cli.ranking_table import WIDE
from streams.core.periods import LOCAL
from streams.read.alerts import NewestAlerts, OpenAlert, newest_alerts
from streams.read.reader import Reader
from streams.read.words import ALERT_KINDS, ALERT_LEVELS, ALERT_STATES

ENDED_SECONDS: Final = 60
"""Time that an alert which has ended still stands there."""
NAMES: Final = (
    "SELECT unit_code, any(unit_name) AS name FROM scores WHERE unit_code IN %(codes)s GROUP BY unit_code"
)
OTHERS: Final = 63
"""Columns that frame, gaps and the other columns take on a narrow terminal; units' names get the rest."""
LEAST: Final = 8
STYLES: Final = {"critical": "bold red", "serious": "red", "warning": "yellow", "info": ""}


class LiveAlerts:
    """Reads alerts again and again; those of dossiers whose codes begin with `told` come after any other."""

    def __init__(self, reader: Reader, told: str) -> None:
        self._reader = reader
        self._told = told
        self._names: dict[str, str] = {}
        self.newest = NewestAlerts([], 0, 0)

    def take(self, most: int) -> None:
        """Read the newest ones."""
        since = (int(time.time()) - ENDED_SECONDS) * 1000
        self.newest = newest_alerts(self._reader, last=self._told, ended_since=since, limit=most)
        codes = sorted({each.alert.unit_code for each in self.newest.alerts} - self._names.keys())
        if codes:
            rows = self._reader.rows(NAMES, {"codes": codes})
            self._names |= {row["unit_code"]: row["name"] for row in rows}

    def said(self) -> str:
        """Say how many there are."""
        return f"cảnh báo đang mở: {self.newest.total}, hồ sơ trễ hạn: {self.newest.late}"

    def view(self, width: int, most: int) -> Table:
        """Return at most so many lines; narrow terminals are not told since when."""
        table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
        wide = width >= WIDE
        if wide:
            table.add_column("Lúc", no_wrap=True)
        for name in ("Cảnh báo", "Hồ sơ"):
            table.add_column(name, no_wrap=True)
        table.add_column("Đơn vị", no_wrap=True, max_width=None if wide else max(LEAST, width - OTHERS))
        for name in ("Hạn", "Báo tới"):
            table.add_column(name, no_wrap=True)
        for each in self.newest.alerts[:most]:
            table.add_row(*self._cells(each, wide=wide), style=self._style(each))
        return table

    def _cells(self, each: OpenAlert, *, wide: bool) -> list[str]:
        alert = each.alert
        level = ALERT_LEVELS[min(alert.level, len(ALERT_LEVELS) - 1)]
        return [
            *([_clock(alert.changed_at)] if wide else []),
            ALERT_KINDS[alert.kind],
            alert.dossier_code or alert.petition_code or MISSING,
            self._names.get(alert.unit_code, alert.unit_code),
            MISSING if alert.due_at is None else _clock(alert.due_at),
            level if each.status == "raised" else ALERT_STATES[each.status],
        ]

    def _style(self, each: OpenAlert) -> str:
        return "dim green" if each.status == "resolved" else STYLES[each.alert.severity]


def _clock(moment: int) -> str:
    """Show a moment (epoch ms): the time if it is of today, else day and time."""
    at = datetime.fromtimestamp(moment / 1000, UTC).astimezone(LOCAL)
    today = datetime.now(UTC).astimezone(LOCAL).date()
    return f"{at:%H:%M:%S}" if at.date() == today else f"{at:%H:%M %d/%m}"
