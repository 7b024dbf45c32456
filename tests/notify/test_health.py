"""Health of notify: a channel without its thread, and a topic that is not asked, are seen."""

import time
from types import SimpleNamespace

from streams.notify.notifier import Notifier
from streams.notify.pump import Pump
from streams.settings import Settings
from tests.notify.test_state import ROUTING


def _checks(notifier):
    return {check.name: check.ok for check in notifier.ready()}


def test_a_channel_whose_thread_has_ended_is_not_healthy():
    notifier = Notifier(Settings(), ROUTING)
    assert _checks(notifier) == {"last_poll": True, "channels": True}
    notifier._pumps = [Pump("mail", lambda: None, 1.0)]
    assert _checks(notifier) == {"last_poll": True, "channels": False}


def test_a_topic_that_was_not_asked_for_long_is_not_healthy():
    settings = Settings()
    notifier = Notifier(settings, ROUTING)
    notifier._reader = SimpleNamespace(polled_at=time.monotonic() - settings.stall_limit - 1)
    assert _checks(notifier) == {"last_poll": False, "channels": True}
