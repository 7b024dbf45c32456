"""One installation under fault: its load, its workers, a proxy before its ClickHouse, and the quiet afterwards."""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from kafka.errors import KafkaError

from streams.agents.engine.producer import partition_of
from streams.core.periods import LOCAL
from streams.settings import Settings
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations
from streams.sinks.rows import DossierRow, PetitionRow
from tests.faults.gated import GatedWorker, Point, Standing
from tests.faults.judge import audit, judge, unexpected_errors
from tests.faults.load import Load
from tests.faults.outcome import Outcome
from tests.faults.proxy import Proxy
from tests.integration.pipeline import Pipeline, Raw, now_ms, until
from tests.integration.pipeline_world import COMMUNES, raw, received, reference_records, resolved

OWN_NUMBERS: Final = 7000
"""From here on dossiers are numbered that are no part of the load."""
MORE: Final = 40
"""Events sent again and again until a worker stands at its gate: enough for every partition."""


class Ground:
    """What a scenario works with; the seed chooses load, victims and points."""

    def __init__(self, pipeline: Pipeline, folder: Path, outcome: Outcome, seed: int) -> None:
        self.pipeline = pipeline
        self.environ: dict[str, str] = {}
        """Settings of every worker of the scenario beside those that all have."""
        self.outcome = outcome
        self.rng = Random(seed)
        settings = pipeline.settings
        self.proxy = Proxy(settings.clickhouse_host, settings.clickhouse_port)
        self.load = Load(seed * 1000, datetime.now(LOCAL))
        self.acknowledged = 0
        self._folder = folder
        self.clock = folder / "clock"
        self._workers: list[GatedWorker] = []
        self._databases: list[Settings] = [settings]
        self.shifted = 0
        """How far the clock of the workers is before the machine's (ms)."""
        self._received = OWN_NUMBERS
        self.dues: dict[str, int] = {}
        """When the dossiers are due that nobody will do anything about (ms), by their code."""

    # ------------------------------------------------------------------- load

    def prepare(self) -> None:
        """Send the reference data."""
        self.pipeline.send_reference(reference_records())

    def send(self, number: int) -> None:
        """Send the next events of the load."""
        self.send_raw([raw(one) for one in self.load.take(number)])

    def send_raw(self, records: list[Raw]) -> list[tuple[int, int]]:
        """Send records as they are."""
        places = self.pipeline.send_raw(records)
        self.acknowledged += len(places)
        return places

    def send_left_alone(self, *dues: int) -> None:
        """Send receptions of dossiers that are due at these moments (ms), of which nobody will do anything."""
        for due in dues:
            self.dues[self._receive(due)] = due

    def send_due_everywhere(self, due: int) -> list[str]:
        """Send receptions until every partition has a dossier that is due at this moment (ms); return their codes."""
        partitions = self.pipeline.settings.partitions
        codes: list[str] = []
        while {partition_of(code.encode(), partitions) for code in codes} != set(range(partitions)):
            codes.append(self._receive(due))
        return codes

    def send_resolved(self, codes: Sequence[str]) -> None:
        """Send that dossiers are done now, by the clock of the workers."""
        at = datetime.fromtimestamp(self.now() / 1000, LOCAL)
        self.send_raw([raw(resolved(code, COMMUNES[0], at)) for code in codes])

    def _receive(self, due: int) -> str:
        ends = datetime.fromtimestamp(due / 1000, LOCAL)
        self._received += 1
        code = f"{COMMUNES[0]}-{ends:%y%m%d}-{self._received}"
        self.send_raw([raw(received(code, COMMUNES[0], ends - timedelta(days=2), ends))])
        return code

    # ------------------------------------------------------------------ clock

    def now(self) -> int:
        """The moment (ms) by the clock of the workers."""
        return now_ms() + self.shifted

    def shift(self, milliseconds: int) -> None:
        """Step the clock of every worker to so much before or after the machine's."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(milliseconds), "ascii")
        fresh.replace(self.clock)
        self.shifted = milliseconds

    # ---------------------------------------------------------------- workers

    def variables(self, **environ: str) -> dict[str, str]:
        """Settings of every worker: through the proxy, small batches, a log that programs read."""
        return {
            "clickhouse_port": str(self.proxy.port),
            "log_format": "json",
            "batch_max": "20",
            "snapshot_interval": "0.5",
            **self.environ,
            **environ,
        }

    def worker(self, **environ: str) -> GatedWorker:
        """Start one more worker that can be stopped at a point of a batch."""
        worker = GatedWorker(
            self.pipeline, self._folder, len(self._workers), self.clock, **self.variables(**environ)
        )
        self._workers.append(worker)
        worker.process.start()
        return worker

    def workers(self, number: int) -> list[GatedWorker]:
        """Start some workers side by side."""
        made = [
            GatedWorker(self.pipeline, self._folder, len(self._workers) + one, self.clock, **self.variables())
            for one in range(number)
        ]
        self._workers += made
        for worker in made:
            worker.process.launch()
        for worker in made:
            until("a worker has started", lambda process=worker.process: "worker started" in process.text())
        return made

    def stand_still(self, victim: GatedWorker, point: Point) -> Standing:
        """Stop a worker at a point of a batch that is not committed: whatever it owns, it will be given events.

        Raises AssertionError if the broker already has a commit of that batch.
        """
        victim.ask(point)

        def one_more() -> Standing | None:
            found = victim.standing()
            if found is None:
                self.send(MORE)
            return found

        standing = until(f"a worker stands at {point}", one_more, pause=0.5)
        committed = self.pipeline.committed().get(standing.partition, 0)
        assert committed < standing.upto, (standing, committed)
        return standing

    def stand_before_telling(self, victim: GatedWorker, due: int) -> None:
        """Let a moment (ms) come at which dossiers of all partitions are due, and stop a worker that would tell so."""
        victim.ask("telling")
        self.shift(due + 1 - now_ms())
        until("a worker stands before telling", victim.standing)

    def kill(self, victim: GatedWorker, point: Point) -> Standing:
        """SIGKILL a worker in an uncommitted batch."""
        standing = self.stand_still(victim, point)
        victim.process.kill()
        self.outcome.kills += 1
        return standing

    def running(self) -> list[GatedWorker]:
        """The workers that run."""
        return [worker for worker in self._workers if worker.process.is_running()]

    def start_fallen(self, number: int) -> None:
        """Start workers, as a supervisor does, until so many run; wait for none. What fell may say why."""
        for fallen in (worker for worker in self._workers if not worker.process.is_running()):
            fallen.expected = ["."]
        while len(self.running()) < number:
            worker = GatedWorker(
                self.pipeline, self._folder, len(self._workers), self.clock, **self.variables()
            )
            self._workers.append(worker)
            worker.process.launch()

    # ------------------------------------------------------------------ quiet

    def settle(self) -> None:
        """Wait until all that was sent is committed and its rows are in."""
        self.pipeline.await_committed()
        self.pipeline.await_dossiers()

    def await_committed_by(self, number: int) -> None:
        """Wait until every event is committed, by so many workers of which those that fall are started again."""
        wanted = {partition: end for partition, end in self.pipeline.ends().items() if end}

        def is_committed() -> bool:
            self.start_fallen(number)
            try:
                return self.pipeline.committed() == wanted
            except KafkaError:
                return False

        until(f"everything is committed: {wanted}", is_committed, pause=0.5)

    @contextmanager
    def recovery(self) -> Iterator[None]:
        """Time what is done in the block until everything is committed."""
        begun = time.monotonic()
        yield
        self.pipeline.await_committed()
        self.outcome.recoveries.append(time.monotonic() - begun)

    def judge(self) -> dict[str, Any]:
        """Settle, audit, stop what still runs in good order; no log may hold an error but those expected."""
        self.settle()
        report = judge(self.pipeline, self.outcome, self.acknowledged)
        self.outcome.repeated += self.taken_again()
        self.stop_all()
        return report

    def stop_all(self) -> None:
        """Stop the workers that still run, all at once and in good order; no log may hold an unexpected error."""
        running = [worker.process for worker in self.running()]
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            code, said = process.wait()
            assert code == 0, said
        for worker in self._workers:
            problems = unexpected_errors(worker.process.text(), worker.expected)
            assert not problems, "\n".join(problems)

    def taken_again(self) -> int:
        """How often a record was in a batch begun, beyond once."""
        taken = [record for worker in self._workers for record in worker.taken()]
        return len(taken) - len(set(taken))

    # --------------------------------------------------------------- rebuild

    def rebuild(self) -> None:
        """Have a fresh worker fill an empty database from the changelog alone, and hold its rows against the others.

        Every worker must have stopped, or been killed. What the fresh one writes is audited, too.
        """
        before = facts(self.pipeline)
        own = self.pipeline.settings
        again = own.model_copy(
            update={"clickhouse_database": f"{own.clickhouse_database}_{len(self._databases)}"}
        )
        self._databases.append(again)
        self.pipeline.settings = again
        Migrations(again).up(None)
        with self.recovery():
            fresh = self.worker()
        self.settle()
        assert fresh.taken() == [], "it was to read the changelog alone"
        after = facts(self.pipeline)
        assert after.keys() == before.keys()
        assert [key for key in before if before[key] != after[key]] == []
        audited = audit(self.pipeline)
        assert audited["ok"], audited
        self.stop_all()

    def clean_up(self) -> None:
        """Leave no process, no connection and no database behind."""
        self.pipeline.clean_up()
        self.proxy.close()
        for settings in self._databases:
            client = connect(settings, "migrator")
            client.execute(f"DROP DATABASE IF EXISTS {settings.clickhouse_database} SYNC")
            client.disconnect()


def facts(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """The rows of all dossiers and petitions, by table and code, with the version that each has."""
    rows = {}
    for table, code, columns in (
        ("dossiers", "dossier_code", DossierRow._fields),
        ("petitions", "petition_code", PetitionRow._fields),
    ):
        rows |= {f"{table} {row[code]}": row for row in pipeline.rows(table, columns)}
    return rows
