"""Tallies moved by deltas, through any events, batches and clocks, equal tallies counted from scratch."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import Event, parse_event
from schemas.partial import Cell, Closed, Partial
from schemas.reference import ProcedureRecord, ReferenceRecord, ServiceRecord, UnitRecord
from streams.core.dossier_partition import DossierPartition
from streams.core.evaluation import mask_in
from streams.core.facts import DossierFacts
from streams.core.periods import LOCAL, is_closed, moment, open_periods, parse_period
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.state import facts_of, load
from streams.core.tally import EMPTY_CELL, cell_of

START = datetime(2025, 5, 20, 8, tzinfo=LOCAL)
REFORM = date(2025, 7, 1)
GRACE_DAYS = 20
PROCEDURE, SERVICE = "1.000001", "1.000001.S"


def _unit(code: str, level: str, *parents: tuple[date, date | None, str | None]) -> UnitRecord:
    history = [
        {
            "valid_from": first,
            "valid_to": last,
            "name": code,
            "level": level,
            "unit_kind": "x",
            "parent": parent,
        }
        for first, last, parent in parents
    ]
    return UnitRecord.model_validate({"code": code, "history": tuple(history)})


def reference() -> Reference:
    """Two communes of one district until the reform of 1 July 2025, of the province after it."""
    old, eve = date(2020, 1, 1), REFORM - timedelta(days=1)
    records: list[ReferenceRecord] = [
        _unit("P", "province", (old, None, None)),
        _unit("P.D", "district", (old, eve, "P")),
    ]
    records += [_unit(f"P.{name}", "commune", (old, eve, "P.D"), (REFORM, None, "P")) for name in ("A", "B")]
    records.append(
        ProcedureRecord.model_validate(
            {
                "code": PROCEDURE,
                "history": (
                    {
                        "valid_from": old,
                        "valid_to": None,
                        "name": "Thủ tục",
                        "executing_levels": ("commune",),
                        "has_fee": True,
                        "citizen_subject": True,
                        "requires_paper_result": False,
                        "service_level": "full",
                        "public_status": "public",
                        "seven_parts_complete": True,
                    },
                ),
            }
        )
    )
    service = {
        "valid_from": old,
        "valid_to": None,
        "name": "DVC",
        "procedures": (PROCEDURE,),
        "status": "public",
    }
    records.append(
        ServiceRecord.model_validate(
            {"code": SERVICE, "history": ({**service, "levels": ("commune",), "units": ("P.A",)},)}
        )
    )
    return Reference(records)


REFERENCE, RULES = reference(), Rules()


def event(kind: str, dossier: int, unit: str, hours: int, **fields: Any) -> Event:
    at = (START + timedelta(hours=hours)).isoformat()
    later = (START + timedelta(hours=hours + 30)).isoformat()
    filled = {
        name: {"AT": at, "LATER": later}.get(value, value) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    envelope = {
        "v": 1,
        "event_id": f"{kind}-{dossier}-{hours}",
        "type": kind,
        "source": "test",
        "unit_code": unit,
        "occurred_at": at,
        "recorded_at": at,
        "dossier_code": f"D{dossier}",
    }
    return parse_event(json.dumps({**envelope, **filled}).encode())


SHAPES: list[tuple[str, dict[str, Any]]] = [
    ("dossier.submitted", {"procedure_code": PROCEDURE, "channel": 2, "submitted_at": "AT"}),
    ("dossier.received", {"procedure_code": PROCEDURE, "received_at": "AT", "due_at": "LATER"}),
    ("dossier.received", {"procedure_code": PROCEDURE, "received_at": "AT"}),
    ("dossier.resolved", {"finished_at": "AT"}),
    ("dossier.resolved", {"finished_at": "LATER"}),
    ("dossier.paid", {"amount": 10, "online_payment": 1, "paid_at": "AT"}),
    ("dossier.rated", {"liked": False, "rated_at": "AT"}),
    ("dossier.transferred", {"to_unit": "P.B", "transferred_at": "AT"}),
    ("dossier.supplement_requested", {"round_id": "1", "requested_at": "AT"}),
    ("dossier.supplement_completed", {"round_id": "1", "completed_at": "AT"}),
    ("dossier.identity_verified", {"vneid_verified": True}),
    ("result.issued", {"result_id": "R", "has_file": True}),
    ("petition.lodged", {"petition_code": "K1", "petition_class": "staff", "sent_at": "AT", "direct": True}),
    ("petition.received", {"petition_code": "K1", "received_at": "AT"}),
]

EVENTS = st.builds(
    lambda shape, dossier, unit, hours: event(shape[0], dossier, unit, hours, **shape[1]),
    st.sampled_from(SHAPES),
    st.integers(1, 4),
    st.sampled_from(["P.A", "P.B"]),
    st.integers(0, 24 * 60),
)
STEPS = st.lists(
    st.one_of(st.lists(EVENTS, max_size=6), st.integers(1, 24 * 25), st.sampled_from(["publish", "slice"])),
    max_size=12,
)


class Table:
    """A partition, its stored states, and what it has published so far."""

    def __init__(self) -> None:
        self.states: dict[str, bytes] = {}
        self.published: dict[str, Partial] = {}
        self.offset = 0
        self.partition = self._open(moment(START))

    def _open(self, as_of: int) -> DossierPartition:
        return DossierPartition(
            0,
            stored=self.states.get,
            reference=REFERENCE,
            rules=RULES,
            grace_days=GRACE_DAYS,
            as_of=as_of,
            incarnation=1,
        )

    def run(self, steps: Sequence[Any]) -> None:
        for step in steps:
            if step == "publish":
                self.publish()
            elif step == "slice":
                self.partition.settle_some(2)
            elif isinstance(step, int):
                self.partition.advance(self.partition.as_of + step * 3_600_000)
            else:
                self.merge(step)
        self.publish()

    def merge(self, events: Sequence[Event]) -> None:
        batch = []
        for one in events:
            self.offset += 1
            batch.append((self.offset, one))
        self.states.update(self.partition.merge(batch))

    def publish(self) -> None:
        self.published.update({partial.unit: partial for partial in self.partition.flush()})

    def live_cells(self) -> dict[tuple[str, str], Cell]:
        return {
            (unit, key): cell
            for unit, partial in self.published.items()
            for key, cell in partial.cells.items()
            if not is_closed(parse_period(key), self.partition.as_of, GRACE_DAYS)
        }

    def rebuilt_cells(self) -> dict[tuple[str, str], Cell]:
        again = self._open(self.partition.as_of)
        again.rebuild(self.states)
        while again.settle_some(1):
            pass
        return {(partial.unit, key): cell for partial in again.flush() for key, cell in partial.cells.items()}

    def closed_cells(self) -> dict[str, dict[str, Cell]]:
        """Return what closed since the last call: by period, the cells of the units that are not zero."""
        closed: dict[str, dict[str, Cell]] = {}
        for record in self.partition.take_closings():
            if isinstance(record, Closed):
                closed |= {key: closed.get(key, {}) for key in record.periods}
                continue
            for key, cell in record.cells.items():
                closed.setdefault(key, {})[record.unit] = cell
        return closed

    def counted_cell(self, unit: str, key: str) -> Cell:
        """Count one cell straight from the definition: every dossier, one contribution."""
        as_of, period = self.partition.as_of, parse_period(key)
        cutoff = period.cutoff(as_of)
        found = []
        for key_of_state, stored in self.states.items():
            facts = facts_of(load(key_of_state, stored), REFERENCE)
            mask = mask_in(facts, period.start, period.end, cutoff, REFERENCE, RULES)
            if mask and unit in REFERENCE.chain(facts.holder(cutoff), cutoff):
                procedure = (facts.procedure or "") if isinstance(facts, DossierFacts) else ""
                services = REFERENCE.services(procedure, facts.holder(cutoff), cutoff) if procedure else ()
                found.append((mask, procedure, services))
        return cell_of(found)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_tallies_moved_by_deltas_equal_tallies_derived_again_from_the_states(steps: list[Any]) -> None:
    table = Table()
    table.run(steps)
    assert table.live_cells() == table.rebuilt_cells()


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_every_published_cell_equals_its_definition_counted_dossier_by_dossier(steps: list[Any]) -> None:
    table = Table()
    table.run(steps)
    as_of = table.partition.as_of
    live = table.live_cells()
    today = (START + timedelta(milliseconds=as_of - moment(START))).date()
    keys = [period.key for period in open_periods(as_of, GRACE_DAYS)] + [f"R7@{today}", f"R30@{today}"]
    for unit in ("P", "P.D", "P.A", "P.B"):
        for key in keys:
            assert live.get((unit, key), EMPTY_CELL) == table.counted_cell(unit, key), (unit, key)


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_what_a_period_closes_with_is_its_definition_at_that_position_of_the_log(steps: list[Any]) -> None:
    table = Table()
    for step in [*steps, 24 * 70]:
        table.run([step])
        finals: dict[tuple[str, str], Cell] = {}
        for record in table.partition.take_closings():
            if not isinstance(record, Closed):
                finals |= {(record.unit, key): cell for key, cell in record.cells.items()}
                continue
            for unit in ("P", "P.D", "P.A", "P.B"):
                for key in record.periods:
                    expected = table.counted_cell(unit, key)
                    assert finals.get((unit, key), EMPTY_CELL) == expected, (unit, key)


@settings(max_examples=100, deadline=None)
@given(st.lists(EVENTS, max_size=15), st.integers(1, 400))
def test_a_clock_that_slept_closes_what_one_that_ran_would_have_closed(
    events: list[Event], days: int
) -> None:
    slept, ran = Table(), Table()
    for table in (slept, ran):
        table.merge(events)
        table.publish()
    slept.partition.advance(moment(START) + days * 24 * 3_600_000)
    for day in range(1, days + 1):
        ran.partition.advance(moment(START) + day * 24 * 3_600_000)
    assert slept.closed_cells() == ran.closed_cells()


@settings(max_examples=100, deadline=None)
@given(st.lists(EVENTS, max_size=15), st.integers(1, 15))
def test_how_events_are_split_into_batches_does_not_matter(events: list[Event], size: int) -> None:
    whole, split = Table(), Table()
    whole.merge(events)
    for first in range(0, len(events), size):
        split.merge(events[first : first + size])
        split.publish()
    for table in (whole, split):
        table.partition.advance(moment(START) + 70 * 24 * 3_600_000)
        table.publish()
    assert whole.states == split.states
    assert whole.live_cells() == split.live_cells()


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_states_that_are_read_again_instead_of_kept_decoded_change_nothing(steps: list[Any]) -> None:
    kept, read_again = Table(), Table()
    kept.run(steps)
    with patch("streams.core.dossier_partition.MOST_HELD", 0):
        read_again.run(steps)
    assert kept.states == read_again.states
    assert kept.published == read_again.published
    assert kept.partition.take_redated() == read_again.partition.take_redated()
