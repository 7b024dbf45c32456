"""The rolling table of a unit: consistent cuts, lives of a source, closing periods."""

from datetime import date, datetime

from schemas.index import load_index
from schemas.partial import PARTIAL_VERSION, Partial, SourceClock
from schemas.reference import UnitRecord
from streams.core.periods import LOCAL, moment
from streams.core.reference import Reference
from streams.core.tally import cell_of, mask_of
from streams.core.unit_partition import UnitPartition, UnitSnapshot

HANDLED = mask_of(["received", "handled", "on_time", "completed"])
GRACE_DAYS = 45


def at(month: int, day: int, hour: int = 12) -> int:
    return moment(datetime(2024, month, day, hour, tzinfo=LOCAL))


def units(sources: int = 2) -> UnitPartition:
    history = (
        {
            "valid_from": date(2020, 1, 1),
            "valid_to": None,
            "name": "Thuận An",
            "level": "district",
            "unit_kind": "thanh_pho",
            "parent": None,
        },
    )
    return UnitPartition(
        0,
        sources=sources,
        mine=lambda _: True,
        index=load_index("article-2024"),
        reference=Reference([UnitRecord.model_validate({"code": "BD.01", "history": history})]),
        grace_days=GRACE_DAYS,
    )


def partial(
    source: int, as_of: int, dossiers: int, *, period: str = "2024-02", life: int = 1, offset: int = 9
) -> Partial:
    cells = {period: cell_of([(HANDLED, "1.000001", ())] * dossiers)} if dossiers else {}
    return Partial(PARTIAL_VERSION, "BD.01", source, life, offset, as_of, cells)


def clock(source: int, as_of: int, *, life: int = 1, offset: int = 9) -> SourceClock:
    return SourceClock(PARTIAL_VERSION, source, life, offset, as_of)


def handled(partition: UnitPartition, period: str = "2024-02") -> list[int]:
    return [each.counters["handled"] for each in snapshots(partition) if each.period.key == period]


def snapshots(partition: UnitPartition) -> list[UnitSnapshot]:
    return list(partition.take())


def test_no_snapshot_is_taken_before_every_source_has_a_clock() -> None:
    partition = units()
    partition.feed(partial(0, at(2, 10), 3))
    assert not partition.feed(clock(0, at(2, 10)))
    assert snapshots(partition) == []


def test_a_source_that_runs_ahead_does_not_change_an_earlier_snapshot() -> None:
    partition = units()
    for source in (0, 1):
        partition.feed(partial(source, at(2, 10), 1))
    partition.feed(clock(0, at(2, 10)))
    partition.feed(partial(0, at(2, 11), 100))
    partition.feed(clock(0, at(2, 11)))
    assert partition.feed(clock(1, at(2, 10)))
    assert handled(partition) == [2]
    assert partition.feed(clock(1, at(2, 11)))
    assert handled(partition) == [101]


def test_a_unit_whose_figures_stand_still_is_not_written_again() -> None:
    partition = units(sources=1)
    partition.feed(partial(0, at(2, 10, 8), 1))
    partition.feed(clock(0, at(2, 10, 8)))
    assert handled(partition) == [1]
    partition.feed(partial(0, at(2, 10, 9), 1))
    partition.feed(clock(0, at(2, 10, 9)))
    assert snapshots(partition) == []


def test_a_late_copy_of_an_older_partial_loses() -> None:
    partition = units(sources=1)
    partition.feed(partial(0, at(2, 10), 5, offset=20))
    partition.feed(clock(0, at(2, 10), offset=20))
    partition.feed(partial(0, at(2, 10), 3, offset=10))
    assert handled(partition) == [5]


def test_a_new_life_of_a_source_voids_what_its_old_life_said_and_it_does_not_repeat() -> None:
    partition = units(sources=1)
    partition.feed(partial(0, at(2, 10), 5))
    partition.feed(clock(0, at(2, 10)))
    assert handled(partition) == [5]
    partition.feed(partial(0, at(2, 12), 7))
    partition.feed(clock(0, at(2, 11), life=2))
    assert handled(partition) == [0]
    partition.feed(clock(0, at(2, 12), life=2))
    assert handled(partition) == []


def test_a_zombie_of_an_older_life_is_not_heard() -> None:
    partition = units(sources=1)
    partition.feed(partial(0, at(2, 10), 2, life=2))
    partition.feed(clock(0, at(2, 10), life=2))
    partition.feed(partial(0, at(2, 10), 9, life=1, offset=99))
    assert handled(partition) == [2]


def test_a_period_past_its_grace_is_written_once_more_as_final_with_its_last_figures() -> None:
    partition = units(sources=1)
    partition.feed(partial(0, at(4, 10), 4))
    partition.feed(clock(0, at(4, 10)))
    assert handled(partition) == [4]
    closing = moment(datetime(2024, 3, 1, tzinfo=LOCAL)) + GRACE_DAYS * 86_400_000
    partition.feed(partial(0, closing, 1, period="2024-04"))
    partition.feed(clock(0, closing))
    last = [each for each in snapshots(partition) if each.period.key == "2024-02"]
    assert [(each.final, each.counters["handled"]) for each in last] == [(True, 4)]


def test_a_registered_unit_without_any_dossier_has_a_snapshot() -> None:
    partition = units(sources=1)
    partition.feed(clock(0, at(2, 10)))
    february = next(each for each in snapshots(partition) if each.period.key == "2024-02")
    shown = {each.code: (each.ratio, each.score) for each in february.card.indicators}
    assert shown["ORIGINAL_RESULT_AVAILABLE"] == (None, None)
    assert shown["PETITION_PROCESSING_ON_TIME"] == (0, 600)
