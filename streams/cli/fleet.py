"""What the supervisor of workers shows of itself: its page, its metrics, and the servers that its workers need."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from clickhouse_driver.errors import Error, ServerException

from streams.local.kafka_speaks import kafka_speaks
from streams.local.server_watch import ServerWatch
from streams.local.supervisor import Supervisor
from streams.ops.health import Check
from streams.ops.meters import Meters
from streams.ops.pages import PageServer
from streams.settings import Settings
from streams.sinks.connection import connect

ANSWER_SECONDS = 5.0
"""Seconds a server has for its answer."""


def server_questions(settings: Settings) -> dict[str, Callable[[], bool]]:
    """Return a question for each server that workers need, by its name for people."""
    kafka = settings.kafka
    clickhouse = f"{settings.clickhouse_host}:{settings.clickhouse_port}"
    return {
        f"Kafka at {kafka}": lambda: kafka_speaks(kafka, ANSWER_SECONDS),
        f"ClickHouse at {clickhouse}": lambda: _clickhouse_speaks(settings),
    }


def _clickhouse_speaks(settings: Settings) -> bool:
    client = connect(settings, "writer", answer_timeout=ANSWER_SECONDS)
    try:
        client.execute("SELECT 1")
    except ServerException:
        return True
    except (Error, OSError, EOFError):
        return False
    else:
        return True
    finally:
        client.disconnect()


class FleetHealth:
    """Ready while every server answers and every worker runs; `/healthz` only says that the supervisor is there."""

    def __init__(self, supervisor: Supervisor, watch: ServerWatch, servers: Sequence[str]) -> None:
        self._supervisor = supervisor
        self._watch = watch
        self._servers = servers

    def alive(self) -> Sequence[Check]:
        """Tell that it is there: it needs no server, and outlasts every outage."""
        return (Check("supervisor", True, f"keeps {len(self._supervisor.children)} workers"),)

    def ready(self) -> Sequence[Check]:
        """Tell which server is away, and since when, and how every worker stands."""
        away = self._watch.away()
        servers = (
            Check(name, name not in away, f"away for {away[name]:.0f} s" if name in away else "answers")
            for name in self._servers
        )
        workers = (
            Check(f"worker {child.number}", child.is_running, child.standing())
            for child in self._supervisor.children
        )
        return (*self.alive(), *servers, *workers)


class _FleetMeters(Meters):
    """Its gauges are read off when somebody asks."""

    def __init__(self, supervisor: Supervisor, watch: ServerWatch, servers: Sequence[str]) -> None:
        super().__init__("supervisor")
        self._supervisor, self._watch, self._servers = supervisor, watch, servers

    def page(self) -> bytes:
        """Return what Prometheus reads."""
        running = sum(child.is_running for child in self._supervisor.children)
        self.gauge("nhip766_workers_running").set(running)
        self.gauge("nhip766_workers_wanted").set(len(self._supervisor.children))
        away = self._watch.away()
        for name in self._servers:
            self.gauge("nhip766_server_away_seconds").labels(name.partition(" ")[0].lower()).set(
                away.get(name, 0.0)
            )
        return super().page()


@contextmanager
def watching(settings: Settings, watch: ServerWatch, supervisor: Supervisor) -> Iterator[None]:
    """Ask the servers, and serve the supervisor's page, for as long as the block lasts.

    Raises UserError if the port of the page is taken.
    """
    servers = tuple(server_questions(settings))
    pages = None
    if settings.supervisor_port:
        health = FleetHealth(supervisor, watch, servers)
        meters = _FleetMeters(supervisor, watch, servers)
        pages = PageServer(settings.supervisor_port, meters, health, setting="supervisor_port")
        pages.start()
    watch.start()
    try:
        yield
    finally:
        watch.stop()
        if pages is not None:
            pages.stop()
