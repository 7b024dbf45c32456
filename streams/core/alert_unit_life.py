"""The alerts of one unit over a look at all units: what goes on, what begins, what ends, and what stays as it is.

Pure. A cause that comes back on the local day on which it went is not told again. A share that stays low is one alert
however many days it lasts; a fall is over with its day, without a word.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from schemas.alert_wire import Alert
from schemas.alerts import AlertAction
from streams.core.alert_life import Life, Now, Subject, new_alert
from streams.core.alert_told import Told, ToldAlert
from streams.core.alert_units import FALLS, Cause, UnitLook

UNIT_KEY: Final = "u:"
"""How the key of a unit begins, beside those of dossiers and petitions."""

ActionsOn = Callable[[str], Sequence[AlertAction]]


def unit_alerts(
    told: Told, unit: str, look: UnitLook, now: Now, actions: ActionsOn
) -> tuple[list[ToldAlert], list[Alert]]:
    """Return what holds of the alerts of a unit after a look, and the changes that are due."""
    subject = Subject(None, None, None, now.law.reference.chain(unit, now.as_of), 0)
    held = {
        alert.alert_id: alert
        for alert in told.alerts
        if alert.status != "resolved" or alert.changed_at >= look.day
    }
    changes: list[Alert] = []
    lasting = set()
    for cause in look.causes:
        if cause.unit == unit:
            alert = _same(held.values(), cause) or _first(subject, cause)
            lasting.add(alert.alert_id)
            if alert.status == "resolved" and alert.seq > 0:
                continue
            life = Life(subject, now, alert)
            life.go_on(cause.window, actions(alert.alert_id))
            held[alert.alert_id] = life.told
            changes += life.changes
    for identity, alert in held.items():
        if alert.status != "resolved" and identity not in lasting and _was_judged(alert, look):
            life = Life(subject, now, alert)
            life.end(now.as_of, by_itself=_is_over(alert, unit, look))
            held[identity] = life.told
            changes += life.changes
    return list(held.values()), changes


def _same(held: Iterable[ToldAlert], cause: Cause) -> ToldAlert | None:
    """Return the alert that is already told of a cause; a low share is the same on whichever day it was first seen."""
    window = cause.window
    return next(
        (
            alert
            for alert in held
            if (alert.kind, alert.subject) == (window.kind, window.subject)
            and (alert.due == window.due or window.kind == "on_time_low")
        ),
        None,
    )


def _first(subject: Subject, cause: Cause) -> ToldAlert:
    alert = new_alert(subject, cause.window)
    return msgspec.structs.replace(alert, figures=cause.figures)


def _was_judged(alert: ToldAlert, look: UnitLook) -> bool:
    return alert.kind != "source_silent" or alert.subject in look.sources


def _is_over(alert: ToldAlert, unit: str, look: UnitLook) -> bool:
    """Tell whether only the time of an alert ran out: its day, its period, or the standing of its unit."""
    if alert.kind == "source_silent":
        return False
    is_of_the_past = alert.due < look.day if alert.kind in FALLS else alert.subject != look.period
    return is_of_the_past or unit not in look.units
