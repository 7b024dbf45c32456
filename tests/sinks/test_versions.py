"""Versions of rows compare as their parts do, the most significant first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sinks.versions import dossier_version, unit_version

EPOCHS = st.integers(0, 2**16 - 1)
OFFSETS = st.integers(0, 2**63 - 1)
MOMENTS = st.integers(0, 2**48 - 1)


@given(st.tuples(EPOCHS, OFFSETS, MOMENTS), st.tuples(EPOCHS, OFFSETS, MOMENTS))
def test_unit_versions_order_as_epoch_then_offsets_then_moment(
    one: tuple[int, int, int], two: tuple[int, int, int]
):
    assert (unit_version(*one) < unit_version(*two)) == (one < two)
    assert unit_version(*one) < 2**128


@given(st.tuples(OFFSETS, MOMENTS), st.tuples(OFFSETS, MOMENTS))
def test_a_final_row_is_newer_than_any_other_of_its_epoch_and_of_none_after(
    final: tuple[int, int], other: tuple[int, int]
):
    assert unit_version(1, *other) < unit_version(1, *final, final=True) < unit_version(2, *other)


@given(st.tuples(EPOCHS, OFFSETS), st.tuples(EPOCHS, OFFSETS))
def test_dossier_versions_order_as_epoch_then_offset(one: tuple[int, int], two: tuple[int, int]):
    assert (dossier_version(*one) < dossier_version(*two)) == (one < two)


@pytest.mark.parametrize(
    "parts", [(2**16, 0, 0), (0, 2**63, 0), (0, 0, 2**48), (-1, 0, 0), (0, -1, 0), (0, 0, -1)]
)
def test_a_part_that_would_spill_into_the_next_is_refused(parts: tuple[int, int, int]):
    with pytest.raises(ValueError, match="does not fit"):
        unit_version(*parts)
