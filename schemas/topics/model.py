"""What a topic's YAML file says, and what it comes to in one installation."""

from functools import cache
from importlib import resources
from typing import Annotated, Literal, NamedTuple, Protocol

import yaml
from pydantic import Field

from schemas.fields import Document

DAY_MS = 86_400_000
FOR_EVER = -1

TopicValue = Literal["event", "partial", "reference", "dead-letter", "changelog", "alert", "alert-action"]
PartitionSetting = Literal["partitions", "partials_partitions"]


class TopicSettings(Protocol):
    """The settings that name topics and size them."""

    @property
    def topic_prefix(self) -> str: ...  # noqa: D102 - described by the settings class
    @property
    def group(self) -> str: ...  # noqa: D102
    @property
    def partitions(self) -> int: ...  # noqa: D102
    @property
    def partials_partitions(self) -> int: ...  # noqa: D102


class TopicSpec(NamedTuple):
    """A topic as it must be on the broker: `config` holds Kafka's own names and texts."""

    name: str
    partitions: int
    config: dict[str, str]


class Topic(Document):
    """A topic's file. `partitions` is a number, or the setting that gives it; fixed for life.

    `epoch` is raised when the topic is made anew (its offsets start at 0 again): it
    leads the version of every row.
    """

    name: Annotated[str, Field(pattern=r"^(\{topic_prefix\}\.|\{group\}-)[a-z0-9.-]+$")]
    description: Annotated[str, Field(min_length=20, max_length=200)]
    key: Annotated[str, Field(min_length=3, max_length=200)]
    value: TopicValue
    partitions: PartitionSetting | Annotated[int, Field(ge=1, le=1024)]
    cleanup: Literal["delete", "compact"]
    retention_days: Annotated[int, Field(ge=1)] | None
    epoch: Annotated[int, Field(ge=1, le=65535)]
    config: dict[str, str]

    def rules(self) -> None:
        """A compacted topic keeps its last records for ever."""
        if self.cleanup == "compact" and self.retention_days is not None:
            raise ValueError("a compacted topic has no retention")

    def full_name(self, settings: TopicSettings) -> str:
        """Name of the topic in this installation."""
        return self.name.format(topic_prefix=settings.topic_prefix, group=settings.group)

    def resolve(self, settings: TopicSettings) -> TopicSpec:
        """The topic as it must be on this installation's broker."""
        count = self.partitions if isinstance(self.partitions, int) else getattr(settings, self.partitions)
        retention = FOR_EVER if self.retention_days is None else self.retention_days * DAY_MS
        config = {"cleanup.policy": self.cleanup, "retention.ms": str(retention), **self.config}
        return TopicSpec(self.full_name(settings), count, config)


@cache
def load_topics() -> dict[str, Topic]:
    """Every topic by its short name, the name of its file (`dossier-events`)."""
    folder = resources.files("schemas.topics")
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda f: f.name)
    return {
        item.name.removesuffix(".yaml"): Topic.model_validate(yaml.safe_load(item.read_text("utf-8")))
        for item in files
    }


def load_topic(short_name: str) -> Topic:
    """The topic of a short name; raises KeyError."""
    return load_topics()[short_name]
