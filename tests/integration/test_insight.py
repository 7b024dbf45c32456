"""Where points are and why they moved, on a real installation: a replay of two days, told by ticks."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import openpyxl
import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from streams.core.periods import moment
from streams.insight import narrow
from streams.local.process import free_ports
from tests.board.conftest import Serving
from tests.integration.pipeline import Pipeline, until
from tests.integration.pipeline_world import (
    COMMUNES,
    WITH_FEE,
    event,
    local,
    received,
    reference_records,
    resolved,
    tick,
)

OWN, BETTER, FAR = COMMUNES[0], COMMUNES[1], COMMUNES[2]
FIRST, SECOND = local("2026-08-10 17:00"), local("2026-08-12 17:00")
AUGUST = "2026-08"
OF_DOSSIERS = (
    "RESOLVED_ON_TIME", "ONLINE_SUBMITTED", "PAYMENT_DOSSIER", "ORIGINAL_RESULT_AVAILABLE", "SO_HOA_GIAY_TO_GIAI_QUYET",
    "REUSED_DIGITIZED_DATA", "CITIZEN_DATA_CONNECTED_DOSSIER", "DOSSIER_RECEIVING_SATISFACTION",
)  # fmt: skip
"""Indicators that count dossiers, no more and no less."""


def first_day() -> Iterator[Any]:
    for number in range(4):
        code = f"{OWN}-260803-{number:04}"
        yield received(
            code, OWN, local("2026-08-03 08:00"), local("2026-08-11 08:00"), procedure_code=WITH_FEE
        )
    yield resolved(f"{OWN}-260803-0000", OWN, local("2026-08-05 08:00"))
    for number in range(3):
        code = f"{BETTER}-260803-{number:04}"
        yield received(code, BETTER, local("2026-08-03 08:00"), local("2026-08-20 08:00"), channel=2)
        yield event(
            "dossier.digitized", code, BETTER, local("2026-08-03 09:00"), has_digitized_component=True
        )
        yield resolved(code, BETTER, local("2026-08-05 08:00"))
    yield received(f"{FAR}-260803-0000", FAR, local("2026-08-03 08:00"), local("2026-08-04 08:00"))
    yield tick(FIRST)


def second_day() -> Iterator[Any]:
    yield resolved(f"{OWN}-260803-0001", OWN, local("2026-08-10 18:00"))
    yield event(
        "dossier.transferred", f"{OWN}-260803-0002", OWN, local("2026-08-10 19:00"), from_unit=OWN, to_unit=FAR,
        transferred_at=local("2026-08-10 19:00"),
    )  # fmt: skip
    yield event("dossier.rated", f"{OWN}-260803-0000", OWN, local("2026-08-11 10:00"), liked=False,
                rated_at=local("2026-08-11 10:00"))  # fmt: skip
    yield received(f"{OWN}-260812-0009", OWN, local("2026-08-12 08:00"), local("2026-08-20 08:00"), channel=2)
    yield event("petition.lodged", "PAKN.1", OWN, local("2026-08-12 09:00"), petition_class="staff",
                sent_at=local("2026-08-12 09:00"), direct=True)  # fmt: skip
    yield tick(SECOND, last=True)


def ask(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*words, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def shown(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "120", "NO_COLOR": "1"})
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def told(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """An installation that was told two days; every program asks it."""
    for name, text in pipeline.environ().items():
        monkeypatch.setenv(name, text)
    pipeline.send_reference(reference_records())
    with pipeline.running(clock="ticks"):
        pipeline.send(first_day())
        pipeline.await_scores(moment(FIRST))
        pipeline.send(second_day())
        pipeline.await_scores(moment(SECOND))
        pipeline.await_dossiers()
        wanted = {number: end - 1 for number, end in pipeline.ends().items() if end}
        until(
            "the archive is there, too",
            lambda: (
                {row["source_partition"]: row["source_offset"] for row in pipeline.rows("archive_progress")}
                == wanted
            ),
        )
    return pipeline


def test_a_move_is_explained_to_the_cent_and_gains_are_what_the_scorer_says(told: Pipeline):
    for unit in (OWN, FAR, "H98.1", "H98"):
        found = ask("why", unit, AUGUST, "--from", FIRST.isoformat(), "--to", SECOND.isoformat())
        assert found["unexplained"] == 0, found
        credits_ = [one["credit"] for one in found["causes"]] + [
            found["catalogue"],
            found["other_causes"]["credit"],
        ]
        assert round(sum(credits_), 2) == found["difference"]
        assert round(sum(found["indicators"].values()), 2) == found["difference"]
        assert found["recounted"]["to"] == found["to"]["total"]
        assert found["recounted"]["from"] == found["from"]["total"]

    for unit in ("H98", OWN):
        whole = ask("why", unit, AUGUST, "--from", FIRST.isoformat(), "--to", SECOND.isoformat())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(narrow, "NARROW_FROM", 0)
            assert ask("why", unit, AUGUST, "--from", FIRST.isoformat(), "--to", SECOND.isoformat()) == whole

    found = ask("why", OWN, AUGUST, "--from", FIRST.isoformat(), "--to", SECOND.isoformat())
    causes = {one["code"]: [step["cause"] for step in one["steps"]] for one in found["causes"]}
    assert causes[f"{OWN}-260803-0003"] == ["clock"], "nobody touched it: its due date passed"
    assert causes[f"{OWN}-260803-0000"] == ["dossier.rated"]
    assert causes[f"{OWN}-260803-0002"] == ["dossier.transferred"]
    assert causes[f"{OWN}-260812-0009"] == ["dossier.received"]
    assert "vì sao đổi điểm" in shown("why", OWN, AUGUST, "--from", FIRST.isoformat())
    refused = CliRunner().invoke(app, ["why", OWN, AUGUST, "--from", "2026-08-20", "--to", "2026-08-12"])
    assert refused.exit_code == 2

    found = ask("gains", OWN, AUGUST)
    gains = {one["indicator"]: one for one in found["gains"]}
    assert [one["points_per_one"] for one in found["gains"]] == sorted(
        (one["points_per_one"] for one in found["gains"]), reverse=True
    )
    digitized = gains["SO_HOA_GIAY_TO_GIAI_QUYET"]
    assert (digitized["missed"], digitized["needed"]["target"], digitized["points_per_one"]) == (4, 4, 1.0)
    assert {one["code"] for one in digitized["work"]} == {
        f"{OWN}-260803-0000", f"{OWN}-260803-0001", f"{OWN}-260803-0003", f"{OWN}-260812-0009",
    }  # fmt: skip
    on_time = gains["RESOLVED_ON_TIME"]
    assert [(one["code"], one["reason"]) for one in on_time["work"]] == [
        (f"{OWN}-260803-0003", "missed"),
        (f"{OWN}-260812-0009", "at_risk"),
    ]
    online = gains["ONLINE_SUBMITTED"]
    assert (online["how"], online["peer"]["unit_code"], online["peer"]["score"]) == ("next", BETTER, 6.0)
    assert "điểm nằm ở đâu" in shown("gains", OWN, AUGUST)

    same = ask("gains", OWN, AUGUST, "--what-if", "digitized=0")
    assert (same["what_if"]["change"], same["what_if"]["rank"]) == (0, same["rank"])
    better = ask("gains", OWN, AUGUST, "--what-if", f"digitized={digitized['needed']['target']}")
    assert better["what_if"]["change"] == digitized["lost"]
    assert "giả định" in shown("gains", OWN, AUGUST, "--what-if", "digitized=1")
    for mistake, said in (("digitized", "COUNTER=COUNT"), ("digitized=99", "99 is more than handled: 4")):
        result = CliRunner().invoke(app, ["gains", OWN, AUGUST, "--what-if", mistake])
        assert result.exit_code == 2
        assert said in result.stderr

    with Serving(told.settings.model_copy(update={"board_port": free_ports(1)[0], "board_rate": 0})) as board:
        check_board(httpx.Client(base_url=board.url, timeout=120))


def check_board(http: httpx.Client) -> None:
    """Pages 3 and 4 show what the commands say, and what the API says."""
    place = f"/units/{OWN}"
    assert (
        http.get(f"/api/v1{place}/points?period={AUGUST}").json()["gains"]
        == ask("gains", OWN, AUGUST, "--work", "8")["gains"]
    )
    page = http.get(f"{place}/points?period={AUGUST}&w.digitized=4")
    assert page.status_code == 200
    answer = http.get(f"/api/v1{place}/what-if?period={AUGUST}&w.digitized=4").json()["what_if"]
    assert answer == ask("gains", OWN, AUGUST, "--what-if", "digitized=4")["what_if"]
    assert f'<data class="num" value="{answer["total"]:.2f}">' in page.text
    assert f"{OWN}-260812-0009" in page.text
    english = http.get(f"{place}/points?period={AUGUST}&lang=en").text
    assert "Where the points are" in english
    assert "Digitised dossiers" in english

    check_effects(http)
    then = http.get(
        f"/api/v1{place}/points?period={AUGUST}&as_of={FIRST.isoformat().replace('+', '%2B')}"
    ).json()
    assert then["total"] == ask("why", OWN, AUGUST, "--from", FIRST.isoformat())["from"]["total"]
    assert then["gains"] == ask("gains", OWN, AUGUST, "--as-of", FIRST.isoformat())["gains"]
    assert all(one["work"] == [] for one in then["gains"]), "facts are of now"
    assert http.get(f"{place}/points?period={AUGUST}&as_of=2020-01-01").status_code == 404

    span = {"period": AUGUST, "from": FIRST.isoformat(), "to": SECOND.isoformat()}
    told = ask("why", OWN, AUGUST, "--from", FIRST.isoformat(), "--to", SECOND.isoformat())
    document = http.get(f"/api/v1{place}/why", params=span).json()
    assert document["causes"] == told["causes"]
    page = http.get(f"{place}/why", params=span)
    credits_ = [int(cents) for cents in re.findall(r'data-credit="(-?\d+)"', page.text)]
    assert sum(credits_) == round(told["difference"] * 100)
    assert "đến hạn mà chưa xong" in page.text

    sheet = http.get(f"/export/ranking.xlsx?period={AUGUST}&level=commune")
    assert openpyxl.load_workbook(io.BytesIO(sheet.content)).active["G2"].value == f"Đơn vị {BETTER}"
    assert "ranking-commune-2026-08.xlsx" in sheet.headers["content-disposition"]
    rows = http.get(f"/export/dossiers.json?period={AUGUST}&unit={OWN}").json()
    assert len(rows) == 4
    for address, status in (
        ("/units/nobody/points", 404),
        (f"{place}/points?period={AUGUST}&w.digitized=99", 422),
        (f"{place}/points?period={AUGUST}&w.digitized=x", 422),
        (f"/api/v1{place}/what-if?period={AUGUST}&w.nothing=1", 422),
        (f"{place}/why?from=soon", 422),
        (f"{place}/why?period={AUGUST}&from=2026-08-20&to=2026-08-12", 422),
        ("/export/nothing.csv", 404),
        ("/export/ranking.doc", 422),
        ("/export/points_lost.csv?as_of=2026-08-12", 200),
        ("/export/history.csv?as_of=2026-08-12", 422),
        (f"/dossiers/{OWN}-260803-0000?period=2026-07", 404),
        (f"/dossiers/{OWN}-260803-0000?period=soon", 422),
    ):
        assert http.get(address).status_code == status, address


def check_effects(http: httpx.Client) -> None:
    """What all dossiers together do to the indicators of a unit and of those above are its published figures."""
    codes = [row["dossier_code"] for row in http.get(f"/export/dossiers.json?period={AUGUST}").json()]
    assert len(codes) == 9
    counted: dict[tuple[str, str], list[int]] = {}
    for code in codes:
        for period in http.get(f"/api/v1/dossiers/{code}").json()["effects"]:
            for effect in period["effects"] if period["period"] == AUGUST else ():
                for unit, worth in effect["worth"].items():
                    sums = counted.setdefault((unit, effect["indicator"]), [0, 0])
                    sums[0] += effect["counts"]
                    sums[1] += 1
                    assert effect["by_procedure"] == (worth is None)
    checked = 0
    for unit in (OWN, BETTER, FAR, "H98.1", "H98"):
        for group in http.get(f"/api/v1/units/{unit}?period={AUGUST}").json()["groups"]:
            for one in group["indicators"]:
                if one["code"] in OF_DOSSIERS and one["denominator"]:
                    found = counted.get((unit, one["code"]), [0, 0])
                    assert found == [one["numerator"], one["denominator"]], (unit, one["code"])
                    checked += 1
    assert checked > 20
    page = http.get(f"/dossiers/{OWN}-260803-0003?period={AUGUST}").text
    assert "đang trễ" in page
    assert f"/units/{OWN}?period={AUGUST}" in page
    late = http.get(f"/dossiers/{OWN}-260803-0003?lang=en").text
    assert "does not count" in late
