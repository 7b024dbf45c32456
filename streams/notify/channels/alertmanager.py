"""An Alertmanager, API v2: what is open fires there, with the labels that its routing tree needs.

Alertmanager keeps nothing over a restart and ends what it does not hear of again: open alerts are told again in good
time, each with an end well after the next telling, so that a notifier that stands still for some hours ends nothing.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, get_args

import msgspec

from schemas.alerts import Severity
from streams.notify.channels.posting import Poster
from streams.notify.matching import RINGING
from streams.notify.notice import Letter, Notice

API: Final = "/api/v2/alerts"
KEPT_SECONDS: Final = 24 * 3600.0
TEST_SECONDS: Final = 60.0


class Alertmanager:
    """The port over Alertmanager's API.

    Args:
        poster: to `url` + `API`.
        clock: gives seconds since 1970.
    """

    def __init__(self, poster: Poster, clock: Callable[[], float]) -> None:
        self._poster = poster
        self._clock = clock

    def tell(self, notices: Sequence[Notice]) -> None:
        """Post the state of each alert: firing while it rings, ended as soon as somebody has taken it on."""
        self._post([alert for notice in notices for alert in self._alerts(notice)])

    def send_letter(self, letter: Letter) -> None:
        """Post an alert that ends by itself within a minute."""
        now = self._clock()
        self._post(
            [
                {
                    "labels": {"alertname": "nhip766_test", "severity": "info", "alert_id": letter.key},
                    "annotations": {"summary": letter.title, "description": letter.text},
                    "startsAt": _rfc3339(now),
                    "endsAt": _rfc3339(now + TEST_SECONDS),
                }
            ]
        )

    def close(self) -> None:
        """Close the connection."""
        self._poster.close()

    def _alerts(self, notice: Notice) -> list[dict[str, Any]]:
        """An alert and, since labels are its identity there, the end of what it was under another severity."""
        own = self._alert(notice, notice.alert.severity, rings=notice.alert.change in RINGING)
        if notice.alert.change == "raised":
            return [own]
        others = (name for name in get_args(Severity) if name != notice.alert.severity)
        return [own, *(self._alert(notice, name, rings=False) for name in others)]

    def _alert(self, notice: Notice, severity: str, *, rings: bool) -> dict[str, Any]:
        alert, text = notice.alert, notice.text
        now = self._clock()
        start = alert.raised_at / 1000
        labels = {
            "alertname": f"nhip766_{alert.kind}",
            "alert_id": alert.alert_id,
            "severity": severity,
            "unit": alert.unit_code,
            "dossier": alert.dossier_code,
            "petition": alert.petition_code,
            "stage": alert.stage_id,
        }
        return {
            "labels": {name: value for name, value in labels.items() if value is not None},
            "annotations": {
                "summary": text.title,
                "description": text.explanation,
                "what_to_do": text.what_to_do,
                "unit_name": notice.unit_name,
                "level": str(alert.level),
            },
            "startsAt": _rfc3339(start),
            "endsAt": _rfc3339(now + KEPT_SECONDS if rings else max(now, start)),
        }

    def _post(self, alerts: list[dict[str, Any]]) -> None:
        self._poster.post(msgspec.json.encode(alerts), {})


def _rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
