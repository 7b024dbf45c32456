"""Creates our topics on the broker and compares what is there with `schemas/topics/*.yaml`."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource
from kafka.errors import TopicAlreadyExistsError

from schemas.topics import TopicSettings, TopicSpec, load_topics
from streams.errors import UserError
from streams.intake.patience import ATTEMPT_MS, patiently, say_on_stderr

REPLICAS = 3
MIN_IN_SYNC = "2"

TopicState = Literal["ok", "missing", "differs"]


@dataclass(frozen=True, slots=True)
class TopicReport:
    """One topic as found: `differences` are sentences, empty if it is as it must be."""

    topic: str
    state: TopicState
    partitions: int | None
    differences: tuple[str, ...] = ()


def wanted_topics(settings: TopicSettings) -> list[TopicSpec]:
    """Every topic as it must be in this installation, by name."""
    return sorted(topic.resolve(settings) for topic in load_topics().values())


def create_topics(
    settings: TopicSettings, bootstrap: str, *, say: Callable[[str], None] = say_on_stderr
) -> list[str]:
    """Create the topics that are missing and give their names; those that exist are never changed.

    Raises:
        UserError: Kafka does not answer, or an existing topic has another number of partitions.
    """
    with closing(_admin(bootstrap, say)) as admin:
        return patiently(lambda: _create_missing(admin, settings), bootstrap, say=say)


def check_topics(
    settings: TopicSettings, bootstrap: str, *, say: Callable[[str], None] = say_on_stderr
) -> list[TopicReport]:
    """Compare every topic of ours with what the broker has.

    Raises:
        UserError: Kafka does not answer.
    """
    with closing(_admin(bootstrap, say)) as admin:
        return patiently(lambda: _compare(admin, wanted_topics(settings)), bootstrap, say=say)


def partition_counts(
    names: Iterable[str], bootstrap: str, *, say: Callable[[str], None] = say_on_stderr
) -> dict[str, int]:
    """Partitions of each of the topics.

    Raises:
        UserError: Kafka does not answer, or a topic does not exist.
    """
    wanted = list(names)
    with closing(_admin(bootstrap, say)) as admin:
        found = patiently(lambda: _partition_counts(admin, wanted), bootstrap, say=say)
    missing = next((name for name in wanted if name not in found), None)
    if missing is not None:
        raise UserError(f"there is no topic {missing}; make it with: nhip766 topics create")
    return found


def _admin(bootstrap: str, say: Callable[[str], None]) -> Any:
    servers = bootstrap.split(",")
    return patiently(
        lambda: KafkaAdminClient(
            bootstrap_servers=servers, bootstrap_timeout_ms=ATTEMPT_MS, request_timeout_ms=3 * ATTEMPT_MS
        ),
        bootstrap,
        say=say,
    )


def _create_missing(admin: Any, settings: TopicSettings) -> list[str]:
    wanted = wanted_topics(settings)
    reports = _compare(admin, wanted, with_config=False)
    refused = [sentence for report in reports for sentence in report.differences if report.partitions]
    if refused:
        raise UserError("; ".join(refused))
    missing = {report.topic for report in reports if report.state == "missing"}
    specs = [spec for spec in wanted if spec.name in missing]
    if specs:
        _create(admin, specs)
    return [spec.name for spec in specs]


def _create(admin: Any, specs: list[TopicSpec]) -> None:
    brokers = len(admin.describe_cluster()["brokers"])
    safety = {"min.insync.replicas": MIN_IN_SYNC} if brokers >= REPLICAS else {}
    request = {
        spec.name: {
            "num_partitions": spec.partitions,
            "replication_factor": min(REPLICAS, max(1, brokers)),
            "configs": {**spec.config, **safety},
        }
        for spec in specs
    }
    try:
        admin.create_topics(request, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        admin.wait_for_topics(list(request))


def _compare(admin: Any, wanted: list[TopicSpec], *, with_config: bool = True) -> list[TopicReport]:
    sizes = _partition_counts(admin, {spec.name for spec in wanted})
    configs = _configs(admin, list(sizes)) if with_config else {}
    return [_report(spec, sizes.get(spec.name), configs.get(spec.name)) for spec in wanted]


def _report(spec: TopicSpec, partitions: int | None, config: dict[str, str] | None) -> TopicReport:
    if partitions is None:
        return TopicReport(spec.name, "missing", None, (f"{spec.name} does not exist",))
    differences = []
    if partitions != spec.partitions:
        differences.append(
            f"{spec.name} has {partitions} partitions, the settings say {spec.partitions}: a topic keeps its "
            "number for life, growth is a replay into new topics"
        )
    for key, value in spec.config.items():
        found = value if config is None else config.get(key, "unset")
        if found != value:
            differences.append(f"{spec.name} has {key}={found}, it must be {value}")
    return TopicReport(spec.name, "differs" if differences else "ok", partitions, tuple(differences))


def _partition_counts(admin: Any, names: Iterable[str]) -> dict[str, int]:
    """Partitions of those of the topics that exist."""
    existing = set(admin.list_topics()) & set(names)
    if not existing:
        return {}
    return {found["name"]: len(found["partitions"]) for found in admin.describe_topics(sorted(existing))}


def _configs(admin: Any, names: list[str]) -> dict[str, dict[str, str]]:
    """Configuration of each topic as texts."""
    if not names:
        return {}
    answer = admin.describe_configs([ConfigResource("TOPIC", name) for name in names], config_filter="all")
    found: dict[str, Any] = next(iter(answer.values()))
    return {name: {key: str(entry["value"]) for key, entry in keys.items()} for name, keys in found.items()}
