"""What is the same for every scenario: after the fault all is quiet, and readers see what the log comes to, once."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from streams.agents.reading import Refusal, read_well_formed
from streams.intake.dead_letter_log import read_dead_letters
from tests.faults.outcome import Outcome
from tests.integration.pipeline import Pipeline, run, until

SEEN_TWICE: Final = (
    "SELECT count() - uniqExact(dossier_code) AS more FROM dossiers FINAL",
    "SELECT count() - uniqExact(petition_code) AS more FROM petitions FINAL",
    "SELECT count() - uniqExact(formula, unit_code, period) AS more FROM scores",
    "SELECT count() - uniqExact(formula, unit_code, period, indicator) AS more FROM indicator_detail",
    "SELECT count() - uniqExact(source_partition, source_offset) AS more FROM archived_events",
)
"""Rows that readers meet beyond one of each key, in the tables and views they read."""


def judge(pipeline: Pipeline, outcome: Outcome, acknowledged: int) -> dict[str, Any]:
    """Audit an installation whose workers run and have nothing left to do; enter and check what must be zero.

    `acknowledged` is how many records Kafka said it has.
    """
    report = audit(pipeline)
    account = report["account"]
    outcome.events += account["records"]
    outcome.differing += report["cells"]["differing"] + len(report["facts"]["differing"])
    outcome.lost += (
        max(0, acknowledged - account["records"]) + account["missing"] + _missing_in_archive(pipeline)
    )
    outcome.duplicates += account["double"] + _seen_twice(pipeline, account["dead letters"])
    assert report["ok"], report
    assert report["cells"]["log"] == report["cells"]["sql"] > 0, report["cells"]
    merged = account["merged, changed"] + account["merged, repetition"]
    assert account["records"] == merged + account["ticks"] + account["dead letters"], account
    assert (outcome.duplicates, outcome.lost, outcome.differing) == (0, 0, 0), outcome
    return report


def audit(pipeline: Pipeline) -> dict[str, Any]:
    """`nhip766 audit --json` in a process of its own."""
    done = run("audit", "--json", seconds=500, **pipeline.environ())
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _seen_twice(pipeline: Pipeline, buried: int) -> int:
    rows = sum(pipeline.query(statement)[0]["more"] for statement in SEEN_TWICE)
    letters = len(read_dead_letters(pipeline.settings, pipeline.settings.kafka))
    return int(rows) + letters - buried


def _missing_in_archive(pipeline: Pipeline) -> int:
    """Wait until the archive has as many events as are well-formed, which it reads by itself; none may be missing."""
    log = pipeline.read("dossier-events")
    events = (read_well_formed(record) for record in log)
    wanted = sum(not isinstance(event, Refusal) and event.type != "clock.tick" for event in events)
    counted = "SELECT count() AS there FROM archived_events"
    until(f"the archive has {wanted} events", lambda: pipeline.query(counted)[0]["there"] >= wanted)
    return 0


def unexpected_errors(text: str, expected: Iterable[str] = ()) -> list[str]:
    """The lines of a worker's log (JSON) that are errors, or no log lines at all, but for those expected (regex)."""
    allowed = [re.compile(pattern) for pattern in expected]
    return [line for line in _errors(text) if not any(pattern.search(line) for pattern in allowed)]


def _errors(text: str) -> Iterator[str]:
    for line in filter(None, text.splitlines()):
        try:
            said = json.loads(line)
        except ValueError:
            yield line
        else:
            if said.get("level") in {"error", "critical"}:
                yield line
