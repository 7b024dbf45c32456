"""From the engine's messages, each a whole batch, to the agents: what counts as done, and what ends the worker."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

from faust.types import TopicT

from streams.agents.breaker import TooManyBadError
from streams.agents.dossier_agent import DossierAgent
from streams.agents.engine.app import EngineApp
from streams.agents.engine.consumer import Work
from streams.agents.lanes import Lanes
from streams.agents.observation import Observation
from streams.agents.slices import GivenUpError
from streams.agents.unit_agent import UnitAgent


class BatchWork:
    """One per worker. `fail` is called with whatever a batch raises; once `has_failed` tells so, no batch is done.

    Batches of events go into lanes, those of partials are done one after the other: they await nothing.
    """

    def __init__(
        self,
        app: EngineApp,
        dossiers: DossierAgent,
        units: UnitAgent,
        observation: Observation,
        fail: Callable[[BaseException], None],
        has_failed: Callable[[], bool],
    ) -> None:
        self._app = app
        self._dossiers = dossiers
        self._units = units
        self._observation = observation
        self._fail = fail
        self._has_failed = has_failed
        self.lanes = Lanes()

    def attach(self, events: TopicT, partials: TopicT) -> None:
        """Register the agents."""
        self._app.agent(events, name="dossiers")(self._stream(self._take_events))
        self._app.agent(partials, name="units")(self._stream(self._take_partials))

    def _stream(self, take: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
        """Return an agent body that gives the messages of the current generation to `take`."""

        async def body(stream: Any) -> None:
            async for event in stream.noack().events():
                if self._is_due(event.message):
                    await take(event.message)

        return body

    def _is_due(self, message: Any) -> bool:
        return not self._has_failed() and message.generation_id == self._app.consumer_generation_id

    async def _take_events(self, message: Any) -> None:
        """Put a batch of events into the lane of its partition, marked as in work: a revocation waits for it."""
        await self.lanes.room()
        marked = ExitStack()
        work = marked.enter_context(self._app.batches.working())
        self.lanes.put(message.partition, partial(self._do_events, message, work, marked))

    async def _do_events(self, message: Any, work: Work, marked: ExitStack) -> None:
        """Do a batch, unless one before it failed or it was given up while it waited for its turn."""
        with marked, self._failing():
            if self._is_due(message):
                began = time.perf_counter()
                try:
                    await self._dossiers.take(message.partition, message.value)
                except TooManyBadError as stop:
                    work.done(message.tp, stop.position)
                    raise
                work.done(message.tp, message.value[-1].offset + 1)
                self._note(message, began)

    async def _take_partials(self, message: Any) -> None:
        with self._failing(), self._app.batches.working():
            began = time.perf_counter()
            await self._units.take(message.partition, message.value)
            self._note(message, began)

    def _note(self, message: Any, began: float) -> None:
        spent = time.perf_counter() - began
        self._observation.batch(message.topic, message.partition, message.value, spent)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Let a partition be given up; anything else that is raised ends the worker, with nothing more committed."""
        try:
            with suppress(GivenUpError):
                yield
        except Exception as problem:  # noqa: BLE001  (whatever it is)
            self._fail(problem)
