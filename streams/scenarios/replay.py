"""Tells a scenario to Kafka: reference data, events in order, the time to every partition, and a pause to read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.events.clock import ClockTick
from streams.intake.producer import EventProducer
from streams.scenarios.base import Checkpoint, Figure, Scenario, Send, Tick, Value


@dataclass
class Progress:
    """How far a replay is; `at` is the scenario's own time."""

    events: int = 0
    ticks: int = 0
    at: datetime | None = None
    checkpoint: str | None = None


Reached = Callable[[datetime], None]
Read = Callable[[Checkpoint], Mapping[Figure, Value]]
Watch = Callable[[Progress], None]


class Replay:
    """One telling of one scenario.

    Args:
        scenario: the story.
        producer: the way into Kafka.
        reached: returns when ClickHouse shows every unit as of a moment; called at checkpoints.
        read: reads what ClickHouse says at a checkpoint.
        watch: hears of progress, often.
    """

    def __init__(
        self, scenario: Scenario, producer: EventProducer, reached: Reached, read: Read, watch: Watch
    ) -> None:
        self._scenario = scenario
        self._producer = producer
        self._reached = reached
        self._read = read
        self._watch = watch
        self._progress = Progress()

    def prepare(self) -> int:
        """Send the reference data and return how many entities there are; workers started after it know them all."""
        records = list(self._scenario.reference())
        for record in records:
            self._producer.send_reference(record)
        self._producer.flush()
        return len(records)

    def run(self) -> dict[Figure, Value]:
        """Tell the story and return every figure that was read on the way."""
        readings: dict[Figure, Value] = {}
        for step in self._scenario.steps():
            if isinstance(step, Send):
                for event in step.events:
                    self._producer.send_event(event)
                self._progress.events += len(step.events)
            elif isinstance(step, Tick):
                self._tick(step)
            else:
                readings.update(self._check(step))
            self._watch(self._progress)
        self._producer.flush()
        return readings

    def _tick(self, tick: Tick) -> None:
        self._progress.ticks += 1
        self._progress.at = tick.at
        self._producer.send_tick(
            ClockTick(
                v=1,
                event_id=f"{self._scenario.name}-tick-{self._progress.ticks}",
                source="replay",
                recorded_at=tick.at,
                at=tick.at,
                last=tick.last,
            )
        )

    def _check(self, checkpoint: Checkpoint) -> Mapping[Figure, Value]:
        self._progress.checkpoint = checkpoint.name
        self._producer.flush()
        self._watch(self._progress)
        self._reached(checkpoint.at)
        return self._read(checkpoint)
