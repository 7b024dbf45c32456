"""From the state of a petition to its facts."""

from msgspec.structs import replace

from streams.core.facts import NEVER, PetitionFacts, TransferFact
from streams.core.holdings import holdings
from streams.core.petition_outcome import outcome
from streams.core.petition_state import PetitionState


def petition_facts(state: PetitionState) -> PetitionFacts:
    """Return the facts of a petition."""
    moves = sorted(state.transfers or ())
    transfers = tuple(TransferFact(to, at, bool(by_agency)) for at, to, _, by_agency in moves)
    repeated = state.repeated or {}
    rating, received = state.rating, state.received
    came = _first_start(state, transfers)
    facts = PetitionFacts(
        code=state.code,
        offset=state.offset,
        dossier=state.dossier,
        holdings=holdings(state.unit, [(at, to, came_from) for at, to, came_from, _ in moves]),
        petition_class=None if state.petition_class is None else state.petition_class[3],
        direct=state.direct is not None and state.direct[3] == 1,
        sent_at=state.sent,
        transfers=transfers,
        received_at=received,
        supplement_requested_at=state.supplement,
        refused_at=state.refused,
        returned_at=state.returned,
        answered_at=state.answered,
        published_at=state.published,
        likes=None if rating is None else rating[2],
        dislikes=None if rating is None else rating[3],
        rated_at=None if rating is None else rating[0],
        repeated_by=tuple(sorted(repeated)),
        repeated_at=min(repeated.values(), default=None),
        came_at=came if received is None or (came is not None and came < received) else received,
        began_at=came if received is None else received,
        ended_at=None,
    )
    return replace(facts, ended_at=outcome(facts, NEVER).at)


def _first_start(state: PetitionState, transfers: tuple[TransferFact, ...]) -> int | None:
    """Sent straight to the unit: the sending; else the first transfer by an agency; else the sending."""
    if state.direct is not None and state.direct[3] and state.sent is not None:
        return state.sent
    handed = [entry.transferred_at for entry in transfers if entry.by_agency]
    return min(handed, default=state.sent)
