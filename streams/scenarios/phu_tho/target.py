"""What each unit must come to: published figures where there are any, invented ones (said so here) where not.

The portal shows children of the province only a score for CLGQ. It is 6 points for dossiers handed in
online, which all these units earn, and the rest is 4 times the share of their online services that had a
dossier: the number of services is chosen so that exactly this rest comes out.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from streams.core.rounding import half_up
from streams.scenarios.phu_tho import published
from streams.scenarios.phu_tho.published import Unit

COMMUNE_SERVICES = 400
"""Online services of a commune (invented): each with a dossier is worth one cent of 4 points."""
ONLINE_CENTS = 600
COMMUNE_CITIZEN_PROCEDURES = 385
"""Procedures of a commune whose subjects are citizens, as published for every commune."""


@dataclass(frozen=True, slots=True)
class Target:
    """Counters of one unit in the period, named as in `schemas.counters`, and its part of the catalogue."""

    unit: str
    level: str
    handled: int
    received: int
    on_time: int
    satisfied: int
    result: int
    digitized: int
    reused: int
    citizen: int
    online: int
    services: int
    services_applied: int
    fee: int
    fee_paid: int
    fee_procedures: int
    fee_procedures_seen: int
    fee_procedures_paid: int
    citizen_procedures: int
    citizen_connected: int
    petitions: int
    petitions_on_time: int
    petitions_satisfied: int
    reported: int | None


class Figures:
    """Published numerators, denominators and parameters of one unit."""

    def __init__(self, unit: str) -> None:
        self._observed = {o.indicator: o for o in published.observations() if o.unit == unit}
        self._parameters: dict[str, int] = {}
        self._scores: dict[str, Decimal] = {}
        for tree in published.trees():
            if tree.unit == unit:
                self._parameters.update(tree.parameters)
                self._scores[tree.tree] = tree.score

    def numerator(self, indicator: str) -> int | None:
        """Numerator of a published indicator."""
        return self._observed[indicator].numerator if indicator in self._observed else None

    def denominator(self, indicator: str) -> int | None:
        """Denominator of a published indicator."""
        return self._observed[indicator].denominator if indicator in self._observed else None

    def parameter(self, name: str) -> int | None:
        """Parameter of a published tree."""
        return self._parameters.get(name)

    def score(self, tree: str) -> Decimal | None:
        """Score of a published tree."""
        return self._scores.get(tree)


def target(unit: Unit) -> Target:
    """The target of a department or commune."""
    f = Figures(unit.code)
    commune = unit.level == "commune"
    handled = _first(f.parameter("totalReceived"), f.denominator("ORIGINAL_RESULT_AVAILABLE"), 0)
    received = _first(f.denominator("DOSSIER_SYNC"), handled - handled // 6)
    on_time = _first(f.parameter("totalOnTime"), handled - handled // 8)
    result = _first(f.numerator("ORIGINAL_RESULT_AVAILABLE"), handled * 7 // 10)
    digitized = _first(f.numerator("SO_HOA_GIAY_TO_GIAI_QUYET"), handled // 10)
    fee = _first(f.parameter("totalDossierFinancialObligation"), received // 2 if commune else 0)
    fee_paid = _first(f.parameter("totalDossierOnlinePaymentSuccess"), fee * 4 // 5)
    paid_procedures = _first(f.parameter("totalDossierOnlineFormalityPaymentSuccess"), min(4, fee_paid))
    fee_procedures = _first(f.parameter("totalFeeFormality"), 10 if fee else 0)
    citizen_procedures = _first(
        f.denominator("CITIZEN_DATA_CONNECTED_FORMALITY"), COMMUNE_CITIZEN_PROCEDURES if commune else 20
    )
    score = f.score("provide-online-tree")
    if commune:
        services, applied = _commune_services(score)
    else:
        services, applied = _department_services(score, received, fee_procedures + citizen_procedures)
    return Target(
        unit=unit.code,
        level=unit.level,
        handled=handled,
        received=received,
        on_time=on_time,
        satisfied=_first(f.numerator("DOSSIER_RECEIVING_SATISFACTION"), on_time),
        result=result,
        digitized=digitized,
        reused=_first(f.numerator("REUSED_DIGITIZED_DATA"), handled // 60),
        citizen=_first(f.numerator("CITIZEN_DATA_CONNECTED_DOSSIER"), handled // 2),
        online=received - received // 75,
        services=services,
        services_applied=applied,
        fee=fee,
        fee_paid=fee_paid,
        fee_procedures=fee_procedures,
        fee_procedures_seen=_first(f.parameter("totalFeeDossierFormality"), min(2, paid_procedures)),
        fee_procedures_paid=paid_procedures,
        citizen_procedures=citizen_procedures,
        citizen_connected=_first(f.numerator("CITIZEN_DATA_CONNECTED_FORMALITY"), min(20, handled // 12)),
        petitions=_first(f.denominator("PETITION_PROCESSING_ON_TIME"), 0),
        petitions_on_time=_first(f.numerator("PETITION_PROCESSING_ON_TIME"), 0),
        petitions_satisfied=_first(f.numerator("PETITION_HANDLING_SATISFACTION"), 0),
        reported=f.denominator("DOSSIER_SYNC"),
    )


@cache
def targets() -> tuple[Target, ...]:
    """Targets of every department and commune."""
    return tuple(target(unit) for unit in published.units() if unit.level != "province")


def _first(*values: int | None) -> int:
    """The first value that is known."""
    return next(value for value in values if value is not None)


def _commune_services(score: Decimal | None) -> tuple[int, int]:
    """Services with a dossier, and services applied, of a commune."""
    return 20 if score is None else int(score * 100) - ONLINE_CENTS, COMMUNE_SERVICES


def _department_services(score: Decimal | None, received: int, most: int) -> tuple[int, int]:
    """Services with a dossier, and services applied (as many as fit under `most`), of a department."""
    if not received or score is None:
        return min(1, received), most
    for applied in range(most, 0, -1):
        for used in range(min(received, applied) + 1):
            if half_up(400 * used, applied) + ONLINE_CENTS == score * 100:
                return used, applied
    raise ValueError(f"no share of at most {most} services gives {score} points")
