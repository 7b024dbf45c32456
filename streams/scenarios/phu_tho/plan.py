"""The dossiers of a unit before they are given times: each with a procedure and its properties.

How many dossiers have a property is the target's, exactly; which have it is drawn from a generator seeded
by the unit. Properties imply one another: paid -> fee -> received in the period -> handled, digitised ->
result -> finished, unhappy -> on time and finished. Distinct procedures and services are met by limiting,
for each kind of dossier, the procedures it may be of, and by giving each of those its first dossier.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from streams.scenarios.phu_tho.catalogue import Offer, offers
from streams.scenarios.phu_tho.target import Target


@dataclass(slots=True, eq=False)
class Planned:
    """One dossier to be; not `received` in the period is carried over; `fee_lines`: a fee above 0."""

    received: bool = False
    online: bool = False
    fee: bool = False
    paid: bool = False
    on_time: bool = False
    finished: bool = True
    unhappy: bool = False
    result: bool = False
    digitized: bool = False
    reused: bool = False
    citizen: bool = False
    procedure: str = ""
    fee_lines: bool = False


def plan(target: Target) -> list[Planned]:
    """The dossiers of one unit. Raises ValueError if the target cannot be met."""
    rng = Random(f"phu-tho {target.unit}")
    rows = [Planned(received=place < target.received) for place in range(target.handled)]
    _set_properties(rng, rows, target)
    _set_procedures(rng, rows, target)
    return rows


def _set_properties(rng: Random, rows: list[Planned], target: Target) -> None:
    def give(name: str, count: int, may: Callable[[Planned], bool], *, value: bool = True) -> None:
        able = [row for row in rows if may(row)]
        if count > len(able):
            raise ValueError(f"{target.unit}: {name} for {count} of {len(able)} dossiers")
        for row in rng.sample(able, count):
            setattr(row, name, value)

    give("online", target.online, lambda row: row.received)
    give("fee", target.fee, lambda row: row.received)
    give("paid", target.fee_paid, lambda row: row.fee)
    give("on_time", target.on_time, lambda _: True)
    give("result", target.result, lambda _: True)
    give("digitized", target.digitized, lambda row: row.result)
    give("reused", target.reused, lambda _: True)
    give("citizen", target.citizen, lambda _: True)
    open_count = min(target.handled - target.result, target.handled // 12)
    give("finished", open_count, lambda row: not row.result, value=False)
    give("unhappy", target.on_time - target.satisfied, lambda row: row.on_time and row.finished)


@dataclass(frozen=True, slots=True)
class _Choice:
    """Procedures that may be used, by kind of dossier."""

    fee: Sequence[str]
    """Of dossiers with a fee."""
    fee_paid: Sequence[str]
    """Of dossiers paid online: the first of `fee`."""
    free_online: Sequence[str]
    """Of other dossiers received in the period and handed in online."""
    free_online_citizen: Sequence[str]
    """Of these, if population data are used."""
    free_citizen: Sequence[str]
    """Of other dossiers using population data."""
    free: Sequence[str]


def _choose(rows: list[Planned], target: Target, offer: Offer) -> _Choice:
    """Every fee procedure chosen has a service, and so has every one of `free_online`."""
    free_online = sum(row.online and not row.fee for row in rows)
    with_fee = max(target.fee_procedures_paid, target.fee_procedures_seen, target.services - free_online)
    with_fee = max(with_fee, 1) if target.fee else 0
    free = offer.citizen if target.citizen_connected else offer.plain
    services = target.services - with_fee
    connected = offer.citizen[: target.citizen_connected] or offer.plain[: max(1, services)]
    return _Choice(
        fee=offer.fee[:with_fee],
        fee_paid=offer.fee[: target.fee_procedures_paid],
        free_online=free[:services],
        free_online_citizen=[procedure for procedure in free[:services] if procedure in connected],
        free_citizen=connected,
        free=free[: max(services, len(connected))],
    )


def _set_procedures(rng: Random, rows: list[Planned], target: Target) -> None:
    offer = offers()[target.unit]
    choice = _choose(rows, target, offer)
    _cover([row for row in rows if row.paid], choice.fee_paid)
    unpaid = [row for row in rows if row.fee and not row.paid]
    _cover(unpaid, choice.fee[len(choice.fee_paid) :])
    for procedure in (*choice.fee, *choice.free_online):
        _give_first(rows, procedure, choice, lambda row: row.online)
    for procedure in offer.citizen[: target.citizen_connected]:
        _give_first(rows, procedure, choice, lambda row: row.citizen)
    for row in rows:
        if not row.procedure:
            row.procedure = _popular(rng, _allowed(row, choice))
        row.fee_lines = row.fee and row.procedure in offer.fee[: target.fee_procedures_seen]


def _give_first(
    rows: list[Planned], procedure: str, choice: _Choice, wanted: Callable[[Planned], bool]
) -> None:
    """Give the procedure a wanted dossier unless it has one; one handed in online if possible."""
    if any(row.procedure == procedure for row in rows if wanted(row)):
        return
    able = [r for r in rows if wanted(r) and not r.procedure and procedure in _allowed(r, choice)]
    _cover(sorted(able, key=lambda row: not row.online), [procedure])


def _allowed(row: Planned, choice: _Choice) -> Sequence[str]:
    if row.paid:
        return choice.fee_paid
    if row.fee:
        return choice.fee
    if row.received and row.online:
        return choice.free_online_citizen if row.citizen else choice.free_online
    return choice.free_citizen if row.citizen else choice.free


def _cover(rows: Sequence[Planned], procedures: Sequence[str]) -> None:
    """Give each procedure its first dossier."""
    if len(procedures) > len(rows):
        raise ValueError(f"{len(rows)} dossiers for {len(procedures)} procedures")
    for row, procedure in zip(rows, procedures, strict=False):
        row.procedure = procedure


def _popular(rng: Random, procedures: Sequence[str]) -> str:
    """One of the procedures, the first ones more often."""
    return procedures[min(int(rng.expovariate(4 / len(procedures))), len(procedures) - 1)]
