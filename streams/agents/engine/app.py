"""The Faust application with our transport, our topics and the settings of the rules."""

from typing import Any, Final

import faust
from faust.types import TopicT
from faust.types.transports import TransportT
from yarl import URL

from streams.agents.engine.table import DossierTable
from streams.agents.engine.topic import BatchTopic
from streams.agents.engine.transport import BatchTransport

QUEUED_BATCHES: Final = 16
"""Batches that wait for an agent; each holds up to `batch_max` records, so few are enough and memory stays bounded."""


class EngineApp(faust.App):
    """Faust keeps group membership, assignment, recovery and services; the hot path is ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.batch_topics: set[str] = set()
        super().__init__(*args, **kwargs)

    def _new_transport(self) -> TransportT:
        return BatchTransport(self.conf.broker_consumer, self)

    def batch_topic(self, name: str, partitions: int) -> TopicT[Any]:
        """Declare a topic whose records reach the agent as batches."""
        self.batch_topics.add(name)
        return self.topic(name, partitions=partitions, acks=False, value_serializer="raw", key_serializer="raw")

    def dossier_table(self, name: str, partitions: int) -> DossierTable:
        """Declare the table of encoded dossier states."""
        table = DossierTable(self, name=name, partitions=partitions, key_type=bytes, value_type=bytes)
        self.tables.add(table)
        return table


def engine_app(group: str, bootstrap: str, *, batch_max: int, datadir: str) -> EngineApp:
    """Build the application (rules 2, 6, 7, 10 and 11): at least once, no standbys, no web, short sessions."""
    return EngineApp(
        group,
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
