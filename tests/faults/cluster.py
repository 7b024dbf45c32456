"""Three Apache Kafka brokers on one machine (KRaft, each broker and controller), which may be killed one by one."""

import os
import secrets
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource
from kafka.errors import KafkaError

from streams.local.kafka import READY_SECONDS, kafka_answers
from streams.local.parts import DEPLOY, java, kafka_jars
from streams.local.process import GuardedProcess, free_ports
from streams.local.servers import say_on_stderr
from tests.integration.pipeline import until

NODES = 3
SAFE = (
    "default.replication.factor=3",
    "min.insync.replicas=2",
    "offsets.topic.replication.factor=3",
    "transaction.state.log.replication.factor=3",
    "transaction.state.log.min.isr=2",
)
"""What a single node cannot have; of a property written twice the last counts."""


class Cluster:
    """Nodes are numbered from 0; each keeps its port and its data over a kill."""

    def __init__(self, folder: Path, cache: Path) -> None:
        ports = free_ports(2 * NODES)
        self._ports, controllers = ports[:NODES], ports[NODES:]
        voters = ",".join(f"{node + 1}@127.0.0.1:{port}" for node, port in enumerate(controllers))
        identity = secrets.token_urlsafe(16)
        jars = kafka_jars(cache, say_on_stderr)
        self._nodes = [
            self._node(folder / f"node-{node}", node, f"{port}:{controllers[node]}", (voters, identity), jars)
            for node, port in enumerate(self._ports)
        ]

    @property
    def bootstrap(self) -> str:
        """The addresses of all nodes."""
        return ",".join(f"127.0.0.1:{port}" for port in self._ports)

    def _node(
        self, folder: Path, node: int, addresses: str, cluster: tuple[str, str], jars: Path
    ) -> GuardedProcess:
        port, controller = addresses.split(":")
        data = folder / "data"
        data.mkdir(parents=True)
        lines = (
            (DEPLOY / "kafka" / "server.properties").read_text("utf-8"),
            *SAFE,
            f"node.id={node + 1}",
            f"listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
            f"advertised.listeners=PLAINTEXT://127.0.0.1:{port}",
            f"controller.quorum.voters={cluster[0]}",
            f"log.dirs={data}",
        )
        properties = folder / "server.properties"
        properties.write_text("\n".join(lines) + "\n", "utf-8")
        (data / "meta.properties").write_text(
            f"version=1\ncluster.id={cluster[1]}\nnode.id={node + 1}\n", "utf-8"
        )
        command = [java(), "-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-Djava.awt.headless=true"]
        command += ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{jars}/*", "kafka.Kafka"]
        return GuardedProcess(
            f"node {node}", [*command, str(properties)], dict(os.environ), folder / "kafka.log"
        )

    def start(self, *nodes: int) -> None:
        """Start some nodes and wait until they are ready and every node that runs knows of all that run."""
        for node in nodes:
            self._nodes[node].start()
        for node in nodes:
            self._nodes[node].await_ready(lambda port=self._ports[node]: kafka_answers(port), READY_SECONDS)
        running = sum(one.running for one in self._nodes)
        until(f"{running} brokers are in the cluster", lambda: self._brokers() == running)

    def kill(self, *nodes: int) -> None:
        """SIGKILL some nodes."""
        for node in nodes:
            self._nodes[node].stop(kill=True)

    def safety(self, topics: Sequence[str]) -> set[tuple[int, str]]:
        """How many copies the partitions of topics have, and how many of them must agree to a record."""
        with closing(KafkaAdminClient(bootstrap_servers=self.bootstrap.split(","))) as admin:
            found = admin.describe_topics(list(topics))
            asked = [ConfigResource("TOPIC", name) for name in topics]
            configs = next(iter(admin.describe_configs(asked, config_filter="all").values()))
        return {
            (len(partition["replica_nodes"]), str(configs[topic["name"]]["min.insync.replicas"]["value"]))
            for topic in found
            for partition in topic["partitions"]
        }

    def _brokers(self) -> int:
        try:
            with closing(KafkaAdminClient(bootstrap_servers=self.bootstrap.split(","))) as admin:
                return len(admin.describe_cluster()["brokers"])
        except KafkaError:
            return 0
