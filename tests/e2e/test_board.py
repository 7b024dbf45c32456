"""What a person does with the board, in a browser."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from schemas.events import Event
from streams.intake.topic_admin import create_topics
from tests.board.conftest import Served, await_true
from tests.board.story import tell_dossiers, tell_reference
from tests.e2e.conftest import Faults
from tests.integration.pipeline_world import local, procedure, received, resolved, unit
from tests.sinks.row_examples import START, Figures, alert, indicators, score

FORMULA = "article-2024"
DAY = 86_400_000
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PATIENCE = 120_000
DISTRICTS = ["Thành phố Thuận An", "Thành phố Dĩ An", "Huyện Dầu Tiếng", "Huyện Đồng Phú", "Thị xã Bến Cát"]


RECORDS = [
    unit("H09", "province", None, "Tỉnh Bình Dương"),
    *(unit(f"BD.{n}", "district", "H09", name) for n, name in enumerate(DISTRICTS)),
    procedure("1.000001", executing_levels=["district"]),
]
LATE = "BD-240304-0001"
"""The dossier that a person finds: late, without a result, and received at the counter."""


def story() -> Iterator[Event]:
    for number in range(1, 9):
        code = f"BD-240304-{number:04}"
        yield received(
            code, "BD.0", local("2024-03-04 08:00"), local("2024-03-06 08:00"), procedure_code="1.000001"
        )
        yield resolved(code, "BD.0", local("2024-03-07 08:00" if code == LATE else "2024-03-05 08:00"))


def told(served: Served, day: int, totals: list[str]) -> None:
    """Write one day's scores."""
    rows = [
        score(f"BD.{n}", total, formula=FORMULA, name=DISTRICTS[n], as_of=START + day * DAY, version=day)
        for n, total in enumerate(totals)
    ]
    served.sink.write_indicators(
        [
            indicators(
                row.unit_code,
                Figures("RESOLVED_ON_TIME", "16.5", "20"),
                Figures("ORIGINAL_RESULT_AVAILABLE", "4", "5", "MDSH"),
                formula=FORMULA,
                as_of=row.as_of,
                version=day,
            )
            for row in rows
        ]
    )
    served.sink.write_scores(rows)


@pytest.fixture(scope="module", autouse=True)
def filled(served: Served) -> None:
    told(served, 60, ["70", "71", "72", "73", "60"])
    told(served, 80, ["90", "85", "80", "75", "70"])
    tell_reference(served, RECORDS)
    tell_dossiers(served, list(story()), RECORDS)
    served.sink.write_alerts([alert("BD.0", 1, "raised"), alert("BD.1", 1, "raised")])
    create_topics(served.settings, served.settings.kafka)
    await_true(lambda: served.http.get("/").status_code == 200)
    await_true(lambda: served.http.get("/api/v1/ranking").json()["rows"][0]["total"] == 90)


def units(page: Page) -> list[str]:
    return [row.get_attribute("data-unit") or "" for row in page.locator("tr[data-unit]").all()]


def test_a_change_of_rank_arrives_without_reload(page: Page, served: Served):
    page.goto("/")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#connection")).to_be_hidden()
    assert units(page)[:2] == ["BD.0", "BD.1"]
    told(served, 81, ["90", "95", "80", "75", "70"])
    expect(page.locator("tr[data-unit]").first).to_have_attribute("data-unit", "BD.1", timeout=PATIENCE)
    expect(page.locator("tr[data-unit] .total data").first).to_have_text("95,00")
    assert page.evaluate("window.sameDocument")


def test_from_the_ranking_to_a_unit_and_its_report(page: Page):
    page.goto("/")
    page.get_by_role("link", name="Huyện Dầu Tiếng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Huyện Dầu Tiếng")
    page.get_by_role("link", name="Trang lãnh đạo (A4)").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kết quả Bộ chỉ số 766 của Huyện Dầu Tiếng")


@pytest.mark.parametrize("width", [1440, 390])
def test_by_links_alone_from_the_ranking_down_to_a_dossier_and_back_up(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 844})
    heading = page.get_by_role("heading", level=1)
    page.goto("/")
    page.get_by_role("link", name=DISTRICTS[0]).click()
    expect(heading).to_have_text(DISTRICTS[0])
    page.get_by_role("row").filter(has_text="đúng hạn").get_by_role("link").click()
    expect(heading).to_contain_text("Điểm nằm ở đâu")
    line = page.locator("tr[data-indicator=RESOLVED_ON_TIME]")
    expect(line).to_contain_text("8 / 10")
    line.get_by_role("link", name="hồ sơ nào").click()
    page.get_by_role("heading", name="đúng hạn").locator("+ ul").get_by_role("link", name=LATE).click()
    expect(heading).to_have_text(f"Hồ sơ {LATE}")
    line = page.locator("tr[data-indicator=RESOLVED_ON_TIME]")
    expect(line).to_contain_text("không đạt")
    expect(line).to_contain_text("đã xong trễ")
    expect(line).to_contain_text("−2,0000")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".crumbs").get_by_role("link", name=DISTRICTS[0]).click()
    expect(heading).to_have_text(DISTRICTS[0])


def test_the_way_from_a_fallen_rank_to_who_passed(page: Page):
    page.goto("/units/BD.3")
    page.get_by_role("link", name="Vì sao đổi điểm").click()
    expect(page.get_by_role("heading", name="Ai đã vượt lên hoặc đuổi kịp")).to_be_visible()
    rivals = page.locator("tr[data-rival]")
    assert {row.get_attribute("data-rival") for row in rivals.all()} >= {"BD.0", "BD.1", "BD.2"}
    rivals.first.get_by_role("link", name="Vì sao họ đổi điểm").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(DISTRICTS[3])


def test_the_ranking_is_taken_away_as_a_sheet_that_opens(page: Page, served: Served, tmp_path: Path):
    page.goto("/")
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("link", name="XLSX").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    head, *rows = openpyxl.load_workbook(saved).active.iter_rows(values_only=True)
    assert saved.suffix == ".xlsx"
    place, total = head.index("Mã đơn vị"), head.index("Tổng điểm")
    shown = served.http.get("/api/v1/ranking").json()["rows"]
    assert [(row[place], float(row[total])) for row in rows] == [
        (one["unit_code"], one["total"]) for one in shown
    ]


def test_travel_to_a_day_and_back(page: Page):
    page.goto("/?period=2024-Q1")
    page.get_by_label("Như vào ngày").fill("2024-03-05")
    page.wait_for_url("**as_of=2024-03-05**")
    expect(page.locator("tr[data-unit] .total data").first).to_have_text("73,00")
    page.get_by_role("link", name="Về hiện tại").click()
    expect(page.locator(".pill.live")).to_be_visible()


def test_english_and_dark_by_a_click_each_and_kept(page: Page):
    page.goto("/")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ranking of districts")
    page.get_by_role("link", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 21, 27)"
    page.goto("/race")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The race")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/units/BD.0",
        "/units/BD.0/points",
        "/units/BD.0/why",
        "/race",
        "/index",
        "/dictionary",
        f"/dossiers/{LATE}",
        "/deadlines",
        "/nowhere",
    ],
)
def test_no_page_is_wider_than_a_phone(page: Page, faults: Faults, path: str):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if path == "/nowhere":
        faults[:] = [fault for fault in faults if "404" not in fault]


def test_a_name_is_found_by_keyboard_alone(page: Page):
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("dong phu")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=dong+phu**")
    assert units(page) == ["BD.3"]


def test_the_race_plays(page: Page):
    page.goto("/race?period=2024-Q1")
    covered, end = page.locator("#played rect"), page.locator(".bump").get_attribute("data-right") or ""
    page.locator("[data-day]").fill("0")
    expect(covered).to_have_attribute("width", "44")
    page.get_by_role("button", name="Chạy").click()
    expect(covered).to_have_attribute("width", end, timeout=PATIENCE)


def test_the_first_paint_needs_no_script(chromium, served: Served):
    context = chromium.new_context(java_script_enabled=False, base_url=served.url)
    page = context.new_page()
    page.goto("/")
    assert len(units(page)) == 5
    page.goto("/race?period=2024-Q1")
    assert page.locator(".runner").count() == 5
    context.close()


def test_the_leaders_page_prints_on_one_sheet(page: Page):
    page.goto("/units/BD.0/report")
    printed = page.pdf(format="A4")
    assert printed.count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/units/BD.0",
        "/units/BD.0/report",
        "/units/BD.0/points",
        "/units/BD.3/why",
        "/race",
        f"/dossiers/{LATE}",
        "/deadlines",
        "/index",
        "/dictionary",
    ],
)
def test_axe_finds_nothing_serious(page: Page, path: str, theme: str):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(path)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then((result) => result.violations)")
    serious = [
        (one["id"], node["target"], node["failureSummary"])
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]
    assert not serious


def test_an_alert_is_taken_on_without_a_script_and_enter_alone_does_nothing(chromium, served: Served):
    context = chromium.new_context(java_script_enabled=False, base_url=served.url)
    page = context.new_page()
    page.goto("/deadlines?unit=BD.0")
    page.get_by_label("Tài khoản hoặc chức danh").fill("van-phong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Đã gửi")).to_have_count(0)
    page.get_by_role("button", name="Nhận việc").click()
    page.wait_for_url("**unit=BD.0&done=ack")
    expect(page.get_by_text("Đã gửi việc nhận")).to_be_visible()
    expect(page.get_by_label("Tài khoản hoặc chức danh")).to_have_value("van-phong")
    context.close()


def test_a_new_state_of_an_alert_arrives_without_reload(page: Page, served: Served):
    page.goto("/deadlines?unit=BD.1")
    page.evaluate("window.sameDocument = true")
    served.sink.write_alerts([alert("BD.1", 2, "acknowledged", by="mot-cua")])
    expect(page.get_by_text("đã nhận: mot-cua")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("window.sameDocument")
