"""The alerts of the partitions that are ours, between the core and the topics: stored first, then sent, then noted.

What is to be told goes into the changelog, beside the states, before it goes on the topic of alerts: whoever owns the
partition next sends what may not have been sent, and of an alert that was told knows so.
"""

from collections.abc import Mapping
from typing import Final

from streams.agents import metrics
from streams.agents.alert_actions import ActionFeed
from streams.agents.context import Context
from streams.core.alert_book import AlertBook, Telling
from streams.core.alert_rules import AlertRules
from streams.core.alert_told import TOLD_KEY
from streams.settings import Settings

NOTHING: Final = Telling({}, [], [], {})


def alert_rules(settings: Settings) -> AlertRules:
    """Return the thresholds as the settings have them."""
    return AlertRules(
        stage_percent=settings.alert_stage_percent,
        stage_share=settings.alert_stage_share,
        supplement_days=settings.alert_supplement_days,
        sync_hours=settings.alert_sync_hours,
        ladder=(settings.alert_district_hours, settings.alert_province_hours),
        horizon_hours=settings.alert_horizon_hours,
    )


class AlertDesk:
    """Opens the books of partitions and tells what they find; one per worker."""

    def __init__(self, context: Context, feed: ActionFeed) -> None:
        self._context = context
        self._feed = feed
        self._rules = alert_rules(context.settings)

    def book(self, part: Mapping[str, bytes]) -> AlertBook:
        """Return the book of a partition, from what its store says was told."""
        return AlertBook(
            self._rules,
            part.get,
            [key for key in part if key.startswith(TOLD_KEY)],
            is_replay=self._context.told_the_time,
            actions=self._feed.actions,
        )

    async def send(self, number: int, telling: Telling) -> None:
        """Send what the changelog has; raises if anything is not acknowledged."""
        outbox = self._context.producer.outbox()
        await outbox.send_records(self._context.topics.alerts, number, telling.records)
        await outbox.settle()
        self._measure(telling)

    def _measure(self, telling: Telling) -> None:
        now = self._context.clock()
        for alert in telling.alerts:
            metrics.ALERTS.labels(alert.kind, alert.change).inc()
            if alert.change == "raised" and not alert.silent:
                metrics.ALERT_DWELL_SECONDS.observe(max(0.0, (now - alert.changed_at) / 1000))
