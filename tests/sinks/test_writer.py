"""The writer's thread against a store that fails when told to: nothing is lost, progress is never ahead of its rows."""

from collections.abc import Callable, Iterator, Sequence
from threading import Event
from typing import Any

import pytest

from streams.sinks.delivery import Source
from streams.sinks.memory import MemorySink
from streams.sinks.port import SinkRejectedError, SinkUnavailableError
from streams.sinks.rows import ClockRow, DossierRow, IndicatorsRow, PetitionRow, ProgressRow, ScoreRow
from streams.sinks.waiting import StoredState
from streams.sinks.writer import SinkWriter
from tests.sinks.row_examples import START, Figures, dossier, indicators, petition, score, snapshot

SOURCE = Source(1, "events", "partials")
PATIENCE = 30


class FlakyStore(MemorySink):
    """A store in memory that is away for a while, or loses replies after it kept the rows; keeps the order of calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.away = 0
        self.replies_lost = 0
        self.refusal: Exception | None = None
        self.refusals = 0
        self.was_away = Event()
        """Set at the second refusal: by then the writer has noted the first."""

    def _call(self, name: str, rows: Sequence[Any], keep: Callable[[], None]) -> None:
        if not rows:
            return
        if self.refusal:
            raise self.refusal
        if self.away:
            self.away -= 1
            self.refusals += 1
            if self.refusals > 1:
                self.was_away.set()
            raise SinkUnavailableError("away")
        keep()
        self.calls.append(name)
        if self.replies_lost:
            self.replies_lost -= 1
            raise SinkUnavailableError("reply lost")

    def write_scores(self, rows: Sequence[ScoreRow]) -> None:
        self._call("scores", rows, lambda: MemorySink.write_scores(self, rows))

    def write_indicators(self, rows: Sequence[IndicatorsRow]) -> None:
        self._call("indicators", rows, lambda: MemorySink.write_indicators(self, rows))

    def write_dossiers(self, rows: Sequence[DossierRow]) -> None:
        self._call("dossiers", rows, lambda: MemorySink.write_dossiers(self, rows))

    def write_petitions(self, rows: Sequence[PetitionRow]) -> None:
        self._call("petitions", rows, lambda: MemorySink.write_petitions(self, rows))

    def write_progress(self, rows: Sequence[ProgressRow]) -> None:
        self._call("progress", rows, lambda: MemorySink.write_progress(self, rows))

    def write_clocks(self, rows: Sequence[ClockRow]) -> None:
        self._call("clocks", rows, lambda: MemorySink.write_clocks(self, rows))


class PlainStates:
    """States that are just `<offset>`; a key that begins with p: is a petition."""

    def offset(self, state: bytes) -> int:
        return int(state)

    def row(self, stored: StoredState) -> DossierRow | PetitionRow:
        offset = int(stored.state)
        make = petition if stored.key.startswith("p:") else dossier
        return make(stored.key[2:], source_partition=stored.partition, source_offset=offset, version=offset)


@pytest.fixture
def store() -> FlakyStore:
    return FlakyStore()


@pytest.fixture
def writer(store: FlakyStore) -> Iterator[SinkWriter]:
    running = SinkWriter(store, PlainStates(), SOURCE, flush_seconds=0.01)
    running.start()
    yield running
    running.stop(PATIENCE)


def test_rows_get_in_and_progress_follows_them(writer: SinkWriter, store: FlakyStore):
    writer.put_scores(
        0, score("H09.1", "90.90"), indicators("H09.1", Figures("RESOLVED_ON_TIME", "16", "20"))
    )
    writer.put_clock(2, 1000)
    writer.put_states(0, {"d:one": b"5", "p:two": b"6"}, 7)
    assert writer.flush(PATIENCE)
    order = [store.calls.index(name) for name in ("indicators", "scores", "clocks")]
    assert order == sorted(order)
    assert max(store.calls.index("dossiers"), store.calls.index("petitions")) < store.calls.index("progress")
    assert store.progress == {(1, "events", 0): 7}
    assert store.clocks == {(1, "partials", 2): 1000}
    assert (store.dossiers["one"].source_offset, store.petitions["two"].source_offset) == (5, 6)


def test_no_row_is_lost_while_the_store_is_away(store: FlakyStore):
    store.away = 3
    writer = SinkWriter(store, PlainStates(), SOURCE, flush_seconds=0)
    writer.start()
    for offset in range(200):
        writer.put_states(offset % 4, {f"d:{offset}": str(offset).encode()}, offset)
        writer.put_scores(0, *snapshot(f"H09.{offset}", "50", version=offset))
    assert store.was_away.wait(PATIENCE)
    assert writer.flush(PATIENCE)
    assert len(store.dossiers) == len(store.scores) == 200
    assert store.progress == {
        (1, "events", 0): 196,
        (1, "events", 1): 197,
        (1, "events", 2): 198,
        (1, "events", 3): 199,
    }
    status = writer.status()
    assert status.available
    assert status.retries == 3
    assert (status.waiting_scores, status.waiting_dossiers) == (0, 0)
    assert writer.stop(PATIENCE)


def test_progress_stays_behind_while_its_rows_are_not_in(store: FlakyStore):
    store.away = 10**9
    writer = SinkWriter(store, PlainStates(), SOURCE, flush_seconds=0)
    writer.start()
    writer.put_states(0, {"d:one": b"5"}, 7)
    assert store.was_away.wait(PATIENCE)
    assert not writer.status().available
    assert not writer.stop(0)
    assert store.progress == {}


def test_a_reply_lost_after_the_rows_were_kept_changes_nothing(writer: SinkWriter, store: FlakyStore):
    store.replies_lost = 4
    writer.put_scores(
        0, score("H09.1", "90.90"), indicators("H09.1", Figures("RESOLVED_ON_TIME", "16", "20"))
    )
    writer.put_states(0, {"d:one": b"5"}, 7)
    assert writer.flush(PATIENCE)
    assert store.replies_lost == 0
    assert len(store.scores) == len(store.indicators) == len(store.dossiers) == 1
    assert store.progress == {(1, "events", 0): 7}


def test_a_final_score_that_is_in_is_not_written_again_and_one_that_is_not_is(
    writer: SinkWriter, store: FlakyStore
):
    store.write_clocks([ClockRow(1, "partials", 2, START)])
    for unit, partition in (("H09.1", 2), ("H09.2", 3)):
        one, two = snapshot(unit, "50", as_of=START, version=1)
        writer.put_scores(partition, one._replace(final=1), two._replace(final=1))
    writer.put_scores(2, *snapshot("H09.3", "50", as_of=START, version=1))
    assert writer.flush(PATIENCE)
    assert {row.unit_code for row in store.scores.values()} == {"H09.2", "H09.3"}


def test_stopping_writes_what_waits(store: FlakyStore):
    writer = SinkWriter(store, PlainStates(), SOURCE, flush_seconds=3600)
    writer.start()
    writer.put_states(0, {"d:one": b"5"}, 7)
    assert writer.stop(PATIENCE)
    assert store.progress == {(1, "events", 0): 7}


def test_a_restarted_partition_sends_again_only_what_the_store_may_lack(store: FlakyStore):
    MemorySink.write_progress(store, [ProgressRow(1, "events", 0, 10)])
    writer = SinkWriter(store, PlainStates(), SOURCE, flush_seconds=0)
    table = {"d:in": b"9", "d:edge": b"10", "d:lacking": b"11", "p:lacking": b"12"}
    writer.resend(0, table, list(table), 12)
    writer.start()
    assert writer.flush(PATIENCE)
    assert set(store.dossiers) | set(store.petitions) == {"lacking"}
    assert store.progress == {(1, "events", 0): 12}
    assert writer.stop(PATIENCE)


def test_what_is_sent_again_does_not_hide_what_was_changed_since(store: FlakyStore):
    writer = SinkWriter(store, PlainStates(), SOURCE, flush_seconds=0)
    writer.resend(0, {"d:one": b"11"}, ["d:one"], 12)
    writer.put_states(0, {"d:one": b"15"}, 15)
    store.away = 2
    writer.start()
    assert writer.flush(PATIENCE)
    assert store.dossiers["one"].source_offset == 15
    assert store.progress == {(1, "events", 0): 15}
    assert writer.stop(PATIENCE)


def test_a_state_that_left_the_table_is_not_sent_again(store: FlakyStore):
    writer = SinkWriter(store, PlainStates(), SOURCE, flush_seconds=0)
    writer.resend(0, {}, ["d:gone"], 12)
    writer.start()
    assert writer.flush(PATIENCE)
    assert store.dossiers == {}
    assert writer.stop(PATIENCE)


def test_rows_that_can_never_be_written_stop_the_writer_and_are_heard_of(
    store: FlakyStore, logged_errors: list[str]
):
    heard: list[BaseException] = []
    told = Event()

    def hear(failure: BaseException) -> None:
        heard.append(failure)
        told.set()

    store.refusal = SinkRejectedError("no such table")
    writer = SinkWriter(store, PlainStates(), SOURCE, flush_seconds=0, on_failure=hear)
    writer.start()
    writer.put_states(0, {"d:one": b"5"}, 7)
    assert told.wait(PATIENCE)
    with pytest.raises(SinkRejectedError):
        writer.put_states(0, {}, 8)
    assert heard == [writer.status().failure] == [store.refusal]
    assert not writer.stop(PATIENCE)
    assert "no such table" in logged_errors.pop()


def test_a_state_nobody_can_read_stops_the_writer(store: FlakyStore, logged_errors: list[str]):
    told = Event()
    writer = SinkWriter(store, PlainStates(), SOURCE, flush_seconds=0, on_failure=lambda _: told.set())
    writer.start()
    writer.put_states(0, {"d:one": b"not a number"}, 7)
    assert told.wait(PATIENCE)
    assert isinstance(writer.failure, ValueError)
    assert not writer.stop(PATIENCE)
    logged_errors.clear()
