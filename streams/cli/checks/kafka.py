"""Kafka: does it answer, are our topics as they must be, and how far behind are the workers."""

import socket
from collections import Counter
from collections.abc import Iterator
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import CoordinatorNotAvailableError, KafkaError

from schemas.topics import load_topics
from streams.cli.checks.check import Check
from streams.intake.topic_admin import check_topics
from streams.log import quiet
from streams.settings import Settings

CONNECT_SECONDS = 1.5
ANSWER_MS = 2500
EVENTS = "dossier-events"


def check_kafka(settings: Settings) -> Iterator[Check]:
    """Reach the broker first; the rest only makes sense behind it."""
    with quiet("kafka"):
        admin = _admin(settings)
        if admin is None:
            fix = "start it (`nhip766 local up`, or docker compose up), or set NHIP766_KAFKA"
            yield Check("kafka", "failed", f"{settings.kafka} does not answer", fix)
            yield Check("topics", "skipped", "Kafka does not answer")
            yield Check("lag", "skipped", "Kafka does not answer")
            return
        try:
            cluster = admin.describe_cluster()
            brokers = len(cluster["brokers"])
            yield Check("kafka", "ok", f"{settings.kafka}, {brokers} broker{'s' * (brokers != 1)}")
            yield from _topics(settings)
            yield from _lag(settings, admin)
        finally:
            admin.close()


def _admin(settings: Settings) -> Any:
    addresses = [address.rsplit(":", 1) for address in settings.kafka.split(",")]
    if not any(_accepts(host, int(port)) for host, port in addresses):
        return None
    try:
        return KafkaAdminClient(
            bootstrap_servers=settings.kafka.split(","),
            bootstrap_timeout_ms=ANSWER_MS,
            request_timeout_ms=ANSWER_MS,
        )
    except KafkaError:
        return None


def _accepts(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS):
            return True
    except OSError:
        return False


def _topics(settings: Settings) -> Iterator[Check]:
    for report in check_topics(settings, settings.kafka, say=lambda _: None):
        if report.state == "missing":
            yield Check(f"topic {report.topic}", "failed", "missing", "nhip766 topics create")
        elif report.state == "differs":
            fix = "put it right with your broker's tools, or make topics anew under another prefix"
            yield Check(f"topic {report.topic}", "failed", "; ".join(report.differences), fix)
        else:
            yield Check(f"topic {report.topic}", "ok", f"{report.partitions} partitions")


def _lag(settings: Settings, admin: Any) -> Iterator[Check]:
    """Compare the group's committed offsets with the ends of the topics it reads."""
    events = load_topics()[EVENTS].resolve(settings)
    try:
        workers, committed = _group(settings.group, admin)
        partitions = set(committed)
        if events.name in admin.list_topics():
            partitions |= {TopicPartition(events.name, number) for number in range(events.partitions)}
        ends = (
            admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST)) if partitions else {}
        )
    except (KafkaError, ValueError, KeyError) as problem:
        yield Check("lag", "warning", f"this broker cannot tell ({type(problem).__name__})")
        return
    yield _workers(settings.group, workers)
    lags: Counter[str] = Counter()
    for partition, end in ends.items():
        done = committed[partition].offset if partition in committed else 0
        lags[partition.topic] += max(0, end.offset - max(0, done))
    for topic, lag in sorted(lags.items()):
        yield Check(f"lag {topic}", "ok", f"{lag} records behind")


def _group(group: str, admin: Any) -> tuple[int, dict[TopicPartition, Any]]:
    """Give the number of members and the committed offsets; a broker that never had a group has neither."""
    try:
        members = admin.describe_groups([group])[group]["members"]
        return len(members), admin.list_group_offsets({group: None})[group]
    except CoordinatorNotAvailableError:
        return 0, {}


def _workers(group: str, workers: int) -> Check:
    if workers:
        return Check("workers", "ok", f"{workers} in group {group}")
    return Check("workers", "warning", f"none in group {group}", "nhip766 worker")
