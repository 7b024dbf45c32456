"""The list of overdue dossiers, computed in SQL from stored facts, against the core's decision list."""

import random
import secrets
from collections.abc import Iterator

import pytest
from clickhouse_driver import Client

from streams.core.deadlines import is_on_time
from streams.core.dossier import DossierState, new_dossier
from streams.core.dossier_facts import dossier_facts
from streams.core.dossier_state import Round
from streams.core.facts import DossierFacts
from streams.core.reference import Reference
from streams.core.registers import CORRECTED, STATED
from streams.core.rules import Rules
from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.fact_rows import dossier_row
from streams.sinks.rows import DossierRow
from tests.sinks.row_examples import START

HOUR = 3_600_000
SPAN = 300
DOSSIERS = 3000


@pytest.fixture
def sink(tables: Settings) -> Iterator[ClickHouseSink]:
    found = ClickHouseSink(connect(tables, "writer"), types_check=True)
    yield found
    found.close()


class Chance:
    """Draws states of dossiers from a seed; times are whole hours, so that equalities happen."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def time(self) -> int:
        return START + self._random.randrange(SPAN) * HOUR

    def maybe(self, probability: float = 0.5) -> int | None:
        return self.time() if self._random.random() < probability else None

    def state(self, code: str) -> DossierState:
        state = new_dossier(code)
        state.offset = 1
        state.received, state.submitted = self.maybe(0.9), self.maybe()
        state.refused, state.withdrawn, state.stopped = self.maybe(0.1), self.maybe(0.1), self.maybe(0.1)
        state.finished, state.returned = self.maybe(0.2), self.maybe(0.2)
        if self._random.random() < 0.8:
            state.due = (self._random.choice([STATED, STATED, CORRECTED]), self.time(), 0, self.time())
            state.due_first = (0, 0, self.time())
        state.supplements = {
            str(number): self._round() for number in range(self._random.choice([0, 0, 1, 2, 3]))
        }
        if self._random.random() < 0.2:
            state.reschedules = {(self.time(), self.time(), START)}
        return state

    def _round(self) -> Round:
        found = Round()
        found.requested, found.completed = self.maybe(0.9), self.maybe(0.6)
        found.completed_last = found.completed
        if self._random.random() < 0.4:
            found.terms = (self.time(), 0, self.time(), START)
        return found


def is_overdue(facts: DossierFacts, at: int) -> bool:
    """A dossier in process at a moment, not ended by then, promised a date and late."""
    if not facts.in_process or facts.began_at is None or facts.began_at > at:
        return False
    if facts.ended_at is not None and facts.ended_at <= at:
        return False
    return not is_on_time(facts, at, Reference(), Rules())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_view_lists_exactly_the_dossiers_that_the_core_finds_late(
    sink: ClickHouseSink, reader: Client, seed: int
):
    chance, run = Chance(seed), secrets.token_hex(4)
    facts = [dossier_facts(chance.state(f"{run}-{number}"), Reference()) for number in range(DOSSIERS)]
    rows: list[DossierRow] = [dossier_row(one, 1, 0) for one in facts]
    sink.write_dossiers(rows)
    for hours in (SPAN // 4, SPAN // 2, SPAN):
        at = START + hours * HOUR
        found = reader.execute(
            "SELECT dossier_code FROM overdue_dossiers_at(at = fromUnixTimestamp64Milli(%(at)s, 'UTC'))"
            " WHERE startsWith(dossier_code, %(run)s)",
            {"at": at, "run": run},
        )
        late = {one.code for one in facts if is_overdue(one, at)}
        assert len(late) > DOSSIERS // 50
        listed = {code for (code,) in found}
        assert (listed - late, late - listed) == (set(), set())


def test_a_dossier_is_listed_with_its_holder_and_since_when_it_is_late(sink: ClickHouseSink, reader: Client):
    code = f"d-{secrets.token_hex(4)}"
    state = new_dossier(code)
    state.offset, state.received = 1, START
    state.due = (STATED, START, 0, START + 10 * HOUR)
    state.transfers = {(START + 5 * HOUR, "H09.2", "H09.1")}
    state.supplements = {"1": Round(START + 2 * HOUR, START + 5 * HOUR, START + 5 * HOUR)}
    sink.write_dossiers([dossier_row(dossier_facts(state, Reference()), 1, 0)])
    found = reader.execute(
        "SELECT unit_code, toUnixTimestamp64Milli(assumeNotNull(late_since)), hours_late, supplements_asked"
        " FROM overdue_dossiers_at(at = fromUnixTimestamp64Milli(%(at)s, 'UTC')) WHERE dossier_code = %(code)s",
        {"at": START + 20 * HOUR, "code": code},
    )
    assert found == [("H09.2", START + 13 * HOUR, 7, 1)]


def test_the_list_of_now_uses_the_clock_of_the_server(sink: ClickHouseSink, reader: Client):
    code = f"d-{secrets.token_hex(4)}"
    state = new_dossier(code)
    state.offset, state.received = 1, START
    state.due = (STATED, START, 0, START + 10 * HOUR)
    sink.write_dossiers([dossier_row(dossier_facts(state, Reference()), 1, 0)])
    found = reader.execute(
        "SELECT count() FROM overdue_dossiers WHERE dossier_code = %(code)s", {"code": code}
    )
    assert found == [(1,)]
