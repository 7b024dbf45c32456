"""One worker: the application, its agents, its pulse and its metrics, from start to a stop in good order.

Nothing escapes an agent or the pulse: data errors are dead letters, and anything else stops the worker loudly with
nothing committed that was not done.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Final

from aiokafka.errors import KafkaError
from faust.types import TP

from schemas.index import IndexVersion, UnknownIndexVersionError, load_index
from schemas.topics import load_topic
from streams.agents import metrics
from streams.agents.alert_service import AlertService
from streams.agents.batch_work import BatchWork
from streams.agents.collector import spare_collections
from streams.agents.connecting import connect_patiently, is_away
from streams.agents.context import Context, topic_names
from streams.agents.dossier_agent import DossierAgent
from streams.agents.engine.app import EngineApp, engine_app
from streams.agents.engine.pin import check_engine
from streams.agents.engine.producer import RecordProducer
from streams.agents.observation import LOOK_SECONDS, Observation
from streams.agents.partition_mark import join_logged
from streams.agents.reference_feed import ReferenceFeed
from streams.agents.slices import GivenUpError
from streams.agents.source_log import KafkaLog
from streams.agents.stores.opening import open_stores
from streams.agents.unit_agent import UnitAgent
from streams.agents.watchdog import Seen, Watchdog
from streams.core.rules import Rules
from streams.errors import ServerAwayError, UserError
from streams.log import get_logger
from streams.ops.core_kind import core_kind
from streams.ops.pages import PageServer
from streams.settings import Settings
from streams.sinks.archive_writer import ArchiveWriter
from streams.sinks.delivery import Source
from streams.sinks.fact_rows import FactRows
from streams.sinks.port import AlertSink, ArchiveSink, SinkRejectedError, SnapshotSink
from streams.sinks.writer import SinkWriter

log = get_logger(__name__)

WATCH_SECONDS: Final = 1.0
"""Seconds between two looks of the watchdog."""
DRAIN_SECONDS: Final = 20.0
"""Seconds a stop waits for ClickHouse to take what is unsent; what is left is sent again after the next start."""

ARCHIVE_SECONDS: Final = 5.0
"""Seconds a stop waits for the archive; what is left is read from the topic after the next start."""


class Worker:
    """Wires one context to Faust; `run` returns after SIGTERM or SIGINT, or raises what stopped it."""

    def __init__(
        self,
        settings: Settings,
        sink: SnapshotSink,
        archive: ArchiveSink | None = None,
        alerts: AlertSink | None = None,
        *,
        idempotent: bool = True,
    ) -> None:
        check_engine()
        epoch = load_topic("dossier-events").epoch
        self._settings = settings
        self._names = topic_names(settings)
        self._app: EngineApp = engine_app(
            settings.group,
            settings.kafka,
            batch_max=settings.batch_max,
            datadir=str(settings.data_dir / "faust"),
        )
        self._events = self._app.batch_topic(self._names.events, settings.partitions)
        self._partials = self._app.batch_topic(self._names.partials, settings.partials_partitions)
        source = Source(epoch, self._names.events, self._names.partials)
        self._observation = Observation(settings, self._names.events)
        self._context = Context(
            settings=settings,
            topics=self._names,
            index=_index(settings),
            rules=Rules(supplement_rule=settings.supplement_rule),
            producer=RecordProducer(settings.kafka, idempotent=idempotent),
            table=self._app.dossier_table("dossiers", settings.partitions, join_logged),
            writer=SinkWriter(
                sink,
                FactRows(epoch, lambda: self._context.reference),
                source,
                on_failure=self._writer_failed,
                on_scored=self._observation.scored,
            ),
            epoch=epoch,
            archive=None if archive is None else self._archive_writer(archive, source),
        )
        self._feed = ReferenceFeed(settings.kafka, self._names.reference, epoch)
        self._alerts = AlertService(self._context, alerts) if settings.alerts else None
        desk = None if self._alerts is None else self._alerts.desk
        self._dossiers = DossierAgent(
            self._context, self._catch_up, lambda: self._app.tenure, self._log_end, desk
        )
        self._units = UnitAgent(self._context)
        self._batches = BatchWork(
            self._app, self._dossiers, self._units, self._observation, self._fail, self._has_failed
        )
        self._stopping = asyncio.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def _archive_writer(self, archive: ArchiveSink, source: Source) -> ArchiveWriter:
        source_log = KafkaLog(self._settings.kafka, source.topic)
        return ArchiveWriter(archive, source_log, source, on_failure=self._writer_failed)

    # -------------------------------------------------------------------- run

    async def run(self) -> None:
        """Work until told to stop; raises ServerAwayError without Kafka, or the failure that ended the work."""
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._stopping.set)
        async with self._connected():
            self._attach()
            self._make_data_dir()
            starting = asyncio.create_task(self._guarded(self._start))
            parts = (
                self._pulse,
                self._listen,
                self._hear_actions,
                self._write_alerts,
                self._watch_units,
                self._watch,
                self._watch_over,
                self._observe,
            )
            tasks = [asyncio.create_task(self._guarded(part)) for part in parts]
            await self._stopping.wait()
            await _end(*tasks)
            log.info("worker stopping")
            await self._app.stop()
            await _end(*self._batches.lanes.under_way())
            await self._let_end(starting)
        log.info("worker stopped", events=metrics.events_done())
        self._raise_failure()

    async def _start(self) -> None:
        """Start the engine, which returns when its first recovery is over or it was told to stop."""
        await self._app.start()
        if not self._stopping.is_set():
            spare_collections()
            log.info(
                "worker started",
                group=self._settings.group,
                clock=self._settings.clock,
                core=core_kind(),
                pid=os.getpid(),
            )

    async def _let_end(self, starting: "asyncio.Task[None]") -> None:
        """Wait a little for a start that was stopped half way."""
        await asyncio.wait({starting}, timeout=self._app.patience)
        await _end(starting)

    def _raise_failure(self) -> None:
        """Say what ended the work: in one line where a server is to blame, else as the fault of the program it is."""
        if isinstance(self._failure, SinkRejectedError):
            raise UserError(f"ClickHouse refuses our rows: {self._failure}") from self._failure
        if isinstance(self._failure, KafkaError | TimeoutError):
            kind = ServerAwayError if is_away(self._failure) else UserError
            raise kind(
                f"Kafka at {self._settings.kafka} failed us ({type(self._failure).__name__}); nothing is lost, "
                "a worker started again goes on where this one was"
            ) from self._failure
        if self._failure is not None:
            raise self._failure

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        """Connect with patience, read the reference data, start writer and metrics; let go of all at the end."""
        async with AsyncExitStack() as stack:
            if self._settings.metrics_port:
                stack.callback(self._serve_pages().stop)
            await self._patiently(self._context.producer.start)
            stack.push_async_callback(self._context.producer.stop)
            stores = (
                await asyncio.to_thread(  # with Kafka there: it says whether a store is of this changelog
                    open_stores, self._settings, self._names.changelog, self._context.table.join_copies
                )
            )
            stack.push_async_callback(asyncio.to_thread, stores.close)
            self._context.table.use(stores)
            await self._patiently(self._feed.start)
            stack.push_async_callback(self._feed.stop)
            self._context.reference = self._feed.reference()
            self._context.writer.put_reference(self._feed.take_news())
            if self._alerts is not None:
                await self._patiently(self._alerts.actions.start)
                stack.push_async_callback(self._alerts.actions.stop)
            self._context.writer.start()
            stack.push_async_callback(asyncio.to_thread, self._context.writer.stop, DRAIN_SECONDS)
            if self._context.archive is not None:
                self._context.archive.start()
                stack.push_async_callback(asyncio.to_thread, self._context.archive.stop, ARCHIVE_SECONDS)
            yield

    def _make_data_dir(self) -> None:
        """Make the folder that Faust wants, which makes none above it."""
        folder = self._settings.data_dir / "faust"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise UserError(f"NHIP766_DATA_DIR: cannot make {folder}: {problem.strerror}") from None

    def _serve_pages(self) -> PageServer:
        port = self._settings.metrics_port
        pages = PageServer(port, metrics.METERS, self._observation.vitals, setting="metrics_port")
        pages.start()
        log.info("metrics served", address=f"{pages.address}/metrics")
        return pages

    async def _patiently(self, connect: Callable[[], Awaitable[None]]) -> None:
        await connect_patiently(connect, self._settings.kafka, self._stopping)

    # ----------------------------------------------------------------- agents

    def _attach(self) -> None:
        """Register the agents and what happens when partitions come and go."""
        self._batches.attach(self._events, self._partials)
        self._app.on_partitions_revoked.connect(self._forget)

    def _log_end(self, number: int) -> int | None:
        return self._app.batches.end_of(TP(self._names.events, number))

    async def _forget(self, *_: Any, **__: Any) -> None:
        self._dossiers.close_all()
        if self._context.archive is not None:
            self._context.archive.give_up()
        self._observation.given_up()
        self._units.close_all()

    # ------------------------------------------------------------------ tasks

    async def _pulse(self) -> None:
        """At each beat, once per snapshot interval, let time pass in every partition that is ours and recovered.

        Behind a long backlog not at every beat.
        """
        while True:
            pause, begun = self._context.until_beat(), time.monotonic()
            await asyncio.sleep(pause)
            overslept = time.monotonic() - begun - pause
            waiting = self._app.batches.waiting(self._names.events) if self._app.tenure else {}
            is_due = self._context.backlog.look(waiting, self._dossiers.pending, overslept)
            self._context.writer.hold(self._context.backlog.is_long)
            if is_due:
                with suppress(GivenUpError):
                    await self._let_time_pass()

    async def _let_time_pass(self) -> None:
        """Pulse every partition that is ours, all at once; raises GivenUpError where a rebalance comes between."""
        if not self._app.tenure:
            return
        ours = [tp.partition for tp in self._app.consumer.assignment() if tp.topic == self._names.events]
        ended = await asyncio.gather(*map(self._pulse_one, sorted(ours)), return_exceptions=True)
        problems = [problem for problem in ended if problem is not None]
        if problems:
            raise min(problems, key=lambda problem: isinstance(problem, GivenUpError))
        if self._app.tenure:
            self._units.pulse()

    async def _pulse_one(self, number: int) -> None:
        if self._app.tenure:
            with self._app.batches.working():
                await self._dossiers.pulse(number)

    async def _observe(self) -> None:
        """Look at the whole once a second, also while a pulse waits for something."""
        while True:
            self._observation.look(self._app, self._context.writer, self._context.archive)
            await asyncio.sleep(LOOK_SECONDS)

    async def _listen(self) -> None:
        """Take new reference data when there is some: every contribution it touches is derived again."""
        while True:
            await self._feed.changed()
            self._use_reference()

    async def _hear_actions(self) -> None:
        """Take what people do with alerts: the next pulse looks at these again."""
        if self._alerts is not None:
            await self._alerts.hear(self._dossiers.books)

    async def _write_alerts(self) -> None:
        """Write the alerts of all workers into ClickHouse, this worker's share of them."""
        if self._alerts is not None:
            await self._alerts.write()

    async def _watch_units(self) -> None:
        """Watch units and sources, while the partition that tells of them is ours."""
        if self._alerts is not None:
            await self._alerts.watch_units(self._dossiers.books)

    async def _catch_up(self) -> None:
        """Take the reference data that are there by now, before something is refused as unknown."""
        if await self._feed.catch_up():
            self._use_reference()

    def _use_reference(self) -> None:
        self._context.reference = self._feed.reference()
        self._context.writer.put_reference(self._feed.take_news())
        self._dossiers.use_reference()
        self._units.use_reference()
        log.info("reference data changed")

    async def _watch_over(self) -> None:
        """Stop the worker when its recovery or its commits go nowhere."""
        watchdog = Watchdog(self._settings.stall_limit, self._settings.recovery_limit)
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            positions = self._app.batches.progress() if self._app.tenure else ({}, {})
            watchdog.look(clock(), Seen(self._app.recovered, *positions))

    async def _watch(self) -> None:
        """Notice a crash inside Faust."""
        await self._app.wait_until_stopped()
        if not self._stopping.is_set():
            self._fail(self._app.crash_reason or RuntimeError("the engine stopped by itself"))

    async def _guarded(self, part: Callable[[], Awaitable[None]]) -> None:
        try:
            await part()
        except asyncio.CancelledError:
            raise
        except Exception as problem:  # noqa: BLE001  (whatever it is, it stops the worker uncommitted)
            self._fail(problem)

    def _writer_failed(self, problem: BaseException) -> None:
        """Hear, in the writer's thread, that rows can never be written."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._fail, problem)

    def _has_failed(self) -> bool:
        return self._failure is not None

    def _fail(self, problem: BaseException) -> None:
        if self._failure is None:
            self._failure = problem
            if not isinstance(problem, UserError):
                log.error("worker fails", problem=repr(problem), exc_info=problem)
            self._stopping.set()


def _index(settings: Settings) -> IndexVersion:
    try:
        return load_index(settings.formula)
    except UnknownIndexVersionError as problem:
        raise UserError(f"NHIP766_FORMULA: {problem}") from None


async def _end(*tasks: asyncio.Task[None]) -> None:
    """Cancel tasks until they end: `asyncio.wait_for` (Python 3.11) swallows a cancellation that meets its result."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=1.0)
    await asyncio.gather(*tasks, return_exceptions=True)
