"""`nhip766 score`: published figures in, the same rows with a computed score out."""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli.main import app

DATA = Path(__file__).parents[1] / "conformance" / "data"
HEADER = "indicator,level,numerator,denominator,score\n"
PROGRAM = [sys.executable, "-c", "from streams.cli.main import app; app()", "score"]


def run(text, *options):
    """Exit code, printed rows and messages for a table given on standard input."""
    raw = text if isinstance(text, bytes) else text.encode()
    result = CliRunner().invoke(app, ["score", "-", *options], input=raw)
    return result.exit_code, list(csv.DictReader(io.StringIO(result.stdout))), result.stderr


def row(indicator="RESOLVED_ON_TIME", level="commune", numerator="1", denominator="2", score="10"):
    return HEADER + f"{indicator},{level},{numerator},{denominator},{score}\n"


@pytest.mark.parametrize("name", ["portal-observations.csv", "portal-trees.csv"])
def test_the_program_agrees_with_every_published_row(name):
    done = subprocess.run([*PROGRAM, str(DATA / name)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    given = list(csv.DictReader(io.StringIO((DATA / name).read_text(encoding="utf-8"))))
    printed = list(csv.DictReader(io.StringIO(done.stdout.decode())))
    assert [{k: v for k, v in r.items() if k != "computed"} for r in printed] == given


def test_a_score_that_is_a_cent_off_is_named_and_exits_1():
    code, rows, messages = run(row(score="10.01"))
    assert (code, rows[0]["computed"]) == (1, "10.00")
    assert messages == "line 2: RESOLVED_ON_TIME: score 10.01 given, 10.00 computed\n"


@pytest.mark.parametrize("score", ["10", "10.0", "10.00", " 10 "])
def test_scores_are_compared_as_numbers(score):
    assert run(row(score=score))[0] == 0


def test_without_a_score_column_there_is_nothing_to_differ():
    code, rows, _ = run("indicator,level,numerator,denominator\nPUBLISH_ON_TIME,province,2,89\n")
    assert (code, rows[0]["computed"]) == (0, "0.13")


def test_null_and_zero_are_different_scores():
    assert run(row("PUBLISH_ON_TIME", "province", "0", "0", ""))[0] == 0
    assert run(row("PUBLISH_ON_TIME", "province", "0", "0", "0"))[0] == 1
    assert run(row("PUBLISH_ON_TIME", "province", "0", "9", "0"))[0] == 0
    assert run(row("PUBLISH_ON_TIME", "province", "0", "9", ""))[0] == 1


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator", "expected"),
    [
        ("PETITION_PROCESSING_ON_TIME", "0", "0", "6.00"),
        ("DOSSIER_RECEIVING_SATISFACTION", "0", "0", "0.00"),
        ("DOSSIER_SYNC", "", "", ""),
        ("ELECTRONIC_CERTIFIED_COPY", "", "", "2.00"),
        ("ONLINE_PROVIDED", "9", "10", "0.00"),
        ("PUBLIC_CONTENT_FULL", "87", "89", "1.96"),
        ("PAYMENT_FORMALITY_USED", "6", "40", "0.38"),
        ("PETITION_CLASSIFICATION_STAFF", "3", "10", ""),
        ("RESOLVED_ON_TIME", "1.0", "2.0", "10.00"),
    ],
)
def test_a_commune_is_scored_from_the_figures_of_its_row(indicator, numerator, denominator, expected):
    code, rows, _ = run(row(indicator, "commune", numerator, denominator, expected))
    assert (code, rows[0]["computed"]) == (0, expected)


def test_districts_are_scored_with_the_version_of_2024():
    code, rows, _ = run(row("PUBLISH_ON_TIME", "district", "0", "0", "6"), "--formula", "article-2024")
    assert (code, rows[0]["computed"]) == (0, "6.00")


MIXED = """\
tree,indicator,unit,level,numerator,denominator,totalReceived,totalOnTime,authorityCount,partialCount,fullCount,\
onlineDossierCount,onlineServiceTotal,channelOnlineSum,channelTotalSum,ratio,score
dvc-progress-tree,,"Sở Văn hóa, Thể thao",department,,,587,579,,,,,,,,98.6,19.73
,PUBLISH_ON_TIME,X,province,2,89,,,,,,,,,,2.25,0.13
provide-online-tree,,P,province,,,,,56,31,21,406,1968,150956,152595,73.6,8.83
provide-online-tree,,C,commune,,,,,,,,12,100,90,100,,6.48
provide-online-tree,,D,commune,,,,,,,,,,,,52.7,6.32
"""


def test_trees_and_indicators_may_share_a_table_and_other_columns_pass_through():
    code, rows, messages = run(MIXED)
    assert code == 0, messages
    assert [r["computed"] for r in rows] == ["19.73", "0.13", "8.83", "6.48", ""]
    assert rows[0]["unit"] == "Sở Văn hóa, Thể thao"
    assert rows[0]["ratio"] == "98.6"
    assert list(rows[0])[-1] == "computed"
    assert messages == "1 tree row without figures: nothing to score\n"


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_do_no_harm():
    text = "\ufeff" + row().replace("\n", "\r\n") + "\r\n,,,,\r\n"
    code, rows, _ = run(text)
    assert (code, [r["computed"] for r in rows]) == (0, ["10.00"])


def test_the_output_can_be_scored_again():
    code, rows, _ = run(
        "indicator,level,numerator,denominator,computed,x\nRESOLVED_ON_TIME,commune,1,2,9,y\n"
    )
    assert (code, rows) == (
        0,
        [
            {
                "indicator": "RESOLVED_ON_TIME",
                "level": "commune",
                "numerator": "1",
                "denominator": "2",
                "x": "y",
                "computed": "10.00",
            }
        ],
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (row(indicator="RESOLVED_ONTIME"), "line 2: column indicator: .*did you mean RESOLVED_ON_TIME"),
        (row(level="ward"), "line 2: column level: unknown level 'ward'; .*province"),
        (row(level=""), "line 2: column level: unknown level ''"),
        (row(numerator="one"), "line 2: column numerator: 'one' is not a number"),
        (row(numerator="NaN"), "line 2: column numerator: 'NaN' is not a number"),
        (row(numerator="1.5"), "line 2: column numerator: '1.5' is not a whole number"),
        (row(numerator="-1"), "line 2: column numerator: '-1' is negative"),
        (row(numerator="1.000"), "line 2: column numerator: '1.000' is not a whole number"),
        (row(level="COMMUNE"), "line 2: column level: unknown level 'COMMUNE'; did you mean commune"),
        (row(score='"8,00"'), "line 2: column score: '8,00' is not a number"),
        (row(indicator=""), "line 2: column indicator: empty"),
        (HEADER + "\n\n" + "RESOLVED_ON_TIME,commune,1\n", "line 4: 3 fields, the header has 5"),
        (HEADER + '"RESOLVED_ON_TIME,commune,1,2,3\n', "line 2: .*check the quotes"),
        ("", "empty"),
        ("indicator;level;numerator;denominator\n", "line 1: column level is missing; .*commas"),
        ("group,level,score\n", "line 1: column indicator or tree is missing"),
        ("indicator,level,level\n", "line 1: column level is there twice"),
        ("indicator,level,numerator\nDOSSIER_SYNC,commune,1\n", "line 2: column denominator: missing"),
        ("tree,level\nprogress,commune\n", "line 2: column tree: unknown tree 'progress'"),
        ("tree,level,totalOnTime\ndvc-progress-tree,commune,1\n", "column totalReceived: missing"),
        ("tree,indicator,level\ndvc-progress-tree,DOSSIER_SYNC,commune\n", "empty one of the two"),
        (row().encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_mistake_is_one_line_that_names_place_and_remedy_and_nothing_is_printed(text, problem):
    code, rows, messages = run(text)
    assert (code, rows) == (2, [])
    assert messages.count("\n") == 1
    assert re.search(problem, messages), messages


@pytest.mark.parametrize(
    ("text", "computed", "warning"),
    [
        (row(numerator="3", score="20"), "20.00", "column numerator: 3 is more than 2 in denominator"),
        (row(numerator="3", denominator="0", score="0"), "0.00", "column numerator: 3 is more than 0"),
        (
            (
                "tree,level,partialCount,fullCount,authorityCount,onlineDossierCount,onlineServiceTotal,"
                "channelOnlineSum,channelTotalSum\nprovide-online-tree,province,30,30,50,1,1,1,1\n"
            ),
            "12.00",
            r"column partialCount\+fullCount: 60 is more than 50 in authorityCount",
        ),
    ],
)
def test_a_part_above_its_whole_is_scored_by_the_formula_and_warned_about(text, computed, warning):
    code, rows, messages = run(text)
    assert (code, rows[0]["computed"]) == (0, computed)
    assert re.fullmatch(f"warning: line 2: {warning}.*\n", messages), messages


def test_an_unknown_formula_is_told_with_those_there_are():
    code, _, messages = run(row(), "--formula", "portal-2025")
    assert code == 2
    assert "article-2024, portal-2026" in messages


def test_a_missing_file_is_one_line():
    result = CliRunner().invoke(app, ["score", "nowhere.csv"])
    assert result.exit_code == 2
    assert result.stderr == "error: nowhere.csv: No such file or directory\n"
