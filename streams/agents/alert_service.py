"""Everything about alerts that a worker runs beside its agents: what people did, and the rows in ClickHouse."""

from collections.abc import Callable, Iterable

from streams.agents.alert_actions import ActionFeed
from streams.agents.alert_clerk import AlertClerk
from streams.agents.alert_desk import AlertDesk
from streams.agents.context import Context
from streams.sinks.port import AlertSink


class AlertService:
    """One per worker; `sink` takes the rows, None if this worker writes none."""

    def __init__(self, context: Context, sink: AlertSink | None) -> None:
        settings, topics = context.settings, context.topics
        self.actions = ActionFeed(settings.kafka, topics.alert_actions)
        self.desk = AlertDesk(context, self.actions)
        self._clerk = (
            None if sink is None else AlertClerk(settings.kafka, topics.alerts, settings.group, sink)
        )

    async def hear(self, wake: Callable[[Iterable[str]], None]) -> None:
        """Take what people do, until cancelled: `wake` is given the alerts to look at again."""
        while True:
            wake(await self.actions.heard())

    async def write(self) -> None:
        """Write what the topic of alerts says, until cancelled; raises SinkRejectedError."""
        if self._clerk is not None:
            await self._clerk.work()
