"""The rolling table of a unit: consistent cuts, lives of a source, closing periods."""

from datetime import date, datetime

from schemas.index import load_index
from schemas.partial import PARTIAL_VERSION, Closed, FinalPartial, Partial, Record, SourceClock, partial_key
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


CLOSING = moment(datetime(2024, 3, 1, tzinfo=LOCAL)) + GRACE_DAYS * 86_400_000


def closed_february(source: int, dossiers: int, *, life: int = 1, offset: int = 9) -> list[Record]:
    """What a source says when February closes in it: its last figures, that it closed, and its clock."""
    last = partial(source, CLOSING, dossiers).cells
    said = (source, life, offset, CLOSING)
    return [
        FinalPartial(PARTIAL_VERSION, "BD.01", *said, last),
        Closed(PARTIAL_VERSION, *said, ("2024-02",)),
        partial(source, CLOSING, 1, period="2024-04", life=life, offset=offset),
        clock(source, CLOSING, life=life, offset=offset),
    ]


def finals(partition: UnitPartition) -> list[tuple[int, int, int]]:
    """Moment, offsets and handled dossiers of the final snapshots of February."""
    return [
        (each.as_of, each.major, each.counters["handled"])
        for each in snapshots(partition)
        if each.period.key == "2024-02" and each.final
    ]


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
    for record in closed_february(0, 4):
        partition.feed(record)
    assert finals(partition) == [(CLOSING, 10, 4)]
    assert finals(partition) == []


def test_a_unit_agent_that_was_away_when_a_period_closed_writes_its_final_figures_later() -> None:
    log = [partial(0, at(4, 10), 4), clock(0, at(4, 10)), partial(1, at(4, 10), 2), clock(1, at(4, 10))]
    for source, dossiers in ((0, 5), (1, 2)):
        log += closed_february(source, dossiers)
        log += [
            partial(source, at(6, 10), 7, period="2024-06", offset=99),
            clock(source, at(6, 10), offset=99),
        ]
    partition = units()
    for record in {partial_key(record): record for record in log}.values():
        partition.feed(record)
    assert finals(partition) == [(CLOSING, 20, 7)]


def test_of_two_lives_that_close_a_period_the_later_counts_alone() -> None:
    partition = units(sources=1)
    for record in (*closed_february(0, 4)[:-2], *closed_february(0, 3, life=2)):
        partition.feed(record)
    assert finals(partition) == [(CLOSING, 10, 3)]


def test_a_period_is_final_only_when_every_source_is_past_its_closing() -> None:
    partition = units()
    for record in (*closed_february(0, 4), clock(1, CLOSING - 1)):
        partition.feed(record)
    assert finals(partition) == []


def test_a_source_that_began_after_a_period_had_closed_elsewhere_does_not_keep_it_from_being_final() -> None:
    partition = units()
    for record in (*closed_february(0, 4), clock(1, CLOSING, offset=-1)):
        partition.feed(record)
    assert finals(partition) == [(CLOSING, 10, 4)]


def test_a_source_that_holds_a_period_open_for_longer_is_waited_for() -> None:
    partition = units()
    for record in (*closed_february(0, 4), partial(1, at(4, 10), 2), clock(1, CLOSING)):
        partition.feed(record)
    assert finals(partition) == []
    for record in (*closed_february(1, 3), clock(0, at(5, 1)), clock(1, at(5, 1))):
        partition.feed(record)
    assert finals(partition) == [(CLOSING, 20, 7)]


def test_a_registered_unit_without_any_dossier_has_a_snapshot() -> None:
    partition = units(sources=1)
    partition.feed(clock(0, at(2, 10)))
    february = next(each for each in snapshots(partition) if each.period.key == "2024-02")
    shown = {each.code: (each.ratio, each.score) for each in february.card.indicators}
    assert shown["ORIGINAL_RESULT_AVAILABLE"] == (None, None)
    assert shown["PETITION_PROCESSING_ON_TIME"] == (0, 600)
