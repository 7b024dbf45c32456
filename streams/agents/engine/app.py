"""The Faust application with our transport, our topics and the settings of the rules."""

import asyncio
from typing import Any, Final

import faust
from faust.types import TopicT
from faust.types.transports import TransportT
from yarl import URL

from streams.agents.engine.consumer import BatchConsumer
from streams.agents.engine.copies import Join
from streams.agents.engine.requirements import require_topics
from streams.agents.engine.table import RECOVERY_BATCHES, DossierTable
from streams.agents.engine.topic import BatchTopic
from streams.agents.engine.transport import BatchTransport

QUEUED_BATCHES: Final = 16
"""Batches that wait for an agent; each holds up to `batch_max` records, so few are enough and memory stays bounded."""

PATIENCE: Final = 10.0
"""Seconds a revocation or a stop waits for the batch in work, and then for the commit; below the session timeout."""


class EngineApp(faust.App):
    """Faust keeps group membership, assignment, recovery and services; the hot path is ours."""

    def __init__(self, *args: Any, bootstrap: str, patience: float = PATIENCE, **kwargs: Any) -> None:
        self.batch_topics: set[str] = set()
        self.patience = patience
        self._bootstrap = bootstrap
        self._partitions: dict[str, int] = {}
        self._failing: asyncio.Task[None] | None = None
        super().__init__(*args, **kwargs)

    def _new_transport(self) -> TransportT:
        return BatchTransport(self.conf.broker_consumer, self)

    @property
    def batches(self) -> BatchConsumer:
        """The consumer, as what it is."""
        consumer = self.consumer
        if not isinstance(consumer, BatchConsumer):
            raise TypeError("the engine needs its own consumer")
        return consumer

    @property
    def connected(self) -> BatchConsumer | None:
        """The consumer, None before there is one."""
        return self.batches if self._consumer is not None else None

    def batch_topic(self, name: str, partitions: int) -> TopicT:
        """Declare a topic whose records reach the agent as batches."""
        self.batch_topics.add(name)
        self._partitions[name] = partitions
        return self.topic(
            name, partitions=partitions, acks=False, value_serializer="raw", key_serializer="raw"
        )

    @property
    def tenure(self) -> int:
        """The generation of the group in which partitions are ours now, recovered; 0 while none are."""
        if self.rebalancing or not self.tables.actives_ready:
            return 0
        return max(int(self.consumer_generation_id), 0)

    @property
    def recovered(self) -> int | None:
        """How far the recovery under way has read, as the sum of its offsets; None while there is none."""
        if self._consumer is None or not (self.in_recovery and self.batches.flow_active):
            return None
        tables: Any = self.tables
        return sum(offset or 0 for offset in tables.recovery.active_offsets.values())

    @property
    def recovery_began(self) -> float:
        """When the last recovery began to read, in seconds of the monotonic clock."""
        tables: Any = self.tables
        return float(tables.recovery._recovery_started_at or 0.0)  # noqa: SLF001  (Faust tells it nowhere)

    @property
    def recovery_remaining(self) -> int:
        """How many offsets of the changelog the recovery under way has still to read; 0 while there is none."""
        if self.recovered is None:
            return 0
        tables: Any = self.tables
        ends, offsets = tables.recovery.active_highwaters, tables.recovery.active_offsets
        return sum(max(0, end - (offsets.get(tp) or 0)) for tp, end in ends.items() if end)

    def dossier_table(self, name: str, partitions: int, join: Join) -> DossierTable:
        """Declare the table of encoded dossier states; `join` gives what records of several owners come to."""
        table = DossierTable(
            self,
            join=join,
            name=name,
            partitions=partitions,
            key_type=bytes,
            value_type=bytes,
            recovery_buffer_size=RECOVERY_BATCHES,
        )
        self.tables.add(table)
        self._partitions[table.changelog_topic_name] = partitions
        return table

    async def start(self) -> None:
        """Start everything; raises UserError if Kafka does not answer or a topic is not as declared."""
        await require_topics(self._bootstrap, self._partitions)
        await super().start()

    async def on_stop(self) -> None:
        """Stop the flow, then let the batches in work end and commit them before their agents are cancelled."""
        await super().on_stop()
        if self._consumer is not None:
            await self.batches.finish()

    def on_rebalance_end(self) -> None:
        """Let sources flow only now: Faust has recovered, sought, and cleared the queues for the last time."""
        super().on_rebalance_end()
        self.batches.resume_sources()

    def fail(self, problem: BaseException) -> None:
        """Stop the application because of a failure at a place where Faust would only log it."""
        if self._failing is None:
            self._failing = asyncio.ensure_future(self.crash(problem))


def engine_app(
    group: str, bootstrap: str, *, batch_max: int, datadir: str, patience: float = PATIENCE
) -> EngineApp:
    """Build the application (rules 2, 6, 7, 10 and 11): at least once, no standbys, no web, short sessions."""
    return EngineApp(
        group,
        bootstrap=bootstrap,
        patience=patience,
        broker=[URL(f"kafka://{address}") for address in bootstrap.split(",")],
        processing_guarantee="at_least_once",
        key_serializer="raw",
        value_serializer="raw",
        store="memory://",
        datadir=datadir,
        Topic=BatchTopic,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        stream_wait_empty=False,
        stream_buffer_maxsize=QUEUED_BATCHES,
        stream_recovery_delay=0.0,
        broker_max_poll_records=batch_max,
        broker_session_timeout=12.0,
        broker_heartbeat_interval=3.0,
        broker_commit_interval=1.0,
        broker_request_timeout=30.0,
        worker_redirect_stdouts=False,
        autodiscover=False,
    )
