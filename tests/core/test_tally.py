"""Tallies: sums of contributions, presence summed first and counted after."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.partial import Partial, SourceClock, decode_partial, encode_partial, partial_key
from streams.core.tally import EMPTY_CELL, KINDS, WIDTH, Tally, cell_of, mask_of, named_counters, total

MASKS = st.integers(0, (1 << (WIDTH + KINDS)) - 1)
PROCEDURES = st.sampled_from(["1.000001", "1.000002", "2.000003"])
CONTRIBUTIONS = st.lists(st.tuples(MASKS, PROCEDURES, st.just(("S1", "S2"))), max_size=30)


def test_a_procedure_with_two_dossiers_counts_once() -> None:
    mask = mask_of(["received", "fee_procedures_paid"])
    named = named_counters(cell_of([(mask, "1.000001", ()), (mask, "1.000001", ())]))
    assert (named["received"], named["fee_procedures_paid"]) == (2, 1)


def test_an_online_dossier_makes_every_service_of_its_procedure_present() -> None:
    named = named_counters(cell_of([(mask_of(["online_services"]), "1.000001", ("S1", "S2"))]))
    assert named["online_services"] == 2


@given(CONTRIBUTIONS, CONTRIBUTIONS)
def test_the_sum_of_two_partitions_is_the_tally_of_both(
    one: list[tuple[int, str, tuple[str, ...]]], other: list[tuple[int, str, tuple[str, ...]]]
) -> None:
    assert total([cell_of(one), cell_of(other)]) == cell_of(one + other)


@given(CONTRIBUTIONS, CONTRIBUTIONS)
def test_what_is_taken_away_leaves_no_trace(
    kept: list[tuple[int, str, tuple[str, ...]]], taken: list[tuple[int, str, tuple[str, ...]]]
) -> None:
    tally = Tally()
    tally.replace(EMPTY_CELL, cell_of(kept + taken))
    for mask, procedure, services in taken:
        tally.move(mask, -1, procedure, services)
    assert tally.freeze() == cell_of(kept)


@given(CONTRIBUTIONS)
def test_a_partial_survives_its_journey(contributions: list[tuple[int, str, tuple[str, ...]]]) -> None:
    partial = Partial(1, "BD.01", 3, 2, 100, 1_700_000_000_000, {"2024-03": cell_of(contributions)})
    assert decode_partial(encode_partial(partial)) == partial


def test_a_clock_and_a_partial_of_one_source_have_different_keys() -> None:
    clock = SourceClock(1, 3, 2, 100, 1_700_000_000_000)
    assert decode_partial(encode_partial(clock)) == clock
    assert partial_key(clock) != partial_key(Partial(1, "BD.01", 3, 2, 100, 0, {}))
