"""`nhip766 notify` as a process of its own, with a real broker and receivers that misbehave."""

import signal
import threading
from collections import Counter

import pytest

from tests.integration.pipeline import PROGRAM, Pipeline, Raw, until
from tests.notify.alerts import alert, raw
from tests.notify.receiver import receiving

ROUTING = """\
version: 1
channels:
  good:
    type: webhook
    url: {good}
    secret: {{env: HOOK_SECRET}}
    timeout_seconds: 120.0
  bad:
    type: webhook
    url: {bad}
    secret: {{env: HOOK_SECRET}}
    timeout_seconds: 1.0
    longest_pause_seconds: 1.0
routes:
  - channels: [good, bad]
"""


@pytest.fixture
def receivers():
    """Two receivers."""
    with receiving() as good, receiving() as bad:
        yield good, bad


@pytest.fixture
def notify(pipeline: Pipeline, receivers, tmp_path, monkeypatch):
    """The process, not started."""
    monkeypatch.setenv("HOOK_SECRET", "planted-secret")
    good, bad = receivers
    path = tmp_path / "routing.yaml"
    path.write_text(ROUTING.format(good=good.url, bad=bad.url), encoding="utf-8")
    command = (*PROGRAM, "notify", "--routing", str(path))
    return pipeline.worker(command, notify_metrics_port="0")


def _send(pipeline, *values):
    pipeline.send_raw([Raw(b"alert", value) for value in values], "alerts")


def _key(number, seq=1):
    return f"{alert(number).alert_id}:{seq}"


def test_a_receiver_that_fails_and_hangs_gets_each_alert_once_by_its_key_and_delays_no_other(
    pipeline, notify, receivers
):
    good, bad = receivers
    all_of_it = [_key(number) for number in range(1, 11)]
    the_other_is_done = threading.Event()
    taken: list[str] = []
    answers = iter([500, 503, None])

    def reply(request):
        if not the_other_is_done.is_set():
            return next(answers, None)
        if request.key not in taken:
            taken.append(request.key)
        return 200

    bad.reply = reply
    records = [raw(number) for number in range(1, 11)]
    _send(pipeline, *records, *records[:3], raw(99, silent=True), b"no alert")
    notify.launch()
    until("the good one has everything", lambda: len(set(good.keys())) == 10)
    until("the bad one was asked and did not answer well", lambda: len(bad.keys()) >= 2)
    assert taken == []
    the_other_is_done.set()
    until("the bad one has taken everything", lambda: len(set(taken)) == 10)
    _send(pipeline, raw(1, seq=2, change="resolved"))
    until("both heard the end", lambda: taken[-1:] == good.keys()[-1:] == [_key(1, 2)])
    notify.stop()
    assert taken == [*all_of_it, _key(1, 2)]
    assert good.keys() == [*all_of_it, _key(1, 2)]
    assert "planted-secret" not in notify.text()
    assert "no alert, passed over" in notify.text()


def test_a_kill_between_delivery_and_note_repeats_that_one_under_its_key_and_loses_nothing(
    pipeline, notify, receivers
):
    good, _ = receivers
    deadly = _key(3)

    def reply(request):
        if request.key == deadly and good.keys().count(deadly) == 1:
            notify.send_signal(signal.SIGKILL)  # what is handed over is here, and its note is not written
        return 200

    good.reply = reply
    _send(pipeline, *(raw(number) for number in range(1, 8)))
    notify.launch()
    until("it was killed", lambda: not notify.is_running())
    assert notify.wait()[0] == -signal.SIGKILL
    notify.launch()
    until("everything has arrived", lambda: len(set(good.keys())) == 7)
    _send(pipeline, raw(8))
    until("the last one has arrived", lambda: good.keys().count(_key(8)))
    notify.stop()
    assert Counter(good.keys()) == Counter([_key(number) for number in range(1, 9)] + [deadly])
    bodies = {request.body for request in good.requests if request.key == deadly}
    assert len(bodies) == 1
