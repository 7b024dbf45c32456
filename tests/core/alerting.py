"""A partition with its alerts on a clock that the test moves: what it told is kept, as the topic would keep it."""

from schemas.alert_wire import Alert, decode_alert
from schemas.alerts import AlertAction
from schemas.reference import CalendarRecord
from streams.core.alert_book import AlertBook
from streams.core.alert_rules import AlertRules
from streams.core.alert_told import TOLD_KEY, is_state_key
from streams.core.dossier_partition import DossierPartition
from streams.core.reference import Reference
from streams.core.rules import Rules
from tests.core.building import at, record
from tests.core.test_calendar import holidays

DISTRICT, PROVINCE = "H44.10", "H44"


def calendar_record() -> CalendarRecord:
    off, make_up = holidays()
    return CalendarRecord(code="VN", version=1, off=tuple(off), make_up=tuple(make_up))


def unit(code, level, parent=None):
    return record(
        "unit",
        code,
        {"valid_from": "2020-01-01", "name": code, "level": level, "unit_kind": level, "parent": parent},
    )


REFERENCE = Reference(
    [
        calendar_record(),
        unit(PROVINCE, "province"),
        unit(DISTRICT, "district", PROVINCE),
        unit("H44.100", "commune", DISTRICT),
        unit("H44.200", "commune", DISTRICT),
        record(
            "procedure",
            "1.1",
            {"valid_from": "2020-01-01", "name": "x", "max_time": 5, "time_unit": "working_day"},
        ),
    ]
)


class Desk:
    """One partition; `until` moves its clock and looks, `restart` derives everything again from what is stored."""

    def __init__(
        self,
        begin: str,
        *,
        rules: AlertRules | None = None,
        is_replay: bool = False,
        reference: Reference = REFERENCE,
    ) -> None:
        self.states: dict[str, bytes] = {}
        self.told: list[Alert] = []
        self.actions: dict[str, list[AlertAction]] = {}
        self.offset = -1
        self._rules = rules or AlertRules()
        self._is_replay = is_replay
        self._reference = reference
        self._open(at(begin))

    def _open(self, as_of: int) -> None:
        keys = [key for key in self.states if key.startswith(TOLD_KEY)]
        self.book = AlertBook(
            self._rules, self.states.get, keys, is_replay=self._is_replay, actions=self.actions
        )
        self.partition = DossierPartition(
            0,
            stored=self.states.get,
            reference=self._reference,
            rules=Rules(),
            grace_days=45,
            as_of=as_of,
            incarnation=1,
            offset=self.offset,
            alerts=self.book,
        )
        self.partition.rebuild([key for key in self.states if is_state_key(key)])

    def hear(self, *events) -> "Desk":
        batch = []
        for each in events:
            self.offset += 1
            batch.append((self.offset, each))
        self.states.update(self.partition.merge(batch))
        return self

    def until(self, text: str | int, *, is_behind: bool = False) -> "Desk":
        """Let time pass and look; store and send as the agent does."""
        self.partition.advance(at(text) if isinstance(text, str) else text)
        self.partition.is_behind = is_behind
        self.partition.flush()
        self.deliver()
        return self

    def deliver(self) -> None:
        telling = self.book.take()
        self.states.update(telling.stored)
        self.told += [decode_alert(raw) for _, raw in telling.records]
        self.states.update(telling.after)

    def restart(self) -> "Desk":
        self._open(self.partition.as_of)
        return self

    def act(self, action: str, alert: Alert, when: str, until: str | None = None, number: int = 1) -> "Desk":
        said = AlertAction(
            action_id=f"{action}-{number}",
            alert_id=alert.alert_id,
            action=action,
            until=None if until is None else at(until),
            by="van-phong",
            at=at(when),
        )
        held = self.actions.setdefault(alert.alert_id, [])
        held.append(said)
        held.sort(key=lambda each: (each.at, each.action_id))
        self.book.wake([alert.alert_id])
        return self

    def says(self) -> list[tuple[str, str, int]]:
        """What was told, in order: kind, change, level."""
        return [(alert.kind, alert.change, alert.level) for alert in self.told]

    def kinds(self) -> list[str]:
        """The kinds that were raised, in order."""
        return [alert.kind for alert in self.told if alert.change == "raised"]

    def of(self, kind: str) -> list[Alert]:
        return [alert for alert in self.told if alert.kind == kind]
