"""Rankings as readers see them, from the real tables: each test ranks under a version of the index of its own."""

import secrets
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from clickhouse_driver import Client

from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from tests.sinks.row_examples import START, Figures, indicators, score

MINUTE = 60_000
DAY = 24 * 60 * MINUTE


@pytest.fixture
def sink(tables: Settings) -> Iterator[ClickHouseSink]:
    found = ClickHouseSink(connect(tables, "writer"), types_check=True)
    yield found
    found.close()


@pytest.fixture
def formula() -> str:
    return f"test-{secrets.token_hex(4)}"


def ask(
    reader: Client, columns: str, view: str, formula: str, order: str = "position", **also: Any
) -> list[Any]:
    where = "".join(f" AND {name} = %({name})s" for name in also)
    return list(
        reader.execute(
            f"SELECT {columns} FROM {view} WHERE formula = %(formula)s{where} ORDER BY {order}",
            {"formula": formula, **also},
        )
    )


def at(moment: int) -> str:
    seconds, milliseconds = divmod(moment, 1000)
    return f"ranking_at(as_of = fromUnixTimestamp64Milli({seconds * 1000 + milliseconds}, 'UTC'))"


def test_equal_totals_share_a_rank_and_the_next_rank_skips(
    sink: ClickHouseSink, reader: Client, formula: str
):
    totals = {"H1": "90", "H2": "85.5", "H3": "85.50", "H4": "70"}
    sink.write_scores([score(unit, total, formula=formula) for unit, total in totals.items()])
    assert ask(reader, "unit_code, rank", "ranking", formula) == [("H1", 1), ("H2", 2), ("H3", 2), ("H4", 4)]


def test_a_cent_decides(sink: ClickHouseSink, reader: Client, formula: str):
    sink.write_scores([score("H1", "90.70", formula=formula), score("H2", "90.71", formula=formula)])
    assert ask(reader, "unit_code, rank", "ranking", formula) == [("H2", 1), ("H1", 2)]


def test_a_unit_without_a_total_has_no_rank_and_takes_none_from_others(
    sink: ClickHouseSink, reader: Client, formula: str
):
    rows = [
        score("H1", None, formula=formula),
        score("H2", "0", formula=formula),
        score("H3", "50", formula=formula),
    ]
    sink.write_scores(rows)
    assert ask(reader, "unit_code, rank, total", "ranking", formula) == [
        ("H3", 1, Decimal(50)),
        ("H2", 2, Decimal(0)),
        ("H1", None, None),
    ]


def test_equal_ranks_are_shown_in_the_order_of_the_vietnamese_alphabet(
    sink: ClickHouseSink, reader: Client, formula: str
):
    names = ["Đồng Phú", "Dầu Tiếng", "Ân Thi", "An Lão", "Ô Môn", "Thuận An", "Bến Cát"]
    sink.write_scores([score(f"H{i}", "80", name=name, formula=formula) for i, name in enumerate(names)])
    assert [name for (name,) in ask(reader, "unit_name", "ranking", formula)] == [
        "An Lão", "Ân Thi", "Bến Cát", "Dầu Tiếng", "Đồng Phú", "Ô Môn", "Thuận An",
    ]  # fmt: skip


def test_only_units_of_one_level_period_and_formula_are_ranked_together(
    sink: ClickHouseSink, reader: Client, formula: str
):
    sink.write_scores(
        [
            score("H1", "80", formula=formula),
            score("H2", "90", formula=formula, level="commune"),
            score("H3", "95", formula=formula, period="2024-01"),
            score("H4", "99", formula=f"{formula}-other"),
        ]
    )
    assert set(ask(reader, "unit_code, rank", "ranking", formula)) == {("H1", 1), ("H2", 1), ("H3", 1)}


def test_an_older_version_written_later_does_not_change_the_ranking(
    sink: ClickHouseSink, reader: Client, formula: str
):
    sink.write_scores([score("H1", "90", formula=formula, version=7), score("H2", "80", formula=formula)])
    sink.write_scores([score("H1", "10", formula=formula, version=6)])
    assert ask(reader, "unit_code, total", "ranking", formula) == [("H1", Decimal(90)), ("H2", Decimal(80))]


def test_delta_and_movement_compare_with_the_period_of_the_same_kind_before(
    sink: ClickHouseSink, reader: Client, formula: str
):
    sink.write_scores(
        [
            score("H1", "74.60", formula=formula, period="2023-Q4"),
            score("H2", "80", formula=formula, period="2023-Q4"),
            score("H1", "50", formula=formula, period="2023"),
            score("H1", "90.90", formula=formula),
            score("H2", "79.5", formula=formula),
            score("H3", "60", formula=formula),
        ]
    )
    found = ask(
        reader,
        "unit_code, previous_rank, rank_movement, previous_total, score_delta",
        "ranking",
        formula,
        period="2024-Q1",
    )
    assert found == [
        ("H1", 2, 1, Decimal("74.60"), Decimal("16.30")),
        ("H2", 1, -1, Decimal(80), Decimal("-0.50")),
        ("H3", None, None, None, None),
    ]


def test_nothing_is_compared_across_formulas(sink: ClickHouseSink, reader: Client, formula: str):
    sink.write_scores(
        [score("H1", "70", formula=f"{formula}-other", period="2023-Q4"), score("H1", "90", formula=formula)]
    )
    assert ask(reader, "score_delta, rank_movement", "ranking", formula) == [(None, None)]


def test_groups_are_ranked_by_their_own_points(sink: ClickHouseSink, reader: Client, formula: str):
    sink.write_scores(
        [
            score("H1", "30", formula=formula, groups={"CKMB": "8", "TDGQ": "10"}),
            score("H2", "28", formula=formula, groups={"CKMB": "8", "TDGQ": "12"}),
            score("H3", None, formula=formula, groups={"CKMB": "7"}),
        ]
    )
    ranks = dict(ask(reader, "unit_code, group_ranks", "ranking", formula))
    assert ranks == {"H1": {"CKMB": 1, "TDGQ": 2}, "H2": {"CKMB": 1, "TDGQ": 1}, "H3": {"CKMB": 3}}
    found = ask(
        reader,
        "unit_code, rank, score, maximum",
        "group_ranking",
        formula,
        "rank, unit_code",
        group_code="CKMB",
    )
    assert found == [("H1", 1, 8, 18), ("H2", 1, 8, 18), ("H3", 3, 7, 18)]


def test_a_ranking_at_a_moment_does_not_change_when_scores_do(
    sink: ClickHouseSink, reader: Client, formula: str
):
    sink.write_scores(
        [
            score("H1", "90", formula=formula, as_of=START + DAY, version=1),
            score("H2", "80", formula=formula, as_of=START + 2 * DAY, version=1),
        ]
    )
    then = at(START + 3 * DAY)
    before = ask(reader, "unit_code, rank, total, as_of", then, formula)
    sink.write_scores([score("H2", "95", formula=formula, as_of=START + 9 * DAY, version=2)])
    assert ask(reader, "unit_code, rank, total, as_of", then, formula) == before
    assert [unit for unit, *_ in before] == ["H1", "H2"]
    assert ask(reader, "unit_code, rank", "ranking", formula) == [("H2", 1), ("H1", 2)]
    assert ask(reader, "unit_code, rank", at(START + 9 * DAY), formula) == [("H2", 1), ("H1", 2)]
    assert ask(reader, "unit_code", at(START + DAY - 1), formula) == []


def test_within_the_day_a_ranking_is_kept_by_the_minute(sink: ClickHouseSink, reader: Client, formula: str):
    noon = START + DAY // 2
    for turn, total in enumerate(["10", "20", "30", "40"]):
        row = score("H1", total, formula=formula, as_of=noon + turn * MINUTE // 2, version=turn)
        sink.write_scores([row])
    for moment, total in [(noon + MINUTE - 1, 20), (noon + 2 * MINUTE, 40), (noon + 2 * DAY, 40)]:
        assert ask(reader, "total", at(moment), formula) == [(Decimal(total),)]
    assert ask(reader, "total", at(noon - 1), formula) == []


def test_a_late_zombie_does_not_rewrite_history(sink: ClickHouseSink, reader: Client, formula: str):
    sink.write_scores([score("H1", "90", formula=formula, as_of=START + DAY, version=9)])
    sink.write_scores([score("H1", "10", formula=formula, as_of=START + DAY, version=3)])
    assert ask(reader, "total", at(START + 5 * DAY), formula) == [(Decimal(90),)]


def test_movement_at_a_moment_compares_what_was_known_then(
    sink: ClickHouseSink, reader: Client, formula: str
):
    sink.write_scores(
        [
            score("H1", "50", formula=formula, period="2023-Q4", as_of=START, version=1),
            score("H1", "60", formula=formula, as_of=START + DAY, version=1),
        ]
    )
    sink.write_scores(
        [score("H1", "55", formula=formula, period="2023-Q4", as_of=START + 5 * DAY, version=2)]
    )
    then = ask(reader, "score_delta", at(START + 2 * DAY), formula, period="2024-Q1")
    now = ask(reader, "score_delta", "ranking", formula, period="2024-Q1")
    assert (then, now) == ([(Decimal(10),)], [(Decimal(5),)])


def test_the_history_ranks_every_unit_each_day_that_any_changed(
    sink: ClickHouseSink, reader: Client, formula: str
):
    sink.write_scores(
        [
            score("H1", "90", formula=formula, as_of=START, version=1),
            score("H2", "80", formula=formula, as_of=START, version=1),
            score("H2", "85", formula=formula, as_of=START + DAY // 2, version=2),
        ]
    )
    sink.write_scores([score("H2", "95", formula=formula, as_of=START + 3 * DAY, version=3)])
    found = ask(reader, "toString(day), unit_code, rank, total", "ranking_history", formula, "day, unit_code")
    assert found == [
        ("2024-01-01", "H1", 1, Decimal(90)),
        ("2024-01-01", "H2", 2, Decimal(85)),
        ("2024-01-04", "H1", 2, Decimal(90)),
        ("2024-01-04", "H2", 1, Decimal(95)),
    ]


def test_points_lost_lists_the_worst_first_and_keeps_null_apart_from_zero(
    sink: ClickHouseSink, reader: Client, formula: str
):
    sink.write_indicators(
        [
            indicators(
                "H1",
                Figures("A", "16", "20"),
                Figures("B", None, "6"),
                Figures("C", "2", "2"),
                formula=formula,
            )
        ]
    )
    found = ask(reader, "place, indicator, score, lost, missed", "points_lost", formula, "place")
    assert found == [(1, "B", None, Decimal(6), None), (2, "A", Decimal(16), Decimal(4), 2)]


def test_indicators_are_kept_as_they_were(sink: ClickHouseSink, reader: Client, formula: str):
    sink.write_indicators(
        [indicators("H1", Figures("A", "16", "20"), formula=formula, as_of=START, version=1)]
    )
    sink.write_indicators(
        [indicators("H1", Figures("A", "18", "20"), formula=formula, as_of=START + 3 * DAY, version=2)]
    )
    then = at(START + DAY).replace("ranking_at", "indicator_detail_at")
    assert ask(reader, "score", then, formula, "indicator") == [(Decimal(16),)]
    assert ask(reader, "score", "indicator_detail", formula, "indicator") == [(Decimal(18),)]


def test_hundredths_become_exact_points_and_percent(sink: ClickHouseSink, reader: Client, formula: str):
    row = indicators("H1", Figures("A", "0.13", "6"), formula=formula)
    sink.write_indicators(
        [row._replace(numerators=(7_000_000,), denominators=(3,), ratios=(23_333_333_333,))]
    )
    found = ask(reader, "score, maximum, lost, ratio, numerator", "indicator_detail", formula, "indicator")
    assert [str(value) for value in found[0]] == ["0.13", "6", "5.87", "233333333.33", "7000000"]
