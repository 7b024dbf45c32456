"""What a province may choose about alerts, and what is the same everywhere: severities, and who is told when."""

from typing import Final

import msgspec

from schemas.alerts import AlertKind, Severity

SEVERITIES: Final[dict[AlertKind, Severity]] = {
    "stage_80_percent": "info",
    "stage_late": "warning",
    "dossier_due_tomorrow": "warning",
    "dossier_due_today": "warning",
    "dossier_late": "serious",
    "dossier_late_again": "critical",
    "supplement_unanswered": "warning",
    "second_supplement": "serious",
    "petition_due": "warning",
    "petition_late": "serious",
    "resolved_not_synced": "warning",
    "on_time_low": "serious",
    "group_fell": "warning",
    "grade_lost": "serious",
    "rank_fell": "warning",
    "source_silent": "serious",
}

CLIMBING: Final[frozenset[AlertKind]] = frozenset(
    {
        "stage_late",
        "dossier_late",
        "dossier_late_again",
        "second_supplement",
        "petition_late",
        "resolved_not_synced",
    }
)
"""Kinds that climb the ladder: the longer nobody acts, the higher it is told."""

RINGS_AT_NIGHT: Final[Severity] = "critical"
"""Alerts of this severity ring at once; every other one waits for working hours."""


class AlertRules(msgspec.Struct, frozen=True):
    """Thresholds of the alerts.

    `stage_percent` of a stage's working time are used when it warns. A stage without a date of its own gets
    `stage_share` percent of the dossier's working time. `supplement_days` counts every day (Decree 118/2025, art.
    19(5)). `sync_hours` and `ladder` (hours after which the unit above and then the province are told) are working
    hours. What is found more than `horizon_hours` after its moment is history and silent.
    """

    stage_percent: int = 80
    stage_share: int = 50
    supplement_days: int = 15
    sync_hours: int = 8
    ladder: tuple[int, ...] = (8, 24)
    horizon_hours: int = 72


class UnitRules(msgspec.Struct, frozen=True):
    """Thresholds of the alerts about units and sources.

    Under `on_time_percent` resolved on time is low; a group that loses more than `group_cents` hundredths of a point
    since yesterday fell, a unit that loses `rank_places` too. Units with fewer than `least_resolved` dossiers in the
    period are left alone. A source is silent after `source_hours` working hours without an event.
    """

    on_time_percent: int = 90
    group_cents: int = 100
    rank_places: int = 3
    least_resolved: int = 20
    source_hours: int = 4
