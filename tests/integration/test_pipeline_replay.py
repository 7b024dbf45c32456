"""A replay: ticks tell the time, what one said stays, the last ends it, and a period closes with its figures."""

from collections.abc import Iterable
from typing import Any

from schemas.events import Event
from streams.core.periods import moment
from streams.read.moment import literal
from tests.integration.pipeline import Pipeline, raw_of, until
from tests.integration.pipeline_account import Account, compare_facts, compare_scores
from tests.integration.pipeline_world import COMMUNES, Mix, local, received, reference_records, resolved, tick

UNIT = COMMUNES[0]
FIRST, SECOND, THIRD = local("2026-08-10 17:00"), local("2026-08-20 17:00"), local("2026-08-25 17:00")
AUGUST, JUNE, YEAR = "2026-08", "2026-06", "2026"


def in_time(number: int, month: str) -> Iterable[Event]:
    """A dossier received on the 3rd of a month and resolved the day after, before it is due."""
    code = f"{UNIT}-{month.replace('-', '')[2:]}03-{number:04}"
    yield received(code, UNIT, local(f"{month}-03 08:00"), local(f"{month}-05 08:00"))
    yield resolved(code, UNIT, local(f"{month}-04 08:00"))


def overdue(number: int, month: str) -> Iterable[Event]:
    """A dossier received on the 3rd of a month, due on the 5th, and never resolved."""
    code = f"{UNIT}-{month.replace('-', '')[2:]}03-{number:04}"
    yield received(code, UNIT, local(f"{month}-03 08:00"), local(f"{month}-05 08:00"))


def resolved_in_time(pipeline: Pipeline, period: str) -> tuple[int | None, int | None] | None:
    """RESOLVED_ON_TIME of the unit as it is now."""
    return pipeline.indicator(UNIT, period, "RESOLVED_ON_TIME")


def resolved_in_time_at(pipeline: Pipeline, period: str, at: Any) -> tuple[int | None, int | None]:
    """RESOLVED_ON_TIME of the unit as it was said at a moment."""
    (row,) = pipeline.query(
        f"SELECT numerator, denominator FROM indicator_detail_at(as_of = '{literal(at)}')"
        " WHERE unit_code = %(unit)s AND period = %(period)s AND indicator = 'RESOLVED_ON_TIME'",
        unit=UNIT,
        period=period,
    )
    return row["numerator"], row["denominator"]


def test_what_a_tick_said_stays_while_late_events_change_what_is_current(pipeline):
    pipeline.send_reference(reference_records())
    with pipeline.running(clock="ticks"):
        pipeline.send([*in_time(1, AUGUST), tick(FIRST)])
        pipeline.await_scores(moment(FIRST))
        assert resolved_in_time(pipeline, AUGUST) == (1, 1)
        pipeline.send(overdue(2, AUGUST))
        pipeline.await_dossiers()
        assert resolved_in_time(pipeline, AUGUST) == (1, 1)
        pipeline.send([tick(SECOND)])
        pipeline.await_scores(moment(SECOND))
        assert resolved_in_time(pipeline, AUGUST) == (1, 2)
        assert resolved_in_time_at(pipeline, AUGUST, FIRST) == (1, 1)
        assert resolved_in_time_at(pipeline, AUGUST, SECOND) == (1, 2)


def test_after_the_last_tick_an_event_changes_rows_at_once(pipeline):
    pipeline.send_reference(reference_records())
    with pipeline.running(clock="ticks"):
        pipeline.send([*in_time(1, AUGUST), tick(FIRST, last=True)])
        pipeline.await_scores(moment(FIRST))
        assert resolved_in_time(pipeline, AUGUST) == (1, 1)
        pipeline.send(overdue(2, AUGUST))
        until("the late dossier counts", lambda: resolved_in_time(pipeline, AUGUST) == (1, 2))
    with pipeline.running(clock="ticks"):
        pipeline.send(in_time(3, AUGUST))
        until("so does one after a restart", lambda: resolved_in_time(pipeline, AUGUST) == (2, 3))


def test_a_period_closes_with_its_last_figures_and_is_never_rewritten(pipeline):
    pipeline.send_reference(reference_records())
    with pipeline.running(clock="ticks"):
        pipeline.send([*in_time(1, JUNE), tick(FIRST)])
        pipeline.await_scores(moment(FIRST))
        assert resolved_in_time(pipeline, JUNE) == (1, 1)
        pipeline.send([*overdue(2, JUNE), tick(SECOND)])
        pipeline.await_scores(moment(SECOND))
        assert closed(pipeline) == {(1, 2)}, "what came before the tick that closes the period counts"
        pipeline.send([*overdue(3, JUNE), tick(THIRD, last=True)])
        pipeline.await_scores(moment(THIRD))
        assert resolved_in_time(pipeline, YEAR) == (1, 3)
        assert closed(pipeline) == {(1, 2)}


def test_a_worker_that_was_away_when_a_period_closed_closes_it_with_its_figures(pipeline):
    pipeline.send_reference(reference_records())
    with pipeline.running(clock="ticks"):
        pipeline.send([*in_time(1, JUNE), tick(FIRST)])
        pipeline.await_scores(moment(FIRST))
    pipeline.send([*overdue(2, JUNE), tick(SECOND), *in_time(3, JUNE), tick(THIRD, last=True)])
    with pipeline.running(clock="ticks"):
        pipeline.await_scores(moment(THIRD))
        assert resolved_in_time(pipeline, YEAR) == (2, 3)
        assert closed(pipeline) == {(1, 2)}


def closed(pipeline: Pipeline) -> set[tuple[int, int]]:
    """RESOLVED_ON_TIME of the unit in June, of final rows."""
    return {
        (row["numerator"], row["denominator"])
        for row in pipeline.query("SELECT * FROM indicator_detail")
        if (row["unit_code"], row["period"], row["indicator"], row["final"])
        == (UNIT, JUNE, "RESOLVED_ON_TIME", 1)
    }


def test_a_worker_restarted_in_the_middle_of_a_replay_loses_nothing(pipeline):
    pipeline.send_reference(reference_records())
    events = Mix(5, dossiers=30, latest=local("2026-08-10 12:00")).events()
    third = len(events) // 3
    with pipeline.running(clock="ticks"):
        pipeline.send([*events[:third], tick(FIRST), *events[third : 2 * third]])
        pipeline.await_scores(moment(FIRST))
    with pipeline.running(clock="ticks"):
        pipeline.send([*events[2 * third :], tick(SECOND), tick(THIRD, last=True)])
        pipeline.await_committed()
        pipeline.await_dossiers()
        pipeline.await_scores(moment(THIRD))
    log = [record for record in pipeline.read("dossier-events") if record.key != b"clock"]
    account = Account([raw_of(record) for record in log], reference_records(), pipeline.settings)
    compare_facts(pipeline, account)
    compare_scores(pipeline, account, moment(THIRD))
