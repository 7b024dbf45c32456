"""Why a total moved and where points are, at any moment: pages over dossiers told to a real ClickHouse."""

import re
from collections.abc import Iterator

import pytest

from schemas.events import Event
from streams.insight import archive, narrow
from streams.insight.why import Why, read_why
from streams.read.moment import parse_as_of
from streams.read.reader import Reader
from tests.board.conftest import Served, await_true
from tests.board.story import tell_dossiers, tell_reference
from tests.integration.pipeline_world import event, local, procedure, received, resolved, unit
from tests.sinks.row_examples import START, Figures, indicators, score

FORMULA = "article-2024"
DAY = 86_400_000
NAMES = {"BD.1": "Thành phố Thuận An", "BD.2": "Huyện Dầu Tiếng", "BD.3": "Thành phố Dĩ An"}
DAYS = {63: ["80", "70", "60"], 66: ["80", "70", "75"], 70: ["78", "79", "90.5"]}
"""Totals of the units at the ends of 4, 7 and 11 March."""
RECORDS = [
    unit("H09", "province", None),
    *(unit(code, "district", "H09") for code in NAMES),
    procedure("1.000001", executing_levels=["district"], has_fee=True, citizen_subject=True),
]


def story() -> Iterator[Event]:
    """Some dossiers end early, some late, one only passes its due date, one is touched by nothing after 4 March."""
    told = {"procedure_code": "1.000001", "channel": 2}
    for number in range(6):
        code = f"D-{number}"
        yield received(code, "BD.1", local("2024-03-04 08:00"), local("2024-03-08 08:00"), **told)
    for number in range(2):
        yield resolved(f"D-{number}", "BD.1", local("2024-03-04 10:00"))
    yield resolved("D-2", "BD.1", local("2024-03-07 08:00"))
    yield resolved("D-3", "BD.1", local("2024-03-09 08:00"))
    yield event("dossier.rated", "D-0", "BD.1", local("2024-03-09 09:00"), liked=False,
                rated_at=local("2024-03-09 09:00"))  # fmt: skip
    yield event("dossier.digitized", "D-4", "BD.1", local("2024-03-10 09:00"), has_digitized_component=True)


@pytest.fixture(scope="module", autouse=True)
def filled(served: Served) -> None:
    for day, totals in DAYS.items():
        as_of = START + (day + 1) * DAY - 1
        served.sink.write_indicators(
            [
                indicators(
                    code,
                    Figures("RESOLVED_ON_TIME", "16", "20"),
                    Figures("DOSSIER_SYNC", None, "6", "CKMB"),
                    formula=FORMULA,
                    as_of=as_of,
                    version=day,
                )
                for code in NAMES
            ]
        )
        served.sink.write_scores(
            [
                score(code, total, formula=FORMULA, name=NAMES[code], as_of=as_of, version=day)
                for code, total in zip(NAMES, totals, strict=True)
            ]
        )
    tell_reference(served, RECORDS)
    tell_dossiers(served, list(story()), RECORDS)
    await_true(lambda: served.http.get("/units/BD.1").status_code == 200)
    await_true(lambda: served.http.get("/api/v1/ranking").json()["rows"][0]["total"] == 90.5)


def told(served: Served, since: str, until: str) -> Why:
    settings = served.settings.model_copy(update={"formula": FORMULA})
    with Reader(served.settings) as reader:
        return read_why(
            reader, settings, "BD.1", "2024-Q1", parse_as_of(since), parse_as_of(until), explicit=True
        )


@pytest.mark.parametrize(("since", "until"), [("2024-03-04", "2024-03-11"), ("2024-03-07", "2024-03-11")])
def test_narrowed_to_what_moved_an_explanation_is_the_same(
    served: Served, monkeypatch: pytest.MonkeyPatch, since: str, until: str
):
    whole = told(served, since, until)
    monkeypatch.setattr(narrow, "NARROW_FROM", 0)
    asked: list[int] = []
    read = archive.told_events

    def counted(*said):
        asked.append(len(said[3]["dossier"]))
        return read(*said)

    monkeypatch.setattr("streams.insight.why.told_events", counted)
    narrowed = told(served, since, until)
    assert narrowed == whole
    assert whole.causes, "something moved"
    assert asked == [5 if since == "2024-03-04" else 4], "what nothing came for, nor time moved, is not read"


def test_the_page_names_who_passed_and_begins_with_the_newest_change_of_rank(served: Served):
    page = served.http.get("/units/BD.1/why").text
    assert "Ai đã vượt lên" in page
    assert re.findall(r'data-rival="([^"]+)"', page) == ["BD.3", "BD.2"]
    assert '<input type="date" name="from" value="2024-03-10">' in page
    document = served.http.get(
        "/api/v1/units/BD.1/why", params={"from": "2024-03-10", "to": "2024-03-11"}
    ).json()
    assert [(one["unit_code"], one["from"]["rank"], one["to"]["rank"]) for one in document["passed_by"]] == [
        ("BD.3", 2, 1),
        ("BD.2", 3, 2),
    ]
    assert document["passed"] == []
    assert "Who passed the unit" in served.http.get("/units/BD.1/why?lang=en").text
    other = served.http.get("/units/BD.3/why", params={"from": "2024-03-10", "to": "2024-03-11"}).text
    assert "Đã vượt qua" in other
    days = re.findall(
        r'from=([\d-]+)&amp;to=([\d-]+)">\d\d/\d\d/\d{4}</a>', served.http.get("/units/BD.3/why").text
    )
    assert days == [("2024-03-10", "2024-03-11"), ("2024-03-06", "2024-03-07")]


def test_time_travel_is_kept_on_the_way_and_work_is_listed_for_now_only(served: Served):
    unit_page = served.http.get("/units/BD.1?as_of=2024-03-07").text
    assert "/units/BD.1/points?formula=article-2024&amp;period=2024-Q1&amp;as_of=2024-03-07" in unit_page
    then = served.http.get("/units/BD.1/points?as_of=2024-03-07").text
    assert '<data class="num" value="80.00">' in then
    assert 'id="work"' not in then
    assert "chỉ có ở hiện tại" in then
    assert 'id="work"' in served.http.get("/units/BD.1/points").text
    assert served.http.get("/api/v1/units/BD.1/points?as_of=2024-03-07").json()["total"] == 80
    assert served.http.get("/units/BD.1/points?as_of=2020-01-01").status_code == 404
    document = served.http.get("/api/v1/units/BD.3/why?as_of=2024-03-07").json()
    assert (document["to"]["total"], document["from"]["total"]) == (75, 60)


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("from=2024-03-11&to=2024-03-10", 422, "from"),
        ("from=soon", 422, "from"),
        ("to=1900-01-01", 422, "to"),
        ("from=2024-01-01&to=2024-03-11", 404, "2024-01-01"),
    ],
)
def test_a_time_that_cannot_be_explained_is_told_with_its_field(
    served: Served, asked: str, status: int, said: str
):
    answer = served.http.get(f"/units/BD.1/why?{asked}")
    assert answer.status_code == status
    assert said in answer.text
    if status == 422:
        assert served.http.get(f"/api/v1/units/BD.1/why?{asked}").json()["fields"][0]["field"] == said


def test_too_many_events_are_told_with_shorter_times(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "MOST_EVENTS", 3)
    answer = served.http.get("/units/BD.2/why?from=2024-03-04&to=2024-03-11")
    assert answer.status_code == 200, "it has none"
    answer = served.http.get("/units/BD.1/why?from=2024-03-05&to=2024-03-11")
    assert answer.status_code == 422
    assert "quá nhiều sự kiện" in answer.text
    assert "from=2024-03-10&amp;to=2024-03-11" in answer.text
    document = served.http.get("/api/v1/units/BD.1/why?from=2024-03-05&to=2024-03-11").json()
    assert document["fields"][0]["field"] == "from"


def test_the_race_has_its_lines_in_words_and_its_days_in_a_table(served: Served):
    page = served.http.get("/race").text
    assert 'aria-label="Thành phố Dĩ An: từ hạng 3 đến hạng 1, cao nhất 1, thấp nhất 3"' in page
    assert re.search(r"<th[^>]*>04/03/2024</th><th[^>]*>07/03/2024</th><th[^>]*>11/03/2024</th>", page)


def test_the_index_leads_to_the_dictionary_and_says_how_far_the_pipeline_is(served: Served):
    page = served.http.get("/index").text
    assert '/dictionary#handled"' in page
    words = served.http.get("/dictionary").text
    document = served.http.get("/api/v1/dictionary").json()
    assert "bi_fact_dossier" in {view["name"] for view in document["views"]}
    for view in document["views"]:
        assert f'id="{view["name"]}"' in words
        assert all(column["meaning"] for column in view["columns"])
    assert 'id="handled"' in words
    pipeline = served.http.get("/api/v1/pipeline").json()
    assert (pipeline["partitions"], pipeline["slowest"], pipeline["away_since"]) == (0, None, None)
