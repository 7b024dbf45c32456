"""The procedures and online services of each unit, numbered so that every published denominator comes out.

Only 2.000815 (certified copies) is a real code; names and all other codes are made up. Procedures with a
fee have no citizens among their subjects and the others no fee: the portal publishes how many there are of
each kind, not which.
"""

from dataclasses import dataclass
from functools import cache

from schemas.fields import Level
from streams.scenarios.phu_tho.target import COMMUNE_CITIZEN_PROCEDURES, COMMUNE_SERVICES, Target, targets

CERTIFIED_COPIES = "2.000815"
PUBLIC = 89
"""Procedures public in August 2026, all of communes here."""
PUBLIC_IN_FULL = 87


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure; no `units` means every commune; `service`: code of its online service, if any."""

    code: str
    name: str
    level: Level
    units: tuple[str, ...]
    has_fee: bool = False
    citizen: bool = False
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What one unit offers: codes with a fee, of citizens, of neither; those with a service first."""

    fee: tuple[str, ...]
    citizen: tuple[str, ...]
    plain: tuple[str, ...]


@cache
def procedures() -> tuple[Procedure, ...]:
    """Every procedure of the scenario, each once."""
    found = [*_commune_citizen(), *_commune_fee()]
    for target in targets():
        if target.level == "department":
            found += _department(target)
    return tuple(found)


@cache
def offers() -> dict[str, Offer]:
    """What each unit offers, by its code."""
    return {target.unit: _offer(target) for target in targets()}


def _offer(target: Target) -> Offer:
    mine = [p for p in procedures() if (target.unit in p.units if p.units else target.level == "commune")]
    return Offer(
        tuple(p.code for p in mine if p.has_fee),
        tuple(p.code for p in mine if p.citizen),
        tuple(p.code for p in mine if not p.has_fee and not p.citizen),
    )


def _commune_citizen() -> list[Procedure]:
    with_service = COMMUNE_SERVICES - len(_commune_fee())
    found = []
    for number in range(1, COMMUNE_CITIZEN_PROCEDURES + 1):
        code = CERTIFIED_COPIES if number == 1 else f"PT.X.{number:03}"
        name = "Chứng thực bản sao từ bản chính" if number == 1 else f"Thủ tục cấp xã số {number:03}"
        service = f"DVC.{code}" if number <= with_service else None
        found.append(Procedure(code, name, "commune", (), citizen=True, service=service))
    return found


@cache
def _commune_fee() -> tuple[Procedure, ...]:
    """Procedures with a fee; each commune has the first of them, as many as are published for it."""
    communes = [t for t in targets() if t.level == "commune"]
    return tuple(
        Procedure(
            code := f"PT.XP.{number:02}",
            f"Thủ tục cấp xã có phí, lệ phí số {number:02}",
            "commune",
            tuple(t.unit for t in communes if t.fee_procedures >= number),
            has_fee=True,
            service=f"DVC.{code}",
        )
        for number in range(1, max(t.fee_procedures for t in communes) + 1)
    )


def _department(target: Target) -> list[Procedure]:
    """Fee procedures, then those of citizens, then as many others as its services need."""
    number = target.unit.rsplit(".", 1)[1]
    kinds = ["fee"] * target.fee_procedures
    rest = target.services_applied - target.fee_procedures
    citizens = ["citizen"] * target.citizen_procedures
    plain = ["plain"] * max(2, rest)
    kinds += [*citizens, *plain] if target.citizen_connected else [*plain, *citizens]
    return [
        Procedure(
            code := f"PT.S{number}.{place:03}",
            f"Thủ tục cấp tỉnh số {number}.{place:03}",
            "department",
            (target.unit,),
            has_fee=kind == "fee",
            citizen=kind == "citizen",
            service=f"DVC.{code}" if place <= target.services_applied else None,
        )
        for place, kind in enumerate(kinds, start=1)
    ]
