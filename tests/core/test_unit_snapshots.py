"""When a snapshot of a unit is due, and that a later one always has the higher version."""

from datetime import date, datetime

from schemas.index import load_index
from schemas.partial import PARTIAL_VERSION, Cell, Partial, SourceClock
from schemas.reference import ProcedureRecord, ReferenceRecord, UnitRecord
from streams.core.periods import LOCAL, moment
from streams.core.reference import Reference
from streams.core.tally import cell_of, mask_of
from streams.core.unit_partition import UnitPartition, UnitSnapshot

PROVINCE, COMMUNE = "BD", "BD.01.1"
MONTH = "2024-02"


def at(hour: int) -> int:
    """A moment of 10 February 2024."""
    return moment(datetime(2024, 2, 10, hour, tzinfo=LOCAL))


def record(code: str, level: str, parent: str | None, name: str) -> UnitRecord:
    row = {"valid_from": date(2020, 1, 1), "name": name, "level": level, "unit_kind": level, "parent": parent}
    return UnitRecord.model_validate({"code": code, "history": (row,)})


def register(*others: ReferenceRecord, name: str = "Phường Lái Thiêu") -> Reference:
    units = record(PROVINCE, "province", None, "Bình Dương"), record(COMMUNE, "commune", PROVINCE, name)
    return Reference([*units, *others])


def partition(sources: int = 2) -> UnitPartition:
    return UnitPartition(
        0,
        sources=sources,
        mine=lambda unit: unit == COMMUNE,
        index=load_index("portal-2026"),
        reference=register(),
        grace_days=45,
    )


def dossiers(count: int) -> dict[str, Cell]:
    return {MONTH: cell_of([(mask_of(["handled", "on_time"]), "1.1", ())] * count)} if count else {}


def say(
    to: UnitPartition, source: int, hour: int, count: int | None, *, life: int = 1, offset: int = 9
) -> None:
    """A source says its tally (if any) and its clock."""
    if count is not None:
        to.feed(Partial(PARTIAL_VERSION, COMMUNE, source, life, offset, at(hour), dossiers(count)))
    to.feed(SourceClock(PARTIAL_VERSION, source, life, offset, at(hour)))


def taken(of: UnitPartition) -> list[UnitSnapshot]:
    return [snapshot for snapshot in of.take() if snapshot.period.key == MONTH]


def handled(of: UnitPartition) -> list[int]:
    return [snapshot.counters["handled"] for snapshot in taken(of)]


def test_a_new_life_of_one_source_leaves_no_gap_while_the_others_are_behind() -> None:
    units = partition()
    say(units, 0, 8, 3)
    say(units, 1, 8, 4)
    assert handled(units) == [7]
    say(units, 0, 9, 3, life=2)
    assert handled(units) == []
    say(units, 1, 9, 5, life=2)
    assert handled(units) == [8]


def test_versions_rise_after_a_unit_lost_its_last_dossier_and_the_source_began_a_new_life() -> None:
    units = partition()
    say(units, 0, 8, 3, offset=100)
    say(units, 1, 8, 0, offset=5)
    (before,) = taken(units)
    say(units, 0, 9, None, life=2, offset=100)
    say(units, 1, 9, 1, life=2, offset=6)
    (after,) = taken(units)
    assert (before.counters["handled"], after.counters["handled"]) == (3, 1)
    assert (after.major, after.as_of) > (before.major, before.as_of)
    assert after.major >= before.major


def test_another_name_makes_a_new_snapshot_although_no_figure_changed() -> None:
    units = partition(sources=1)
    say(units, 0, 8, 2)
    assert [snapshot.name for snapshot in taken(units)] == ["Phường Lái Thiêu"]
    units.use_reference(register(name="Phường Thuận An"))
    assert [snapshot.name for snapshot in taken(units)] == ["Phường Thuận An"]
    units.use_reference(register(name="Phường Thuận An"))
    assert taken(units) == []


def test_what_a_commune_inherits_changes_with_its_province() -> None:
    units = partition(sources=1)
    say(units, 0, 8, 2)
    before = inherited(taken(units))
    row = {
        "valid_from": date(2020, 1, 1),
        "name": "Thủ tục",
        "units": (PROVINCE,),
        "seven_parts_complete": True,
    }
    of_the_province = ProcedureRecord.model_validate({"code": "1.1", "history": (row,)})
    units.use_reference(register(of_the_province))
    after = inherited(taken(units))
    assert before.keys() == after.keys()
    assert before != after


def inherited(snapshots: list[UnitSnapshot]) -> dict[str, int | None]:
    """Score of every inherited indicator of the only snapshot."""
    (snapshot,) = snapshots
    return {one.code: one.score for one in snapshot.card.indicators if one.policy == "INHERIT"}
