"""The ranking as page and as document: what it shows equals what ClickHouse holds."""

import re
from decimal import Decimal

import httpx
import pytest

from streams.sinks.connection import connect
from tests.board.conftest import Served, await_seen, await_true
from tests.sinks.row_examples import START, score

FORMULA = "article-2024"
DAY = 86_400_000
TOTALS = {
    "Thành phố Thuận An": "90.90",
    "Thành phố Dĩ An": "90.70",
    "Huyện Dầu Tiếng": "88.20",
    "Huyện Phú Giáo": "87.40",
    "Thị xã Bến Cát": "87.40",
    "<script>alert('Đ')</script>": "50",
}


@pytest.fixture(scope="module", autouse=True)
def filled(served: Served) -> None:
    now = [
        score(f"BD.{n}", total, name=name, formula=FORMULA, as_of=START + 80 * DAY, version=2)
        for n, (name, total) in enumerate(TOTALS.items())
    ]
    before = [row._replace(period="2023-Q4", total=Decimal(60 + n)) for n, row in enumerate(now)]
    earlier = [row._replace(total=Decimal(70), as_of=START + DAY, version=1) for row in now]
    nobody = score(
        "BD.9", None, name="Huyện Bàu Bàng", formula=FORMULA, as_of=START + DAY, groups={"CKMB": "8"}
    )
    served.sink.write_scores([*earlier, nobody])
    served.sink.write_scores(
        [*now, *before, score("H09", "89.86", name="Tỉnh Bình Dương", level="province", formula=FORMULA)]
    )
    await_seen(served, FORMULA, "province", "2024-Q1")
    await_seen(served, FORMULA, "district", "2024-Q1")
    await_true(lambda: served.http.get("/api/v1/ranking").json()["rows"][0]["total"] == 90.9)


def shown_totals(page: str) -> list[tuple[str, str]]:
    return re.findall(r'data-unit="([^"]+)" data-total="([^"]*)"', page)


def test_every_total_of_the_page_equals_the_documents_and_clickhouses(served: Served):
    page = served.http.get("/").text
    document = served.http.get("/api/v1/ranking").json()
    client = connect(served.settings, "reader")
    stored = client.execute(
        "SELECT unit_code, toString(total), rank FROM ranking"
        " WHERE level = 'district' AND period = '2024-Q1' ORDER BY position"
    )
    client.disconnect()
    assert [(code, Decimal(total or "-1")) for code, total in shown_totals(page)] == [
        (code, Decimal(total or "-1")) for code, total, _ in stored
    ]
    assert [(row["unit_code"], row["rank"]) for row in document["rows"]] == [
        (code, rank) for code, _, rank in stored
    ]
    assert [row["total"] for row in document["rows"]] == [
        None if total is None else float(total) for _, total, _ in stored
    ]


def test_a_missing_total_is_a_dash_and_not_zero(served: Served):
    row = served.http.get("/api/v1/ranking", params={"q": "bau bang"}).json()["rows"][0]
    assert (row["total"], row["rank"], row["grade"], row["groups"]["TDGQ"]) == (None, None, None, None)
    page = served.http.get("/", params={"q": "bau bang"}).text
    cell = re.search(r'class="n total"><b>(.*?)</b>', page)
    assert cell is not None
    assert "–" in cell[1]
    assert "0" not in re.sub(r"<[^>]+>", "", cell[1])


def test_names_that_look_like_a_script_show_as_text(served: Served):
    page = served.http.get("/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(" in page
    sought = served.http.get("/", params={"q": '"><img src=x onerror=alert(1)>'}).text
    assert "<img" not in sought


def test_a_name_is_found_without_its_marks(served: Served):
    found = served.http.get("/api/v1/ranking", params={"q": "dau tieng"}).json()
    assert [row["unit_name"] for row in found["rows"]] == ["Huyện Dầu Tiếng"]
    assert (found["matching"], found["units"]) == (1, 7)


def test_pages_hold_every_unit_once(served: Served):
    pages = [served.http.get("/api/v1/ranking", params={"size": 3, "page": n}).json() for n in (1, 2, 3)]
    codes = [row["unit_code"] for page in pages for row in page["rows"]]
    assert len(codes) == len(set(codes)) == 7
    assert pages[0]["pages"] == 3


def test_the_past_is_shown_as_it_was(served: Served):
    then = served.http.get("/api/v1/ranking", params={"as_of": "2024-01-10", "period": "2024-Q1"}).json()
    assert {row["total"] for row in then["rows"]} == {70.0, None}
    assert "Xem lại quá khứ" in served.http.get("/", params={"as_of": "2024-01-10", "period": "2024-Q1"}).text


def test_the_menu_is_vietnamese_first_and_english_on_demand(served: Served):
    assert '<html lang="vi"' in served.http.get("/").text
    chosen = httpx.get(f"{served.url}/look", params={"lang": "en", "back": "/?level=district"})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/?level=district")
    english = served.http.get("/", headers={"cookie": "lang=en"}).text
    assert '<html lang="en"' in english
    assert "90.90" in english
    assert "90,90" not in english


@pytest.mark.parametrize("elsewhere", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_a_choice_of_language_leads_nowhere_else(served: Served, elsewhere: str):
    chosen = httpx.get(f"{served.url}/look", params={"lang": "en", "back": elsewhere})
    assert chosen.headers["location"] == "/"


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("?period=2024-13", 422, "period"),
        ("?as_of=yesterday", 422, "as_of"),
        ("?as_of=0001-01-01", 422, "as_of"),
        ("?size=many", 422, "size"),
        ("?page=0", 422, "page"),
        ("?period=1999", 404, "1999"),
        ("?level=village", 404, "village"),
        ("?formula=none", 404, "none"),
        ("?as_of=2001-01-01", 404, "2001-01-01"),
        ("no-such-page", 404, ""),
    ],
)
def test_what_cannot_be_answered_is_said_with_its_reason(served: Served, query: str, status: int, named: str):
    page = served.http.get(f"/{query}")
    assert page.status_code == status
    assert named in page.text
    assert '<html lang="vi"' in page.text
    document = served.http.get(f"/api/v1/ranking{query}" if query.startswith("?") else f"/api/{query}")
    assert document.status_code == status
    assert named in document.text
    assert document.json()["error"]


def test_the_same_figures_are_not_sent_twice(served: Served):
    first = served.http.get("/")
    again = served.http.get("/", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert served.http.get("/", headers={"cookie": "lang=en"}).headers["etag"] != first.headers["etag"]


def test_the_first_paint_is_light_and_fetches_nothing_from_elsewhere(served: Served):
    page = served.http.get("/")
    addresses = re.findall(r'(?:href|src)="([^"]+)"', page.text)
    assert all(one.startswith(("/", "#")) for one in addresses)
    style = served.http.get("/static/board.css").text
    parts = re.findall(r'url\("([^"]+)"\)', style)
    assert parts
    files = {f"/static/{part}" for part in parts} | {"/static/board.css", "/static/board.js"}
    assert sum(len(served.http.get(file).content) for file in files) + len(page.content) < 300_000


def test_browsers_are_kept_safe(served: Served):
    for path in ("/", "/api/v1/ranking", "/nowhere", "/static/board.css"):
        headers = served.http.get(path).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert "style=" not in served.http.get("/").text
    assert (
        "access-control-allow-origin"
        not in served.http.get("/", headers={"origin": "https://x.example"}).headers
    )


def test_a_change_reaches_a_viewer(served: Served):
    with served.http.stream("GET", "/api/v1/changes") as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("event:")) == "event: moment"
        served.sink.write_scores(
            [score("BD.5", "99", formula=FORMULA, name="Mới", as_of=START + 81 * DAY, version=3)]
        )
        assert next(line for line in lines if line.startswith("event: changed"))
        told = next(line for line in lines if line.startswith("data:"))
    assert '["article-2024", "district", "2024-Q1"]' in told
    assert served.http.get("/api/v1/ranking").json()["rows"][0]["unit_code"] == "BD.5"
