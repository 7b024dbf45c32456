"""From stored states to rows of facts."""

import json
from typing import Any

import pytest
from msgspec.structs import fields

from schemas.events import parse_event
from streams.core.facts import DossierFacts, RescheduleFact, StageFact, SupplementFact
from streams.core.holdings import BEGINNING
from streams.core.reference import Reference
from streams.core.state import apply_events, subjects
from streams.sinks.fact_rows import FactRows, dossier_row
from streams.sinks.rows import DossierRow, PetitionRow
from streams.sinks.versions import dossier_version
from streams.sinks.waiting import StoredState

BUILDER = FactRows(3, Reference)


def event(kind: str, **fields: Any) -> Any:
    envelope = {
        "v": 1,
        "event_id": f"{kind}-1",
        "type": kind,
        "source": "test",
        "source_seq": 0,
        "unit_code": "H09.724",
        "occurred_at": "2024-03-05T08:00:00+07:00",
        "recorded_at": "2024-03-05T08:00:01+07:00",
    }
    return parse_event(json.dumps(envelope | fields).encode())


def stored(partition: int, offset: int, *events: Any) -> dict[str, StoredState]:
    states: dict[str, bytes | None] = {}
    for one in events:
        for key in subjects(one):
            states[key] = apply_events(key, states.get(key), [one], offset)
    return {key: StoredState(partition, key, state) for key, state in states.items() if state is not None}


RECEIVED = event(
    "dossier.received",
    dossier_code="H09.724-240305-0001",
    procedure_code="1.000001",
    received_at="2024-03-05T08:00:00+07:00",
    due_at="2024-03-12T17:00:00+07:00",
    handling_unit=None,
    channel=None,
)


def test_a_received_dossier_becomes_a_row_that_knows_where_it_came_from():
    (state,) = stored(5, 42, RECEIVED).values()
    row = BUILDER.row(state)
    assert isinstance(row, DossierRow)
    assert (row.dossier_code, row.procedure_code, row.unit_code, row.status) == (
        "H09.724-240305-0001",
        "1.000001",
        "H09.724",
        2,
    )
    assert (row.received_at, row.due_at, row.original_due_at) == (
        1_709_600_400_000,
        1_710_237_600_000,
        1_710_237_600_000,
    )
    assert (row.finished_at, row.channel, row.fees_known, row.liked, row.paid_online_at) == (
        None,
        None,
        0,
        None,
        None,
    )
    assert (row.epoch, row.source_partition, row.source_offset) == (3, 5, 42)
    assert row.version == dossier_version(3, 42)
    assert row.holding_since == (None,)


def test_an_empty_list_of_fees_is_kept_apart_from_none_ever_sent():
    asked = event("dossier.obligation_requested", dossier_code="H09.724-240305-0001", fees=[])
    (state,) = stored(0, 1, RECEIVED, asked).values()
    row = BUILDER.row(state)
    assert isinstance(row, DossierRow)
    assert (row.fees_known, row.fees) == (1, ())


def test_a_petition_becomes_a_row_and_is_noted_on_its_dossier():
    lodged = event(
        "petition.lodged",
        petition_code="PAKN-1",
        dossier_code="H09.724-240305-0001",
        petition_class="staff",
        sent_at="2024-03-05T08:00:00+07:00",
        direct=True,
    )
    states = stored(1, 9, RECEIVED, lodged)
    petition = BUILDER.row(states["p:PAKN-1"])
    assert isinstance(petition, PetitionRow)
    assert (petition.petition_class, petition.direct, petition.sent_at) == ("staff", 1, 1_709_600_400_000)
    dossier = BUILDER.row(states["d:H09.724-240305-0001"])
    assert isinstance(dossier, DossierRow)
    assert (dossier.petition_codes, dossier.petition_sent_at) == (("PAKN-1",), (1_709_600_400_000,))


def test_every_column_of_a_dossier_is_the_fact_of_its_name():
    facts = DossierFacts(
        **{field.name: f"<{field.name}>" for field in fields(DossierFacts)}
        | {
            "offset": 9,
            "holdings": ((BEGINNING, "<first>"), (5, "<second>")),
            "due_corrected": True,
            "supplements": (SupplementFact("<round>", 1, 2, 3, 4),),
            "reschedules": (RescheduleFact(11, 12, 13),),
            "stages": (StageFact("<stage>", 21, 22, 23),),
            "fees": (5,),
            "petitions": (("<petition>", 31),),
            "rating": True,
            **dict.fromkeys(("has_result", "has_component_file", "digitized", "reused"), True),
            **dict.fromkeys(("personal_store", "vneid"), True),
        }
    )
    row = dossier_row(facts, 1, 2)._asdict()
    expected = {
        "dossier_code": "<code>",
        "procedure_code": "<procedure>",
        "unit_code": "<second>",
        "holding_units": ("<first>", "<second>"),
        "holding_since": (None, 5),
        "due_corrected": 1,
        "supplement_rounds": ("<round>",),
        "supplement_requested_at": (1,),
        "supplement_completed_at": (2,),
        "supplement_due_before": (3,),
        "supplement_due_after": (4,),
        "reschedule_apology_at": (11,),
        "reschedule_due_before": (12,),
        "reschedule_due_after": (13,),
        "stages": ("<stage>",),
        "stage_started_at": (21,),
        "stage_due_at": (22,),
        "stage_finished_at": (23,),
        "fees_known": 1,
        "fees": (5,),
        "has_result": 1,
        "has_component_file": 1,
        "digitized": 1,
        "reused": 1,
        "personal_store": 1,
        "vneid_verified": 1,
        "liked": 1,
        "petition_codes": ("<petition>",),
        "petition_sent_at": (31,),
        "epoch": 1,
        "source_partition": 2,
        "source_offset": 9,
        "version": dossier_version(1, 9),
    }
    same = {name: f"<{name}>" for name in DossierRow._fields if name not in expected}
    assert row == expected | same


def test_the_offset_is_read_without_the_rest_of_the_state():
    for state in stored(0, 77, RECEIVED).values():
        assert BUILDER.offset(state.state) == 77


def test_a_state_of_another_layout_is_refused():
    with pytest.raises(ValueError, match=r"[Ee]xpected|Invalid"):
        BUILDER.row(StoredState(0, "d:one", b"\x91\x02"))
