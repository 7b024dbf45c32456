"""The life of one alert: raised, escalated, acknowledged, snoozed, resolved.

Pure: from a cause, what was told before, what people did, and the moment, to the changes that are due. Every change is
stamped with the moment at which it had to happen, and never with that of its discovery. An alert climbs the ladder by
working hours after its deadline: from the unit that holds the dossier to the unit above and to the province. Who
acknowledges it stops that; a snooze delays it.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from schemas.alert_wire import Alert
from schemas.alerts import AlertAction, AlertChange
from streams.core.alert_rules import CLIMBING, RINGS_AT_NIGHT, SEVERITIES
from streams.core.alert_told import ToldAlert
from streams.core.alert_windows import Law, Window

_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000


class Subject(NamedTuple):
    """Whom an alert is about: the codes it carries, and the units above its owner, the owner first."""

    dossier_code: str | None
    petition_code: str | None
    procedure_code: str | None
    chain: tuple[str, ...]
    held_since: int

    @property
    def name(self) -> str:
        """Return what identifies it."""
        return self.petition_code or self.dossier_code or self.chain[0]


class Now(NamedTuple):
    """The moment at which alerts are looked at, and whether that is history being told again."""

    as_of: int
    is_replay: bool
    law: Law


def alert_id(subject: Subject, window: Window) -> str:
    """Return the identity of the alert of a cause: the same wherever and whenever it is found."""
    parts = (window.kind, subject.name, window.stage_id or window.subject or "", str(window.due))
    return blake2b("|".join(parts).encode(), digest_size=16).hexdigest()


def steps(window: Window, chain: Sequence[str], law: Law) -> list[tuple[int, int]]:
    """Return (moment, level) of every step that an alert climbs if nobody acts."""
    if window.kind not in CLIMBING:
        return []
    hours = law.alerts.ladder[: len(chain) - 1]
    return [
        (law.calendar.add_working_hours(window.due, count), level) for level, count in enumerate(hours, 1)
    ]


class Life:
    """One alert while it is looked at: `told` is what holds after the changes that `changes` collects."""

    def __init__(self, subject: Subject, now: Now, told: ToldAlert) -> None:
        self.told = told
        self.changes: list[Alert] = []
        self._subject = subject
        self._now = now

    def go_on(self, window: Window, actions: Sequence[AlertAction]) -> int | None:
        """Tell what is due of an alert whose cause lasts; return the next moment at which more is."""
        as_of, chain = self._now.as_of, self._subject.chain
        ladder = steps(window, chain, self._now.law)
        if self.told.status == "resolved":
            self._change("raised", window.since, status="raised", level=0, until=None, unit=chain[0])
        elif self.told.unit != chain[0]:
            self._change(
                "raised", self._subject.held_since, status="raised", level=0, until=None, unit=chain[0]
            )
        for moment, step in _in_order(ladder, self._new(actions), as_of):
            self._wake(moment)
            if isinstance(step, AlertAction):
                self._act(step)
            elif step > self.told.level and self.told.status == "raised":
                self._change("escalated", moment, level=step)
        self._wake(as_of)
        self._catch_up(ladder)
        coming = [moment for moment, _ in ladder if moment > as_of]
        if self.told.status == "snoozed" and self.told.until is not None:
            coming.append(self.told.until)
        return min(coming, default=None)

    def end(self, moment: int, *, by_itself: bool) -> None:
        """Tell that the cause is gone; `by_itself` if it only became another one, which tells for itself."""
        self._change(
            "resolved", moment, status="resolved", until=None, silent=by_itself or not self.told.heard
        )

    def _new(self, actions: Sequence[AlertAction]) -> list[AlertAction]:
        return [action for action in actions if (action.at, action.action_id) > self.told.acted]

    def _act(self, action: AlertAction) -> None:
        acted = (action.at, action.action_id)
        match action.action:
            case "ack":
                self._change(
                    "acknowledged", action.at, status="acknowledged", until=None, by=action.by, acted=acted
                )
            case "snooze":
                self._change(
                    "snoozed", action.at, status="snoozed", until=action.until, by=action.by, acted=acted
                )
            case "unsnooze":
                self._change("raised", action.at, status="raised", until=None, by=action.by, acted=acted)

    def _wake(self, moment: int) -> None:
        """Raise again what was snoozed up to a moment."""
        until = self.told.until
        if self.told.status == "snoozed" and until is not None and until <= moment:
            self._change("raised", until, status="raised", until=None)

    def _catch_up(self, ladder: list[tuple[int, int]]) -> None:
        """Climb the steps that passed during a snooze, once it is over."""
        if self.told.status != "raised":
            return
        reached = max((level for moment, level in ladder if moment <= self._now.as_of), default=0)
        if reached > self.told.level:
            self._change("escalated", self.told.changed_at, level=reached)

    def _change(
        self, change: AlertChange, moment: int, *, by: str | None = None, silent: bool = False, **held: object
    ) -> None:
        now, before = self._now, self.told
        as_of, rules = now.as_of, now.law.alerts
        moment = min(
            as_of, moment if change == "raised" and before.seq == 0 else max(moment, before.changed_at)
        )
        silent = silent or now.is_replay or as_of - moment > rules.horizon_hours * _HOUR_MS
        told = self.told = msgspec.structs.replace(
            before,
            seq=before.seq + 1,
            changed_at=moment,
            heard=before.heard or not silent,
            **held,
        )
        severity = SEVERITIES[told.kind]
        rings = max(moment, as_of)
        if severity != RINGS_AT_NIGHT:
            rings = now.law.calendar.next_working_moment(rings)
        late = now.law.calendar.working_time(told.due, moment) // _MINUTE_MS
        self.changes.append(
            Alert(
                alert_id=told.alert_id,
                seq=told.seq,
                kind=told.kind,
                severity=severity,
                change=change,
                unit_code=told.unit,
                told_units=(self._told_unit(told.level),),
                level=told.level,
                dossier_code=self._subject.dossier_code,
                petition_code=self._subject.petition_code,
                procedure_code=self._subject.procedure_code,
                stage_id=told.stage_id,
                subject=told.subject,
                due_at=told.due,
                computed=told.computed,
                raised_at=told.since,
                changed_at=moment,
                ring_at=rings,
                until=told.until,
                by=by,
                silent=silent,
                as_of=as_of,
                figures=told.figures or ({"minutes_late": late} if moment >= told.due else {}),
            )
        )

    def _told_unit(self, level: int) -> str:
        chain = self._subject.chain
        return chain[min(level, len(chain) - 1)]


def new_alert(subject: Subject, window: Window) -> ToldAlert:
    """Return an alert of which nothing was told yet."""
    return ToldAlert(
        alert_id(subject, window),
        window.kind,
        subject.chain[0],
        window.due,
        window.since,
        0,
        "resolved",
        0,
        window.since,
        window.stage_id,
        window.subject,
        window.computed,
    )


def _in_order(
    ladder: list[tuple[int, int]], actions: list[AlertAction], as_of: int
) -> Iterator[tuple[int, int | AlertAction]]:
    """Give the steps and actions up to a moment as they follow each other in time."""
    happened: list[tuple[int, int, int | AlertAction]] = [
        (moment, 0, level) for moment, level in ladder if moment <= as_of
    ]
    happened += [(action.at, 1, action) for action in actions]
    for moment, _, step in sorted(happened, key=lambda each: each[:2]):
        yield moment, step
