"""The dossiers of a cohort before they are given times: each with a procedure, a unit and its properties.

The number of dossiers with each property is the target's, exactly; which ones have it is drawn from a seed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from streams.scenarios.binh_duong import catalogue
from streams.scenarios.binh_duong.catalogue import Cohort, Procedure
from streams.scenarios.binh_duong.choices import Choices, choices, common

SILENT_COMMUNE = "BD.07.05"
"""A commune without a single dossier or petition (xã Hiếu Liêm): it shows the rule for nothing to measure."""
COVERING = ("2023", "2024-01")
"""Cohorts in which every chosen procedure must appear, so that a period has them all."""
LONGEST_LATE = 10
"""Only procedures of at most so many working days are late: the delay must still fit into the period."""
COMMUNE_SHARE = 0.75
MISREPORTED = "misreported"
"""Shape of a dossier that waits for the citizen and is synced as resolved, as one vendor does."""


@dataclass(slots=True, eq=False)
class Planned:
    """One dossier to be. `paid`: online; `result`, `digitized` ...: counters so named; `shape`: its life."""

    district: str
    cohort: str
    procedure: Procedure
    unit: str
    fee: bool
    channel: int = 1
    paid: bool = False
    late: bool = False
    unhappy: bool = False
    result: bool = False
    digitized: bool = False
    reused: bool = False
    store: bool = False
    citizen: bool = False
    shape: str = "plain"


def chosen_for(target: Cohort) -> Choices:
    """The procedures a cohort may use."""
    year, quarter = choices(target.unit, "2023"), choices(target.unit, "2024-Q1")
    return {"2023": year, "carried": common(year, quarter)}.get(target.cohort, quarter)


def plan(target: Cohort, rng: Random) -> list[Planned]:
    """The dossiers of one cohort, in random order. Raises ValueError if a target cannot be met."""
    chosen = chosen_for(target)
    covering = target.cohort in COVERING
    codes = [(code, True) for code in _draw(rng, chosen.fee, target.fee, target, covering)]
    free = target.received - target.fee
    codes += [(code, False) for code in _draw(rng, chosen.free, free, target, covering)]
    rows = [_planned(rng, target, code, fee) for code, fee in codes]
    rng.shuffle(rows)
    _set_properties(rng, rows, target, chosen, covering)
    return rows


def _draw(rng: Random, codes: tuple[str, ...], count: int, target: Cohort, covering: bool) -> list[str]:
    """`count` procedures by popularity; those that cannot have what nearly all dossiers have are rare."""
    first = list(codes) if covering else []
    chosen = chosen_for(target)
    offline, unlinked = 1 - target.online / target.received, 1 - target.citizen / target.received
    weights = [
        catalogue.procedures()[code].weight
        * (1 if code in chosen.online else offline)
        * (1 if chosen.may_use_citizen_data(code) else unlinked)
        for code in codes
    ]
    return first + rng.choices(codes, weights, k=count - len(first))


def _planned(rng: Random, target: Cohort, code: str, fee: bool) -> Planned:
    procedure = catalogue.procedures()[code]
    return Planned(target.unit, target.cohort, procedure, _unit(rng, target.unit, procedure), fee)


def _unit(rng: Random, district: str, procedure: Procedure) -> str:
    """The one-stop office that handles it: the district's own or a commune's."""
    if "commune" not in procedure.levels:
        return district
    if "district" in procedure.levels and rng.random() > COMMUNE_SHARE:
        return district
    return rng.choice([unit for unit in catalogue.communes(district) if unit != SILENT_COMMUNE])


def _set_properties(
    rng: Random, rows: list[Planned], target: Cohort, chosen: Choices, covering: bool
) -> None:
    def give(
        name: str, count: int, may: Callable[[Planned], bool], cover: Iterable[str] = (), value: int = True
    ) -> None:
        for row in _pick(rng, rows, count, may, sorted(cover) if covering else ()):
            setattr(row, name, value)

    give("paid", target.fee_paid, lambda row: row.fee and row.procedure.code in chosen.paid, chosen.paid)
    give("channel", target.online, lambda row: row.procedure.code in chosen.online, chosen.online, value=2)
    give("channel", target.received // 25, lambda row: row.channel == 1, value=3)
    give(
        "citizen",
        target.citizen,
        lambda row: chosen.may_use_citizen_data(row.procedure.code),
        chosen.citizen,
    )
    give("store", target.store, lambda row: row.citizen)
    give("late", target.late, lambda row: row.procedure.days <= LONGEST_LATE)
    give("unhappy", target.unhappy, lambda row: not row.late)
    give("result", target.result, lambda row: target.cohort != "carried" or not row.late)
    give("digitized", target.digitized, lambda row: row.result)
    give("reused", target.reused, bool)


def _pick(
    rng: Random, rows: list[Planned], count: int, may: Callable[[Planned], bool], cover: Iterable[str]
) -> list[Planned]:
    """`count` rows that may be taken, one of each procedure in `cover` among them."""
    able = [row for row in rows if may(row)]
    first: dict[str, Planned] = {}
    for row in able:
        first.setdefault(row.procedure.code, row)
    taken = [first[code] for code in cover]
    rest = [row for row in able if row not in taken]
    if count < len(taken) or count - len(taken) > len(rest):
        raise ValueError(f"cannot take {count} of {len(able)} dossiers")
    return taken + rng.sample(rest, count - len(taken))
