"""Settled dossiers in a running system: stubs in the changelog, rows that stay, late events refused, a clean audit."""

import json
from collections.abc import Iterable
from typing import Any

from schemas.events import Event
from schemas.fast import encode
from streams.core.periods import moment
from streams.core.settlement import SETTLED, stub_in
from streams.settings import PREFIX
from tests.integration.pipeline import Pipeline, run, until
from tests.integration.pipeline_world import (
    COMMUNES,
    event,
    local,
    received,
    reference_records,
    resolved,
    tick,
    unit,
)

UNIT = COMMUNES[0]
OPEN = f"{UNIT}-251103-9999"
DURING, AFTER = local("2025-12-31 17:00"), local("2026-02-20 17:00")
NEXT, LAST = local("2026-02-21 17:00"), local("2026-02-22 17:00")
FAR = local("2026-05-30 17:00")
"""The clock sleeps so long that March begins and closes meanwhile."""
AUDITED = ("2025-11", "2025-Q4", "2025", "2026-02")
ENDED = [f"{UNIT}-251103-{number:04}" for number in range(12)]


def year_2025() -> Iterable[Event]:
    """Dossiers that came and ended in November 2025, and one that is open still."""
    for code in ENDED:
        yield received(code, UNIT, local("2025-11-03 08:00"), local("2025-11-10 08:00"))
        yield resolved(code, UNIT, local("2025-11-07 08:00"))
    yield received(OPEN, UNIT, local("2025-11-03 08:00"), local("2025-11-10 08:00"))


def rating(code: str) -> Event:
    """An opinion of February 2026."""
    at = local("2026-02-20 18:00")
    return event("dossier.rated", code, UNIT, at, liked=False, rated_at=at)


def petition(code: str, about: str) -> Event:
    """A petition of February 2026 about a dossier."""
    at = local("2026-02-20 18:00")
    return event(
        "petition.lodged", code, UNIT, at, dossier_code=about, petition_class="staff", sent_at=at, direct=True
    )


def shrunk(pipeline: Pipeline) -> set[str]:
    """Codes of the dossiers that a recovery from the changelog alone would find as stubs."""
    newest = {record.key.decode(): record.value for record in pipeline.read("dossiers-changelog")}
    stored = {key.partition("@")[0]: value for key, value in newest.items() if value is not None}
    return {key[2:] for key, value in stored.items() if stub_in(value) is not None}


def refused(pipeline: Pipeline) -> list[tuple[str, int, int]]:
    """Reason and source position of every dead letter."""
    letters = [dict(record.headers) for record in pipeline.read("dead-letters")]
    return sorted((said["reason"].decode(), int(said["partition"]), int(said["offset"])) for said in letters)


def places(pipeline: Pipeline, events: Iterable[Event]) -> list[tuple[str, int, int]]:
    """Where the events stand, as the letters about them would say."""
    values = {encode(one) for one in events}
    return sorted(
        (SETTLED, record.partition, record.offset)
        for record in pipeline.read("dossier-events")
        if record.value in values
    )


def final_rows(pipeline: Pipeline) -> list[dict[str, Any]]:
    """The rows of every unit in the periods of 2025 that have closed."""
    found = pipeline.rows("score_snapshots")
    return sorted(
        (row for row in found if row["period"] in ("2025-11", "2025-Q4", "2025") and row["final"]),
        key=lambda row: (row["period"], row["unit_code"]),
    )


def test_settled_dossiers_shrink_keep_their_rows_and_take_no_more_events(pipeline, monkeypatch):
    monkeypatch.setenv(f"{PREFIX}CLOCK", "ticks")
    pipeline.send_reference(reference_records())
    with pipeline.running():
        pipeline.send([*year_2025(), tick(DURING)])
        pipeline.await_scores(moment(DURING))
        pipeline.send([tick(AFTER)])
        pipeline.await_scores(moment(AFTER))
        pipeline.await_dossiers()
        assert shrunk(pipeline) <= set(ENDED)
        late = [rating(code) for code in ENDED[:3]]
        pipeline.send([*late, rating(OPEN), petition("PAKN-1", ENDED[4]), tick(NEXT)])
        pipeline.await_scores(moment(NEXT))
        pipeline.await_committed()
        assert refused(pipeline) == places(pipeline, late)
    finals = final_rows(pipeline)
    assert {row["as_of"] for row in finals} == {AFTER}
    assert len(finals) == 3 * len(pipeline.query("SELECT DISTINCT unit_code FROM score_snapshots"))
    pipeline.send_reference([unit(UNIT, "commune", UNIT.rpartition(".")[0], "Tên mới")])
    with pipeline.running():
        later = [rating(code) for code in ENDED[5:7]]
        pipeline.send([*later, tick(LAST, last=True)])
        pipeline.await_scores(moment(LAST))
        pipeline.await_committed()
        pipeline.await_dossiers()
        until("all that is settled is a stub", lambda: shrunk(pipeline) == set(ENDED))
        assert sorted(set(refused(pipeline))) == places(pipeline, [*late, *later])
        rows = {row["dossier_code"]: row for row in pipeline.rows("dossiers")}
        assert {rows[code]["status"] for code in ENDED} == {9}
        assert {rows[code]["liked"] for code in ENDED} == {None}
        assert rows[OPEN]["liked"] == 0
        assert pipeline.indicator(UNIT, "2026-02", "PETITION_PROCESSING_ON_TIME") == (1, 1)
        assert final_rows(pipeline) == finals
        done = run("audit", "--json", *[f"--period={period}" for period in AUDITED])
        document = json.loads(done.stdout)
        assert (document["differences"], document["facts"]["differing"]) == ([], [])
        assert document["account"]["faults"] == []
        assert done.returncode == 0
        again = run("deadletters", "replay", "--policy", "reinsert", "--dry-run")
        assert (again.returncode, SETTLED in again.stdout) == (0, True)
    pipeline.send([tick(FAR, last=True)])
    with pipeline.running():
        pipeline.await_scores(moment(FAR))
        slept_over = (
            "SELECT period, count() AS units FROM score_snapshots FINAL WHERE final AND period >= '2026'"
        )
        units = len(pipeline.query("SELECT DISTINCT unit_code FROM score_snapshots"))
        assert pipeline.query(f"{slept_over} GROUP BY period ORDER BY period") == [
            {"period": period, "units": units} for period in ("2026-01", "2026-02", "2026-03", "2026-Q1")
        ]
        assert final_rows(pipeline) == finals
