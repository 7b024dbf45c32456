"""Everything about alerts that a worker runs beside its agents: what people did, and the rows in ClickHouse."""

from collections.abc import Callable, Mapping

from streams.agents.alert_actions import ActionFeed
from streams.agents.alert_clerk import AlertClerk
from streams.agents.alert_desk import AlertDesk
from streams.agents.context import Context
from streams.agents.unit_watch import UnitWatch
from streams.core.alert_book import AlertBook
from streams.sinks.port import AlertSink

Books = Callable[[], Mapping[int, AlertBook]]
"""Gives the books of the partitions that are open here, by partition."""


class AlertService:
    """One per worker; `sink` takes the rows, None if this worker writes none."""

    def __init__(self, context: Context, sink: AlertSink | None) -> None:
        settings, topics = context.settings, context.topics
        self.actions = ActionFeed(settings.kafka, topics.alert_actions)
        self.desk = AlertDesk(context, self.actions)
        self._clerk = (
            None if sink is None else AlertClerk(settings.kafka, topics.alerts, settings.group, sink)
        )
        watches = sink is not None and settings.alert_units and not context.told_the_time
        self._watch = UnitWatch(context) if watches else None

    async def hear(self, books: Books) -> None:
        """Take what people do, until cancelled: the next pulse looks at these alerts again."""
        while True:
            heard = await self.actions.heard()
            for book in books().values():
                book.wake(heard)

    async def watch_units(self, books: Books) -> None:
        """Look at units and sources again and again, until cancelled, while their partition is open here."""
        if self._watch is not None:
            await self._watch.work(books)

    async def write(self) -> None:
        """Write what the topic of alerts says, until cancelled; raises SinkRejectedError."""
        if self._clerk is not None:
            await self._clerk.work()
