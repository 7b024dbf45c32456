"""Which procedures a district handles in a period, and which are paid, used online, linked to citizens.

Chosen so that the distinct services and procedures number exactly what `presence.csv` says: of each family
the most popular ones, in an order that is the district's own and the same in both periods.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random

from streams.scenarios.binh_duong import catalogue


@dataclass(frozen=True, slots=True)
class Choices:
    """Codes of procedures: with fee and dossiers, without fee, paid online, used online, citizen data."""

    fee: tuple[str, ...]
    free: tuple[str, ...]
    paid: frozenset[str]
    online: frozenset[str]
    citizen: frozenset[str]

    def may_use_citizen_data(self, code: str) -> bool:
        """Whether a dossier's use of population data leaves the number of linked procedures as planned."""
        return code in self.citizen or not catalogue.procedures()[code].citizen


@cache
def choices(district: str, period: str) -> Choices:
    """The choices of a district for `2023` or `2024-Q1`."""
    target = catalogue.presences()[district, period]
    every = catalogue.procedures().values()
    fee = _popular(district, (p.code for p in every if p.fee))[: target.fee_seen]
    free = _popular(district, (p.code for p in every if not p.fee))
    active = {*fee, *free}
    citizen = _popular(district, (code for code in active if catalogue.procedures()[code].citizen))
    return Choices(
        fee,
        free,
        frozenset(fee[: target.fee_paid]),
        _online(district, active, target.services),
        frozenset(citizen[: target.citizen_connected]),
    )


def common(first: Choices, second: Choices) -> Choices:
    """What is chosen in both: a dossier carried over from one period to the next must suit the two."""
    return Choices(
        tuple(code for code in first.fee if code in second.fee),
        first.free,
        first.paid & second.paid,
        first.online & second.online,
        first.citizen & second.citizen,
    )


def _popular(district: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Codes by falling popularity, with the district's own taste."""
    known = catalogue.procedures()
    taste = {code: Random(f"{district} {code}").uniform(0.85, 1.2) for code in known}
    return tuple(sorted(codes, key=lambda code: (-known[code].weight * taste[code], code)))


def _online(district: str, active: set[str], count: int) -> frozenset[str]:
    """Procedures of the `count` most popular online services that have dossiers."""
    order = {code: place for place, code in enumerate(_popular(district, active))}
    counted = [service for service in catalogue.services() if service.status != "stopped"]
    best = {
        service.code: min(order.get(code, len(order)) for code in service.procedures) for service in counted
    }
    counted.sort(key=lambda service: (best[service.code], service.code))
    return frozenset(code for service in counted[:count] for code in service.procedures if code in active)
