"""The page of figures: targets are told as reached or not, and a part measured again leaves the others."""

from pathlib import Path

from bench.figures import Figure, Section, table
from bench.report import Report
from bench.standings import ALONE, ENGINES, FAUST, ONE, Score, Standings


def test_a_floor_and_a_ceiling_are_told_as_reached_or_not():
    figures = (
        Figure("floor", 2, "times", 1.2),
        Figure("ceiling", 2, "s", 1.5, least=False),
        Figure("no target", 1234567, "events/s"),
    )
    _, _, floor, ceiling, free = table(figures).splitlines()
    assert "at least 1.20" in floor
    assert "yes" in floor
    assert "at most 1.50" in ceiling
    assert "**no**" in ceiling
    assert "1,234,567 events/s" in free
    assert "yes" not in free


def test_a_part_measured_again_replaces_itself_and_leaves_the_others(tmp_path: Path):
    page, order = tmp_path / "page.md", ("one", "two")
    Report(page, order, "a broker").add("two", Section("Second", "today.", (), "a note"))
    Report(page, order, "a broker").add("one", Section("First", "today.", (), "what it means"))
    Report(page, order, "a broker").add("two", Section("Second again", "tomorrow.", (), ""))
    text = page.read_text("utf-8")
    assert text.index("## First") < text.index("## Second again")
    assert "what it means" in text
    assert "a note" not in text


def test_ratios_are_those_of_rounds_and_the_fastest_engine_of_each_round_counts():
    standings = Standings(1000)
    for ours, bytewax, pathway in ((100, 50, 25), (90, 20, 60), (100, 80, 10)):
        standings.add(ONE, Score(ours, 10, 1))
        standings.add(ENGINES[0], Score(bytewax, 10, 1))
        standings.add(ENGINES[2], Score(pathway, 10, 1))
    found = {figure.name: figure.value for figure in standings.section().figures}
    assert found["one worker / fastest other engine"] == 1.5


def test_a_contender_that_failed_is_told_and_asked_of_no_ratio():
    standings = Standings(1000)
    standings.add(ONE, Score(100, 10, 1))
    standings.add(ALONE, Score(50, 40, 1))
    standings.failed[FAUST] = "no such package"
    figures = {figure.name: figure for figure in standings.section().figures}
    assert figures[FAUST].note == "failed: no such package"
    assert "one worker / textbook Faust" not in figures
    assert figures["one worker / ClickHouse alone, per processor second"].value == 4


def test_contenders_that_count_differently_are_told():
    standings = Standings(1000)
    standings.note_counts(1.0, {"received": 1})
    assert "did not all count the same" not in standings.section().notes
    standings.note_counts(1.0, {"received": 2})
    assert "did not all count the same" in standings.section().notes
