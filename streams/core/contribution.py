"""What one dossier adds to the counters of a period: a mask over DOSSIER_COUNTERS and PRESENCE_COUNTERS.

Populations (index-766.md, section 4), for a period `[start, end)` and the cut-off T:

* RECEIVED: `received_at` (NgayTiepNhan) in the period and not after T.
* HANDLED: RECEIVED, and what was received before the period and had not ended before it began.
* In neither: a dossier never received (also one refused at the counter), and one withdrawn before reception.
* Presence by procedure (3.2, 3.5) takes `submitted_at` (NgayNopHoSo) where there is no reception.

Every dossier ratio of MDSH is over HANDLED, 4.3 and 4.4 included, as the portal's figures are. T limits
evaluation: newest known values, their times compared with T; undated flags (papers, results, VNeID,
databases) count.
"""

from streams.core.catalogue import Procedure
from streams.core.deadlines import is_on_time
from streams.core.facts import CountedDossier
from streams.core.masks import (
    CITIZEN_DATA,
    CITIZEN_PROCEDURES_CONNECTED,
    COMPLETED,
    FEE_DOSSIERS,
    FEE_PAID,
    FEE_PROCEDURES_PAID,
    FEE_PROCEDURES_SEEN,
    ON_TIME,
    ONLINE_SERVICES,
    OPEN,
    OPEN_LATE,
    RECEIVED_SYNCED,
    SATISFIED,
)
from streams.core.reference import Reference
from streams.core.rules import Rules

_PRESENCE = ONLINE_SERVICES | FEE_PROCEDURES_SEEN | FEE_PROCEDURES_PAID


def contribution(
    facts: CountedDossier, start: int, end: int, cutoff: int, reference: Reference, rules: Rules
) -> int:
    """Return the bits a dossier adds in `[start, end)` at the cut-off T < end; epoch milliseconds UTC."""
    came, handled = contribution_at(facts, cutoff, reference, rules)
    began, ended = facts.began_at, facts.ended_at
    mask = handled if ended is None or ended >= start else 0
    return mask | came if began is not None and start <= began < end else mask


def contribution_at(
    facts: CountedDossier, cutoff: int, reference: Reference, rules: Rules
) -> tuple[int, int]:
    """Return the bits at the cut-off T in the period in which a dossier began, and in every one that handles it.

    Only these depend on T and not on the period: all running periods share them.
    """
    began = facts.began_at
    if began is None or began > cutoff:
        return 0, 0
    procedure = None if facts.procedure is None else reference.procedure(facts.procedure, cutoff)
    came = _received(facts, cutoff, procedure)
    if not facts.in_process:
        return came, 0
    handled = facts.handled_bits | _timeliness(facts, cutoff, reference, rules)
    if facts.databases and not rules.population_databases.isdisjoint(facts.databases):
        handled |= CITIZEN_DATA
    if handled & CITIZEN_DATA and procedure is not None and procedure.citizen_subject:
        handled |= CITIZEN_PROCEDURES_CONNECTED
    return came, handled


def _received(facts: CountedDossier, cutoff: int, procedure: Procedure | None) -> int:
    """Bits of what came in the period: RECEIVED, or of a dossier not in process the presence alone."""
    mask = facts.received_bits
    if procedure is not None and procedure.has_fee:
        mask |= _fee_bits(facts, cutoff)
    if not facts.in_process:
        return mask & _PRESENCE
    if facts.synced_at is not None and facts.synced_at <= cutoff:
        mask |= RECEIVED_SYNCED
    return mask


def _timeliness(facts: CountedDossier, cutoff: int, reference: Reference, rules: Rules) -> int:
    """Bits of 2.1 and 5.4; the common dossier, without supplement or apology, needs one comparison."""
    ended = facts.ended_at
    is_completed = ended is not None and ended <= cutoff
    if facts.supplements or facts.reschedules:
        in_time = is_on_time(facts, cutoff, reference, rules)
    else:
        due = facts.due_at if facts.due_at is not None else facts.computed_due_at
        in_time = due is None or (ended if ended is not None and is_completed else cutoff) <= due
    mask = COMPLETED if is_completed else OPEN
    if in_time:
        return mask | ON_TIME | SATISFIED if facts.unhappy_at > cutoff else mask | ON_TIME
    return mask if is_completed else mask | OPEN_LATE


def _fee_bits(facts: CountedDossier, cutoff: int) -> int:
    """Bits of a dossier whose procedure has a fee.

    Nothing is owed if there are fee lines and all are 0. No list, or an empty one, is not "every line 0": the
    dossier counts in 3.6 and not in the numerator of 3.5 (the portal's figures of Sở Công Thương, 2026-08,
    show it).
    """
    fees = facts.fees
    mask = FEE_DOSSIERS
    if fees:
        if not any(fees):
            return 0
        mask |= FEE_PROCEDURES_SEEN
    return mask | FEE_PAID | FEE_PROCEDURES_PAID if facts.paid_online_at <= cutoff else mask
