"""What a recovery leaves to evaluate is done in slices, between which the loop does other work."""

import asyncio

import pytest

from streams.agents.slices import EVALUATED, GivenUpError, advance, evaluate_pending
from streams.core.dossier_partition import DossierPartition
from streams.core.rules import Rules
from streams.core.state import encode_state
from tests.core.alerting import REFERENCE
from tests.core.building import DOSSIER, at, received, state_of

SLICES = 5


@pytest.fixture
def recovered():
    """A partition whose every dossier is pending, and the states it is derived from."""
    state = state_of(f"d:{DOSSIER}", [received("03-04 08:00", "03-08 16:00")])
    states = {}
    for number in range(SLICES * EVALUATED):
        state.code = f"H44.100-240304-{number:06}"
        states[f"d:{state.code}"] = encode_state(state)
    partition = DossierPartition(
        0,
        stored=states.get,
        reference=REFERENCE,
        rules=Rules(),
        grace_days=45,
        as_of=at("03-04 09:00"),
        incarnation=1,
    )
    partition.rebuild(list(states))
    return partition


async def turns_of_the_loop_during(work) -> int:
    """Return how often another task gets its turn while some work is done."""
    turns = 0

    async def other():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    running = asyncio.create_task(other())
    await asyncio.sleep(0)
    before = turns
    await work
    running.cancel()
    return turns - before


def test_the_loop_has_a_turn_between_any_two_slices(recovered):
    turns = asyncio.run(turns_of_the_loop_during(evaluate_pending(recovered, lambda: 1)))
    assert turns >= SLICES - 1
    assert not recovered.settle_some(1)
    assert {len(partial.cells) > 0 for partial in recovered.flush()} == {True}


def test_before_a_period_closes_what_is_pending_is_evaluated_in_slices(recovered):
    turns = asyncio.run(turns_of_the_loop_during(advance(recovered, at("05-20 08:00"), lambda: 1)))
    assert turns >= SLICES - 1
    assert any(closed.periods for closed in recovered.take_closings() if hasattr(closed, "periods"))


def test_a_partition_that_is_given_up_meanwhile_is_left_alone(recovered):
    tenures = iter([7, 7, 0])
    with pytest.raises(GivenUpError):
        asyncio.run(evaluate_pending(recovered, lambda: next(tenures)))
    assert recovered.settle_some(1)
