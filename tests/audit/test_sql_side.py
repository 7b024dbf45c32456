"""The index by SQL: the worked example of its description, and the core on events of every kind."""

import json
from datetime import date, timedelta
from random import Random

import pytest

from schemas.reference import parse_reference
from streams.audit.cells import Cell, differences
from streams.core.periods import moment, parse_period
from streams.core.rules import Rules
from tests.audit.counting import counted_by_both
from tests.integration.pipeline_world import (
    COMMUNES,
    DISTRICTS,
    PROVINCE,
    SLOW,
    WITH_FEE,
    Mix,
    event,
    local,
    procedure,
    received,
    reference_records,
    resolved,
    unit,
)

PERIODS = ("2026-07", "2026-Q3", "R7@2026-09-01")
LATEST, AS_OF = local("2026-08-31 17:00"), moment(local("2026-09-01 08:00"))
UNIT = COMMUNES[0]
TIMED = {"1.000010": "hour", "1.000011": "day", "1.000012": "working_day", "1.000013": "month"}
ONLY_HERE = "1.000020"


def asked(code, at, round_id="r1"):
    return event(
        "dossier.supplement_requested", code, UNIT, local(at), round_id=round_id, requested_at=local(at)
    )


def completed(code, at, due_after=None, round_id="r1"):
    due = {} if due_after is None else {"due_after": local(due_after)}
    fields = {"round_id": round_id, "completed_at": local(at), "due_before": None, "due_after": None, **due}
    return event("dossier.supplement_completed", code, UNIT, local(at), **fields)


def ended(code, at, kind, field):
    return event(
        kind,
        code,
        UNIT,
        local(at),
        **{field: local(at), "reason_code": None} if "refused" in kind else {field: local(at)},
    )


def worked_example():
    """Section 10 of the index description, made for March 2024."""
    come = {
        1: ("03-04", "03-08"),
        2: ("03-04", "03-08"),
        3: ("02-26", "03-05"),
        4: ("02-20", "02-29"),
        5: ("03-25", "04-03"),
        6: ("03-20", "03-27"),
        **dict.fromkeys((7, 8, 9, 10, 12, 14), ("03-11", "03-15")),
        13: ("03-22", "03-29"),
    }
    code = {number: f"{UNIT}-240301-{number:04}" for number in range(1, 15)}
    for number, (day, due) in come.items():
        yield received(code[number], UNIT, local(f"2024-{day} 08:00"), local(f"2024-{due} 17:00"))
    for number, at in {
        1: "03-08 17:00",
        2: "03-08 17:01",
        3: "03-04 09:00",
        4: "02-29 10:00",
        9: "03-20 10:00",
        10: "03-20 10:00",
        13: "04-02 08:00",
        14: "03-14 08:00",
    }.items():
        yield resolved(code[number], UNIT, local(f"2024-{at}"))
    yield asked(code[7], "2024-03-13 09:00")
    yield from (asked(code[8], "2024-03-12 08:00"), completed(code[8], "2024-03-13 08:00"))
    yield asked(code[8], "2024-03-14 08:00", "r2")
    yield from (asked(code[9], "2024-03-12 08:00"), completed(code[9], "2024-03-18 08:00"))
    yield from (
        asked(code[10], "2024-03-12 08:00"),
        completed(code[10], "2024-03-18 08:00", "2024-03-21 17:00"),
    )
    yield ended(code[11], "2024-03-12 08:00", "dossier.refused", "refused_at")
    yield ended(code[12], "2024-03-14 08:00", "dossier.withdrawn", "withdrawn_at")
    at = local("2024-03-20 08:00")
    yield event("dossier.returned", code[14], UNIT, at, returned_at=at, return_form=None)


def test_the_worked_example_of_the_index_comes_out_by_sql(tables):
    march = parse_period("2024-03")
    with counted_by_both(
        tables, worked_example(), reference_records(), moment(local("2024-12-31 12:00"))
    ) as sides:
        cells = sides.sql.cells([march])
        figures = {
            field: cells[Cell(UNIT, march.key, f"RESOLVED_ON_TIME {field}")]
            for field in ("denominator", "numerator")
        }
        assert figures == {"denominator": 12, "numerator": 8}
        assert cells[Cell(UNIT, march.key, "RESOLVED_ON_TIME ratio")] == 6667
        assert cells[Cell(UNIT, march.key, "RESOLVED_ON_TIME score")] == 1333
        assert cells[Cell(UNIT, march.key, "ONLINE_SUBMITTED denominator")] == 11
        assert cells[Cell(PROVINCE, march.key, "RESOLVED_ON_TIME numerator")] == 8
        counted = sides.sql.counted(UNIT, march)
        late = {
            int(code[-2:])
            for code, counters in counted.items()
            if "handled" in counters and "on_time" not in counters
        }
        assert late == {2, 6, 8, 13}


def wide_reference():
    """The small province with every unit of time, decisions of both kinds, services of some units, a closed unit."""
    decision = {"number": "1/QĐ", "kind": "new", "specific": True, "decision_date": "2026-08-03"}
    decisions = {
        "1.000030": [
            {**decision, "legal_effective_date": "2026-08-10", "published_at": "2026-08-10T16:59:00+07:00"}
        ],
        "1.000031": [
            {**decision, "legal_effective_date": "2026-08-07", "published_at": "2026-08-11T08:00:00+07:00"}
        ],
        "1.000032": [
            {**decision, "specific": False, "legal_effective_date": "2026-08-31", "published_at": None}
        ],
        "1.000033": [
            {**decision, "number": "2/QĐ", "decision_date": "2026-06-30", "published_at": None},
            decision,
        ],
    }
    service = {
        "v": 1,
        "kind": "service",
        "code": "DVC.000002",
        "history": [
            {
                "valid_from": "2016-01-01",
                "name": "Dịch vụ của một xã",
                "procedures": [*TIMED, WITH_FEE],
                "units": [COMMUNES[1], COMMUNES[3]],
                "status": "testing",
            }
        ],
    }
    return [
        *reference_records(),
        *(
            procedure(code, max_time=3, time_unit=of, has_fee=True, citizen_subject=True)
            for code, of in TIMED.items()
        ),
        procedure(ONLY_HERE, units=[UNIT], service_level="none", seven_parts_complete=False),
        *(
            procedure(code, decisions=each, public_status="public_amended")
            for code, each in decisions.items()
        ),
        procedure("1.000034", public_status="repealed"),
        unit("H98.9.9", "commune", DISTRICTS[1], valid_to="2026-07-31"),
        parse_reference(json.dumps(service).encode()),
        parse_reference(
            json.dumps(
                {
                    "v": 1,
                    "kind": "totals",
                    "code": COMMUNES[2],
                    "reported": [{"period": "2025", "received": 100}],
                }
            ).encode()
        ),
    ]


def without_a_due_date(seed):
    """Dossiers of procedures with every unit of time, paused or not, ended around the end of their time."""
    rng = Random(seed)
    for number in range(120):
        came = local("2026-06-15 00:00") + timedelta(minutes=rng.randrange(75 * 24 * 60))
        holder = rng.choice([*COMMUNES, "H98.9.9"])
        code = f"{holder}-260700-{number:04}"
        fields = {
            "procedure_code": rng.choice([*TIMED, SLOW, ONLY_HERE]),
            "channel": rng.choice([None, 1, 2]),
        }
        yield received(code, holder, came, **fields)
        if rng.random() < 0.4:
            out = came + timedelta(hours=rng.randrange(1, 60))
            back = out + timedelta(hours=rng.randrange(1, 90))
            yield event("dossier.supplement_requested", code, holder, out, round_id="r", requested_at=out)
            if rng.random() < 0.7:
                yield event(
                    "dossier.supplement_completed", code, holder, back, round_id="r", completed_at=back
                )
        if rng.random() < 0.7:
            yield resolved(
                code, holder, came + timedelta(minutes=rng.choice([1, 60, 1440]) * rng.randrange(10, 100))
            )


def petitions(seed):
    """Petitions of every outcome around their limits, sent directly or handed over, some once more."""
    rng = Random(seed)
    for number in range(120):
        holder, code = rng.choice(COMMUNES), f"PAKN.{number}"
        sent = local("2026-07-01 00:00") + timedelta(minutes=rng.randrange(60 * 24 * 60))
        yield event(
            "petition.lodged",
            code,
            holder,
            sent,
            petition_class="rule",
            sent_at=sent,
            direct=rng.random() < 0.6,
        )
        steps = {
            "petition.received": "received_at",
            "petition.refused": "refused_at",
            "petition.returned": "returned_at",
            "petition.supplement_requested": "requested_at",
            "petition.answered": "answered_at",
            "petition.published": "published_at",
        }
        for kind in rng.sample(sorted(steps), rng.randrange(4)):
            at = sent + timedelta(hours=rng.choice([6, 24, 72]) * rng.randrange(1, 9))
            yield event(kind, code, holder, at, **{steps[kind]: at})
        if rng.random() < 0.4:
            at = sent + timedelta(hours=rng.randrange(200))
            to = rng.choice(COMMUNES)
            yield event(
                "petition.transferred",
                code,
                holder,
                at,
                to_unit=to,
                transferred_at=at,
                by_agency=rng.random() < 0.5,
            )


def at_most_latest(events):
    """Only what has happened by the end of the mix."""
    return [one for one in events if one.occurred_at <= LATEST]


@pytest.mark.parametrize(("rule", "seed"), [("subtract", 766), ("restart", 1), ("shift", 2)])
def test_sql_and_the_core_give_the_same_figures(tables, rule, seed):
    events = [
        *Mix(seed, dossiers=60, latest=LATEST).events(),
        *at_most_latest(without_a_due_date(seed)),
        *at_most_latest(petitions(seed)),
    ]
    rules = Rules(supplement_rule=rule)
    with counted_by_both(tables, events, wide_reference(), AS_OF, rules=rules) as sides:
        periods = [period for period in sides.periods if period.key in PERIODS]
        log, sql = sides.log.cells(periods), sides.sql.cells(periods)
        found = differences(log, log, sql)
        named = {(one.cell, one.log, one.sql) for one in found if one.cell.what.endswith("numerator")}
        assert not found, sorted(named)[:20] or found[:5]
    for indicator in ("RESOLVED_ON_TIME", "PETITION_PROCESSING_ON_TIME", "PETITION_HANDLING_SATISFACTION"):
        share = [
            log[Cell(PROVINCE, "2026-Q3", f"{indicator} {field}")] for field in ("numerator", "denominator")
        ]
        assert 0 < share[0] < share[1], (indicator, share)


def test_the_version_of_the_article_is_scored_by_sql_as_by_the_core(tables):
    events = Mix(5, dossiers=30, latest=LATEST).events()
    with counted_by_both(tables, events, wide_reference(), AS_OF, version="article-2024") as sides:
        month = [period for period in sides.periods if period.key == "2026-08"]
        log = sides.log.cells(month)
        assert not differences(log, log, sides.sql.cells(month))


def test_days_off_and_make_up_days_count_by_sql_as_the_calendar_says(tables):
    with counted_by_both(tables, [], reference_records(), AS_OF) as sides:
        days = {row["day"]: row for row in sides.sql._ask("days", {}, "ref_calendar")}
    number = {day: (date(2026, 8, day) - date(1970, 1, 1)).days for day in range(20, 32)}
    assert [days[number[day]]["worked"] for day in range(20, 32)] == [1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 1]
    assert days[number[29]]["next_worked"] == number[31]
    assert days[number[31]]["upto"] - days[number[20]]["upto"] == 8
