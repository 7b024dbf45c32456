"""The thread that fetches: records taken across a rebalance are put back."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka.structs import ConsumerRecord
from faust.transport.drivers import aiokafka as driver
from faust.types import TP


def nothing_at(tp: TP, offset: int) -> ConsumerRecord[bytes, bytes]:
    """Return a record that stands for an offset that holds none."""
    return ConsumerRecord(tp.topic, tp.partition, offset, 0, 0, None, None, None, 0, 0, ())


class BatchConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread; a poll that outlived its assignment takes nothing from the new one.

    A poll waits up to a second for records. If a rebalance comes and goes meanwhile, Faust drops what the poll brings
    although the position of the new assignment has moved past it.
    """

    async def _fetch_records(
        self,
        consumer: Any,
        active_partitions: Iterable[TP],
        timeout: float | None = None,  # noqa: ASYNC109  (Faust's signature)
        max_records: int | None = None,
    ) -> Mapping[TP, list[Any]]:
        """Poll the partitions that are active now; seek back if that is over when records come."""
        generation = self.app.consumer_generation_id
        records: Mapping[TP, list[Any]] = await super()._fetch_records(
            consumer, set(active_partitions), timeout=timeout, max_records=max_records
        )
        if self.consumer.flow_active and self.app.consumer_generation_id == generation:
            return records
        for tp, batch in records.items():
            if tp in consumer.assignment():
                consumer.seek(tp, batch[0].offset)
        return {}

    def end_now(self, tp: TP) -> int | None:
        """Return the offset after the last record there was at the last fetch, None if the partition is not ours."""
        subscription = self._ensure_consumer()._subscription.subscription  # noqa: SLF001  (`highwater` raises)
        assignment = subscription.assignment if subscription is not None else None
        state = assignment.state_value(tp) if assignment is not None else None
        return None if state is None else state.highwater

    def position_now(self, tp: TP) -> int:
        """Return the offset that is fetched next, 0 if that is not known yet or the partition is taken away."""
        assignment = self._ensure_consumer()._subscription.subscription.assignment  # noqa: SLF001  (no public way)
        state = assignment.state_value(tp) if assignment is not None else None
        return 0 if state is None else int(state._position or 0)  # noqa: SLF001  (`position` raises while unknown)

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit, or return False if the broker does not answer: a commit that waits for ever blocks the thread."""
        engine: Any = self.app
        try:
            return bool(await asyncio.wait_for(super()._commit(offsets), engine.patience))
        except TimeoutError:
            return False

    async def on_thread_stop(self) -> None:
        """Leave the group and disconnect; not for ever: without a broker a commit is tried again and again."""
        engine: Any = self.app
        leaving = asyncio.ensure_future(super().on_thread_stop())
        await asyncio.wait({leaving}, timeout=engine.patience)
        leaving.cancel()
