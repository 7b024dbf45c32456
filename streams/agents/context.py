"""What the agents of one worker share: settings, names, reference data, the way out."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from schemas.index import IndexVersion
from schemas.topics import load_topic
from streams.agents.backlog import Backlog
from streams.agents.engine.producer import RecordProducer
from streams.agents.engine.table import DossierTable
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.settings import Settings
from streams.sinks.archive_writer import ArchiveWriter
from streams.sinks.writer import SinkWriter

Clock = Callable[[], int]

AFTER_BEAT: Final = 0.002
"""Seconds after a beat at which a pulse begins: a timer that runs a little early must not find the beat before."""


def seconds_to_beat(now: int, interval: int) -> float:
    """Return the seconds from a moment until just after the next beat (both ms), or the one after if that is near.

    What is published right after a beat is as fresh as the moment it is of; a long pulse must leave time for events.
    """
    left = interval - now % interval
    return (left if 2 * left >= interval else left + interval) / 1000 + AFTER_BEAT


class TopicNames(NamedTuple):
    """The topics of this installation, by what they carry."""

    events: str
    partials: str
    reference: str
    dead_letters: str
    changelog: str
    alerts: str
    alert_actions: str


def topic_names(settings: Settings) -> TopicNames:
    """Return the names as the settings make them."""
    shorts = (
        "dossier-events",
        "partials",
        "reference",
        "dead-letters",
        "dossiers-changelog",
        "alerts",
        "alert-actions",
    )
    return TopicNames(*(load_topic(short).full_name(settings) for short in shorts))


def wall_clock() -> int:
    """Return the wall time in epoch milliseconds: the one place of the agents that reads a clock."""
    return time.time_ns() // 1_000_000


@dataclass
class Context:
    """One per worker; `reference` is replaced as a whole when the reference topic says something new."""

    settings: Settings
    topics: TopicNames
    index: IndexVersion
    rules: Rules
    producer: RecordProducer
    table: DossierTable
    writer: SinkWriter
    epoch: int
    archive: ArchiveWriter | None = None
    clock: Clock = wall_clock
    reference: Reference = field(default_factory=Reference)
    backlog: Backlog = field(default_factory=Backlog)

    def beat(self) -> int:
        """Return the wall time of the last beat: one moment for all partitions of all workers.

        Units are scored when their last source has reached a moment; on moments of their own, sources would have
        them scored as many times as there are sources.
        """
        interval = max(1, int(self.settings.snapshot_interval * 1000))
        return self.clock() // interval * interval

    def until_beat(self) -> float:
        """Return the seconds until the next pulse."""
        return seconds_to_beat(self.clock(), max(1, int(self.settings.snapshot_interval * 1000)))

    @property
    def told_the_time(self) -> bool:
        """Tell whether time comes from the ticks of a replay."""
        return self.settings.clock == "ticks"

    def is_behind(self, number: int) -> bool:
        """Tell whether a source partition has unread events that it had better know; a replay has its own clock."""
        return not self.told_the_time and self.backlog.is_behind(number)
