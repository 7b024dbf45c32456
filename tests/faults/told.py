"""What people were told: the topic of alerts, ClickHouse and who hears the notifier agree; nothing is said twice."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from schemas.alert_wire import Alert, decode_alert
from tests.integration.pipeline import PROGRAM, Pipeline, until
from tests.notify.receiver import Receiver, receiving

ROUTING = """\
version: 1
channels:
  all:
    type: webhook
    url: {url}
    secret: {{env: HOOK_SECRET}}
routes:
  - channels: [all]
"""
CLIMBED = "escalated"
Place = tuple[str, int]
"""An alert's id, and the number of a change of it."""


@contextmanager
def notifying(pipeline: Pipeline, folder: Path) -> Iterator[Receiver]:
    """`nhip766 notify` as a process of its own, with a receiver that takes everything."""
    with receiving() as receiver:
        routing = folder / "routing.yaml"
        routing.write_text(ROUTING.format(url=receiver.url), "utf-8")
        environ = {"notify_metrics_port": "0", "notify_state": str(folder / "notify.sqlite")}
        process = pipeline.worker((*PROGRAM, "notify", "--routing", str(routing)), **environ)
        process.launch()
        yield receiver
        process.stop()


def of_dossiers(pipeline: Pipeline) -> list[Alert]:
    """Every record of the topic about a dossier or a petition, in order; units and sources are judged by the minute."""
    alerts = (decode_alert(record.value) for record in pipeline.read("alerts"))
    return [alert for alert in alerts if alert.dossier_code or alert.petition_code]


def late(pipeline: Pipeline, codes: Collection[str]) -> dict[str, list[Alert]]:
    """What was told of some dossiers being late, each change once, by their codes."""
    found: dict[str, dict[Place, Alert]] = defaultdict(dict)
    for alert in of_dossiers(pipeline):
        if alert.kind == "dossier_late" and alert.dossier_code in codes:
            found[alert.dossier_code][alert.alert_id, alert.seq] = alert
    return {code: list(alerts.values()) for code, alerts in found.items()}


def await_told(pipeline: Pipeline, dues: Mapping[str, int], now: int) -> None:
    """Wait until every dossier due before a moment (ms) that nobody did anything about was told to be late."""
    wanted = {code for code, due in dues.items() if due < now}
    until(f"{len(wanted)} dossiers are told to be late", lambda: late(pipeline, dues).keys() >= wanted)


def judge_told(pipeline: Pipeline, receiver: Receiver, dues: Mapping[str, int], now: int) -> int:
    """Hold all of it against what must be told; return how many records of the topic are repetitions.

    `dues` says when the dossiers are due of which nobody did anything (ms, by code), `now` what workers call now.
    """
    await_told(pipeline, dues, now)
    until("readers see every alert as it was told", lambda: _rows(pipeline) == _changes(pipeline))
    alerts = of_dossiers(pipeline)
    once = _each_once(alerts)
    _one_of_each(pipeline, dues, now)
    owed = {
        f"{name}:{seq}"
        for (name, seq), alert in once.items()
        if alert.change in {"raised", "escalated"} and not alert.silent
    }
    until("the receiver has everything", lambda: owed <= set(receiver.keys()))
    assert [key for key, count in Counter(receiver.keys()).items() if count > 1] == []
    return len(alerts) - len(once)


def _each_once(alerts: Sequence[Alert]) -> dict[Place, Alert]:
    """Return the changes of all alerts; copies of one say the same, and none is raised that is raised."""
    once: dict[Place, Alert] = {}
    for alert in alerts:
        first = once.setdefault((alert.alert_id, alert.seq), alert)
        assert _said(first) == _said(alert), "two owners tell different things under one number"
    lives: dict[str, list[Alert]] = defaultdict(list)
    for _, alert in sorted(once.items()):
        lives[alert.alert_id].append(alert)
    for life in lives.values():
        assert [alert.seq for alert in life] == list(range(1, len(life) + 1)), life
        assert life[0].change == "raised", life
        for before, after in pairwise(life):
            again = before.change != "resolved" and after.change == "raised"
            assert not again or before.unit_code != after.unit_code, life
    return once


def _said(alert: Alert) -> tuple[object, ...]:
    return alert.kind, alert.change, alert.changed_at, alert.due_at, alert.told_units, alert.silent


def _one_of_each(pipeline: Pipeline, dues: Mapping[str, int], now: int) -> None:
    """Hold what was told of the dossiers that were left alone against their dates; it may climb the ladder since."""
    told = {
        code: [
            (alert.seq, alert.due_at, alert.changed_at, alert.silent)
            for alert in alerts
            if alert.change != CLIMBED
        ]
        for code, alerts in late(pipeline, dues).items()
    }
    assert told == {code: [(1, due, due, False)] for code, due in dues.items() if due < now}


def _changes(pipeline: Pipeline) -> dict[Place, str]:
    return {(alert.alert_id, alert.seq): alert.change for alert in of_dossiers(pipeline)}


def _rows(pipeline: Pipeline) -> dict[Place, str]:
    """Return every change that readers see."""
    found = pipeline.query(
        "SELECT alert_id, seq, change FROM alert_history WHERE dossier_code != '' OR petition_code != ''"
    )
    rows = {(row["alert_id"], row["seq"]): row["change"] for row in found}
    assert len(found) == len(rows), "readers meet one twice"
    return rows
