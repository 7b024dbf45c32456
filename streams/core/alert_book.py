"""The alerts of one source partition: looked at when a dossier changes, when a moment comes, when somebody acts.

What was told, kept in the partition's store, is the only memory; everything else is derived again. The caller stores
what `take` gives and then sends it, so that a crash at any moment neither loses an alert nor makes a second one of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from schemas.alert_wire import Alert, decode_alert, encode_alert
from schemas.alerts import AlertAction
from streams.core.alert_life import Life, Now, Subject, alert_id, new_alert
from streams.core.alert_petition_windows import petition_windows
from streams.core.alert_rules import AlertRules
from streams.core.alert_told import (
    NOTHING,
    TOLD_KEY,
    Told,
    ToldAlert,
    decode_told,
    encode_told,
    told_key,
)
from streams.core.alert_unit_life import UNIT_KEY, unit_alerts
from streams.core.alert_units import UnitLook
from streams.core.alert_windows import Law, Window, dossier_windows
from streams.core.facts import NEVER, CountedDossier, DossierFacts, PetitionFacts
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.schedule import Schedule

Facts = DossierFacts | PetitionFacts
Actions = Mapping[str, Sequence[AlertAction]]
NO_ACTIONS: Final[Actions] = {}
MOST_LOOKS: Final = 500
"""Dossiers and petitions looked at in one go: the rest of a long list waits for the next."""


class Telling(NamedTuple):
    """What is stored first (by key), what is then sent (alert id and bytes; as it reads), and what is stored after."""

    stored: dict[str, bytes]
    records: list[tuple[str, bytes]]
    alerts: list[Alert]
    after: dict[str, bytes]


class Place(NamedTuple):
    """Where a partition stands: its clock (epoch ms), the source offset it has reached, and whether it is behind."""

    as_of: int
    offset: int
    reference: Reference
    rules: Rules
    is_behind: bool = False


class AlertBook:
    """Alerts of the dossiers and petitions of one partition.

    `stored` reads the partition's store, `keys` are the keys in it that begin with `TOLD_KEY`. `is_replay` says that
    history is told again: everything is silent. `actions` are all that people ever did, by alert id and in order; it is
    read again at every look.
    """

    def __init__(
        self,
        rules: AlertRules,
        stored: Callable[[str], bytes | None],
        keys: Iterable[str],
        *,
        is_replay: bool = False,
        actions: Actions = NO_ACTIONS,
    ) -> None:
        self._rules = rules
        self._stored = stored
        self._is_replay = is_replay
        self._actions = actions
        self._open_units: set[str] = set()
        self._key_of: dict[int, str] = {}
        self._known_upto = -1
        self._moments = Schedule()
        self._woken: set[str] = set()
        self._told: dict[str, Told] = {}
        self._look: UnitLook | None = None
        self._is_look_due = False
        for name in keys:
            self._recall(name.removeprefix(TOLD_KEY), stored(name))

    def _recall(self, key: str, raw: bytes | None) -> None:
        if raw is None:
            return
        told = decode_told(raw)
        self._known_upto = max(self._known_upto, told.offset)
        self._note(key, told)
        if told.unsent:
            self._told[key] = told

    def _note(self, key: str, told: Told) -> None:
        """Keep which alerts are open, and of which units and sources; of dossiers their own records tell."""
        for alert in told.alerts:
            number = int(alert.alert_id, 16)
            if alert.status == "resolved":
                self._key_of.pop(number, None)
            else:
                self._key_of[number] = key
        if key.startswith(UNIT_KEY):
            if told.is_open:
                self._open_units.add(key)
            else:
                self._open_units.discard(key)

    # -------------------------------------------------------------- what is due

    def wake(self, alert_ids: Iterable[str]) -> None:
        """Look again at those of these alerts that are open here: somebody acted."""
        numbers = [int(each, 16) for each in alert_ids]
        keys = {self._key_of[each] for each in numbers if each in self._key_of}
        self._is_look_due |= any(key.startswith(UNIT_KEY) for key in keys)
        self._woken.update(key for key in keys if not key.startswith(UNIT_KEY))

    def due(self, place: Place) -> list[str]:
        """Return the keys of states to look at now, not too many at once: a moment has come, or somebody acted."""
        if self._waits(place):
            return []
        found, self._woken = self._woken, set()
        found.update(self._moments.take(place.as_of))
        every = sorted(found)
        self._woken.update(every[MOST_LOOKS:])
        return every[:MOST_LOOKS]

    def _waits(self, place: Place) -> bool:
        """Tell whether nothing can be judged yet.

        Events are unread; or the store knows of an alert more than the states beside it, whose batch a crash undid,
        until these events were read again.
        """
        return place.is_behind or place.offset < self._known_upto

    def concerns(self, key: str, facts: CountedDossier | PetitionFacts, place: Place) -> bool:
        """Tell whether something may be due of a dossier or petition, now or later; cheap for what is done.

        While nothing can be judged, it is looked at later.
        """
        concerned = not _is_at_rest(facts, place.as_of) or self._told_of(key).is_open
        if not concerned:
            self._moments.set(key, None)
            self._woken.discard(key)
        elif self._waits(place):
            self._woken.add(key)
            return False
        return concerned

    def look(self, key: str, facts: Facts, place: Place) -> None:
        """Tell what is due of one dossier or petition it concerns, and remember when to look again."""
        is_open = self._told_of(key).is_open
        law = Law(place.reference, place.rules, self._rules)
        windows = list(_windows(facts, place.as_of, law))
        lasting = [window for window in windows if window.begins <= place.as_of < window.ends]
        moments = [window.begins for window in windows if window.begins > place.as_of]
        moments += [window.ends for window in lasting if window.ends < NEVER]
        if isinstance(facts, DossierFacts) and facts.stages:
            moments += _stage_moments(facts, place.as_of)
        if lasting or is_open:
            moments += self._tell(key, facts, windows, lasting, Now(place.as_of, self._is_replay, law), place)
        self._moments.set(key, min(moments, default=None))

    def drop(self, key: str, place: Place) -> None:
        """Let go of a dossier that is settled: what is still open of it ends without a word."""
        self._moments.set(key, None)
        self._woken.discard(key)
        told = self._told_of(key)
        if not told.is_open:
            return
        now = Now(place.as_of, True, Law(place.reference, place.rules, self._rules))
        held, changes = [], []
        for alert in told.alerts:
            life = Life(_subject_named(key, (alert.unit,)), now, alert)
            if alert.status != "resolved":
                life.end(place.as_of, by_itself=True)
            held.append(life.told)
            changes += life.changes
        self._keep(key, told, held, changes, place)

    def put_look(self, look: UnitLook) -> None:
        """Take what a look at all units and sources found; `look_at_units` tells what follows from it."""
        self._look, self._is_look_due = look, True

    def look_at_units(self, place: Place) -> None:
        """Tell what is due of units and sources, once for every look and again when somebody acted."""
        look = self._look
        if look is None or not self._is_look_due or self._waits(place):
            return
        self._is_look_due = False
        now = Now(place.as_of, self._is_replay, Law(place.reference, place.rules, self._rules))
        keys = {UNIT_KEY + cause.unit for cause in look.causes}
        for key in sorted(keys | self._open_units):
            told = self._told_of(key)
            unit = key.removeprefix(UNIT_KEY)
            held, changes = unit_alerts(told, unit, look, now, lambda each: self._actions.get(each, ()))
            if changes:
                self._keep(key, told, held, changes, place)

    # ---------------------------------------------------------------- telling

    def _tell(
        self, key: str, facts: Facts, windows: list[Window], lasting: list[Window], now: Now, place: Place
    ) -> list[int]:
        """Go on with what lasts and end what does not; return the moments at which more is due."""
        told = self._told_of(key)
        subject = _subject(facts, now)
        held = {alert.alert_id: alert for alert in told.alerts}
        changes: list[Alert] = []
        moments: list[int] = []
        going_on = {alert_id(subject, window): window for window in lasting} if subject.chain[0] else {}
        over = {alert_id(subject, window): window.ends for window in windows if window.ends <= now.as_of}
        for identity, alert in held.items():
            if identity not in going_on and alert.status != "resolved":
                life = Life(subject, now, alert)
                life.end(over.get(identity, _ended(facts, now.as_of)), by_itself=identity in over)
                held[identity] = life.told
                changes += life.changes
        for identity, window in going_on.items():
            life = Life(subject, now, held.get(identity) or new_alert(subject, window))
            coming = life.go_on(window, self._actions.get(identity, ()))
            if coming is not None:
                moments.append(coming)
            held[identity] = life.told
            changes += life.changes
        if changes:
            self._keep(key, told, held.values(), changes, place)
        return moments

    def _told_of(self, key: str) -> Told:
        told = self._told.get(key)
        if told is None:
            raw = self._stored(told_key(key))
            told = NOTHING if raw is None else decode_told(raw)
        return told

    def _keep(
        self, key: str, before: Told, alerts: Iterable[ToldAlert], changes: Sequence[Alert], place: Place
    ) -> None:
        unsent = (*before.unsent, *(encode_alert(change) for change in changes))
        told = Told(1, place.offset, tuple(sorted(alerts, key=lambda alert: alert.alert_id)), unsent)
        self._told[key] = told
        self._note(key, told)

    def take(self) -> Telling:
        """Give what was found since the last call; the caller stores `stored`, sends `records`, stores `after`."""
        told, self._told = self._told, {}
        unsent = [raw for each in told.values() for raw in each.unsent]
        alerts = [decode_alert(raw) for raw in unsent]
        return Telling(
            {told_key(key): encode_told(each) for key, each in told.items()},
            [(alert.alert_id, raw) for alert, raw in zip(alerts, unsent, strict=True)],
            alerts,
            {
                told_key(key): encode_told(msgspec.structs.replace(each, unsent=()))
                for key, each in told.items()
            },
        )

    @property
    def open_alerts(self) -> int:
        """Count the alerts that are not resolved."""
        return len(self._key_of)


def _windows(facts: Facts, as_of: int, law: Law) -> Iterable[Window]:
    if isinstance(facts, DossierFacts):
        return dossier_windows(facts, as_of, law)
    return petition_windows(facts, as_of, law.calendar)


def _is_at_rest(facts: CountedDossier | PetitionFacts, as_of: int) -> bool:
    """Tell whether nothing more can become due: resolved and synced, or answered and published."""
    ended = facts.ended_at
    if ended is None or ended > as_of:
        return False
    if isinstance(facts, CountedDossier):
        return facts.synced_at is not None and facts.synced_at <= ended
    published = facts.published_at is not None and facts.published_at <= as_of
    return published or facts.answered_at is None


def _stage_moments(facts: DossierFacts, as_of: int) -> list[int]:
    """Return when stages begin and end that are dated in the future: figures do not depend on them, alerts do."""
    return [
        moment
        for stage in facts.stages
        for moment in (stage.started_at, stage.finished_at)
        if moment is not None and moment > as_of
    ]


def _ended(facts: Facts, as_of: int) -> int:
    """Return when the cause of what is told of something was gone: its end, else now."""
    return facts.ended_at if facts.ended_at is not None and facts.ended_at <= as_of else as_of


def _subject(facts: Facts, now: Now) -> Subject:
    unit = facts.holder(now.as_of)
    since = max((since for since, _ in facts.holdings if since <= now.as_of), default=0)
    chain = now.law.reference.chain(unit, now.as_of)
    if isinstance(facts, DossierFacts):
        return Subject(facts.code, None, facts.procedure, chain, max(0, since))
    return Subject(facts.dossier, facts.code, None, chain, max(0, since))


def _subject_named(key: str, chain: tuple[str, ...]) -> Subject:
    code = key[2:]
    return Subject(code, None, None, chain, 0) if key[0] == "d" else Subject(None, code, None, chain, 0)
