"""Horizon, end and stub: when something is settled, and what is kept of it."""

import pytest

from streams.agents.partition_mark import PartitionMark, decode_mark, encode_mark, join_marks
from streams.core.join import join_stored
from streams.core.reference import Reference
from streams.core.settlement import encode_stub, horizon_at, is_over, stub_in
from streams.core.state import apply_events, facts_of, load
from tests.core.building import DOSSIER, PETITION, at, event

DOSSIER_STATE = apply_events(
    f"d:{DOSSIER}",
    None,
    [event("dossier.received", "03-04 08:00"), event("dossier.resolved", "03-05 08:00")],
    7,
)


def petition(*events):
    """The facts of a petition after some events."""
    key = f"p:{PETITION}"
    return facts_of(load(key, apply_events(key, None, events, 0)), Reference())


@pytest.mark.parametrize(
    ("now", "grace_days", "first"),
    [
        ("2026-02-14 23:59", 45, "2025-01-01 00:00"),
        ("2026-02-15 00:00", 45, "2026-01-01 00:00"),
        ("2026-12-31 23:59", 45, "2026-01-01 00:00"),
        ("2026-01-10 12:00", 0, "2025-12-12 00:00"),
        ("2026-01-31 12:00", 0, "2026-01-01 00:00"),
    ],
)
def test_the_horizon_is_the_first_moment_of_any_open_period_or_window(now, grace_days, first):
    assert horizon_at(at(now), grace_days) == at(first)


def test_a_dossier_is_over_when_it_ended_before_the_horizon_and_not_at_it():
    facts = facts_of(load(f"d:{DOSSIER}", DOSSIER_STATE), Reference())
    assert is_over(facts, at("03-05 08:00") + 1)
    assert not is_over(facts, at("03-05 08:00"))


def test_a_dossier_without_an_end_is_never_over():
    key = f"d:{DOSSIER}"
    state = load(key, apply_events(key, None, [event("dossier.received", "03-04 08:00")], 0))
    assert not is_over(facts_of(state, Reference()), at("2030-01-01 00:00"))


def test_a_petition_that_waits_for_a_supplement_is_not_over_and_one_that_is_answered_is():
    lodged = event(
        "petition.lodged", "03-04 08:00", petition_class="staff", sent_at="03-04 08:00", direct=True
    )
    asked = event("petition.supplement_requested", "03-05 08:00", requested_at="03-05 08:00")
    answered = event("petition.answered", "03-06 08:00", answered_at="03-06 08:00")
    assert not is_over(petition(lodged, asked), at("2030-01-01 00:00"))
    assert is_over(petition(lodged, asked, answered), at("2030-01-01 00:00"))


def test_a_stub_is_told_from_every_state():
    stub = stub_in(encode_stub(DOSSIER, 7, 900))
    assert stub is not None
    assert (stub.code, stub.offset, stub.settled) == (DOSSIER, 7, 900)
    assert stub_in(DOSSIER_STATE) is None
    assert stub_in(apply_events(f"p:{PETITION}", None, [], 0)) is None
    assert stub_in(None) is None


def test_what_one_owner_found_settled_is_settled_whatever_another_knows():
    older, newer = encode_stub(DOSSIER, 7, 900), encode_stub(DOSSIER, 7, 950)
    assert join_stored(f"d:{DOSSIER}", [DOSSIER_STATE, older]) == older
    assert join_stored(f"d:{DOSSIER}", [newer, DOSSIER_STATE, older]) == newer


def test_the_marks_of_several_owners_keep_the_last_closing():
    zombie = PartitionMark(1, 50, 3, 90, horizon=40, closed_at=80)
    owner = PartitionMark(1, 40, 4, 95, horizon=10, closed_at=20)
    joined = decode_mark(join_marks([encode_mark(owner), encode_mark(zombie)]))
    assert (joined.incarnation, joined.horizon, joined.closed_at) == (4, 40, 80)
