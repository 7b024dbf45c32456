"""The page of deadlines: every figure is ClickHouse's, and what people do reaches the topic of actions."""

import io
import re

import httpx
import openpyxl
import pytest
from kafka import KafkaConsumer, TopicPartition

from schemas.alerts import parse_action
from schemas.topics import load_topic
from streams.intake.topic_admin import create_topics
from streams.local.process import free_ports
from streams.local.servers import LocalServers
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations
from tests.board.conftest import PATIENCE, Served, Serving, await_true, settings_of
from tests.board.story import tell_reference
from tests.integration.pipeline_world import unit
from tests.sinks.row_examples import alert, score

OFFICE = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module", autouse=True)
def filled(served: Served) -> None:
    served.sink.write_scores(
        [
            score("BD.1", "90", name="Thành phố <b>Thuận An</b>"),
            score("H09", "90", name="Tỉnh Thử", level="province")._replace(parent_code=""),
        ]
    )
    tell_reference(served, [unit("H09", "province", None), unit("BD.1", "district", "H09")])
    served.sink.write_alerts(
        [
            alert("BD.1", 1, "raised"),
            alert("BD.2", 1, "raised", kind="dossier_due_today", severity="warning"),
            alert("BD.3", 1, "raised", kind="stage_late", severity="warning", stage_id="THAM_DINH"),
            alert("BD.4", 1, "raised"),
            alert("BD.4", 2, "resolved"),
            alert("BD.5", 2, "acknowledged", kind="dossier_due_tomorrow", severity="info", by="van-phong"),
        ]
    )
    create_topics(served.settings, served.settings.kafka)
    await_true(lambda: served.http.get("/api/v1/alerts").json().get("total") == 4)


def alert_id(served: Served, unit: str) -> str:
    found = served.http.get("/api/v1/alerts", params={"unit": unit}).json()["alerts"]
    return str(found[0]["alert_id"])


def actions(served: Served) -> list[bytes]:
    """Return everything in the topic of actions."""
    partition = TopicPartition(load_topic("alert-actions").full_name(served.settings), 0)
    consumer = KafkaConsumer(bootstrap_servers=served.settings.kafka.split(","))
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end = consumer.end_offsets([partition])[partition]
    found: list[bytes] = []
    while consumer.position(partition) < end:
        found += [one.value for batch in consumer.poll(1000).values() for one in batch]
    consumer.close()
    return found


def test_counts_equal_clickhouses(served: Served):
    document = served.http.get("/api/v1/deadlines").json()
    client = connect(served.settings, "reader")
    stored = client.execute(
        "SELECT unit_code, state, stage_id, dossiers FROM deadline_counts ORDER BY unit_code, state, stage_id"
    )
    client.disconnect()
    shown = [
        (one["unit_code"], one["state"], one["stage_id"] or "", one["dossiers"]) for one in document["counts"]
    ]
    assert shown == stored
    assert len(stored) == 4
    assert {state: many for state, many in document["totals"].items() if many} == {
        "late": 1,
        "due_today": 1,
        "due_tomorrow": 1,
        "stage_late": 1,
    }
    assert served.http.get("/api/v1/deadlines", params={"unit": "BD.1"}).json()["totals"]["due_today"] == 0


@pytest.mark.parametrize(
    ("asked", "units"),
    [
        ({}, ["BD.1", "BD.2", "BD.3", "BD.5"]),
        ({"state": "due_today"}, ["BD.2"]),
        ({"stage": "THAM_DINH"}, ["BD.3"]),
        ({"status": "acknowledged"}, ["BD.5"]),
        ({"unit": "BD.4"}, []),
        ({"unit": "H09"}, ["BD.1"]),
        ({"unit": "H09", "state": "due_today"}, []),
        ({"size": "1", "page": "4"}, ["BD.5"]),
    ],
)
def test_alerts_are_narrowed_and_paged(served: Served, asked: dict[str, str], units: list[str]):
    found = served.http.get("/api/v1/alerts", params=asked).json()["alerts"]
    assert sorted(one["unit_code"] for one in found) == units
    page = served.http.get("/deadlines", params=asked)
    assert re.findall(r'data-alert="([0-9a-f]{32})"', page.text) == [one["alert_id"] for one in found]


def test_a_unit_above_sees_the_deadlines_of_those_below_it(served: Served):
    document = served.http.get("/api/v1/deadlines", params={"unit": "H09"}).json()
    assert [(one["unit_code"], one["state"]) for one in document["counts"]] == [("BD.1", "late")]
    assert {state: many for state, many in document["totals"].items() if many} == {"late": 1}
    assert [one["level"] for one in document["units"]] == ["province", "district"]
    page = served.http.get("/deadlines", params={"unit": "H09"}).text
    assert '<option value="H09" selected>Tỉnh Thử</option>' in page
    assert 'optgroup label="cấp tỉnh"' in page


def test_alerts_are_taken_away_with_the_filters_in_force(served: Served):
    shown = served.http.get("/api/v1/alerts", params={"unit": "H09"}).json()["alerts"]
    asked = {"unit": "H09", "status": "raised"}
    answer = served.http.get("/export/alerts.json", params=asked)
    assert answer.status_code == 200, answer.text
    assert [one["alert_id"] for one in answer.json()] == [one["alert_id"] for one in shown]
    assert answer.json()[0]["what"] == "Trễ hạn"
    assert 'filename="alerts-H09-raised.json"' in answer.headers["content-disposition"]
    assert served.http.get("/export/alerts.json", params={**asked, "state": "due_today"}).json() == []
    sheet = openpyxl.load_workbook(io.BytesIO(served.http.get("/export/alerts.xlsx").content)).active
    assert sheet.max_row - 1 == served.http.get("/api/v1/alerts").json()["total"] == 4
    csv = served.http.get("/export/alerts.csv", params={"stage": "THAM_DINH"}).text
    assert len(csv.splitlines()) == 2
    assert served.http.get("/export/alerts.json", params={"as_of": "2024-03-01"}).status_code == 422
    assert served.http.get("/export/alerts.json", params={"state": "soon"}).status_code == 422
    assert "/export/alerts.xlsx?unit=H09" in served.http.get("/deadlines", params={"unit": "H09"}).text


def test_the_page_speaks_both_languages_and_shows_names_as_text(served: Served):
    vietnamese = served.http.get("/deadlines").text
    english = served.http.get("/deadlines", params={"lang": "en"}).text
    assert "Hồ sơ BD.1-240301-0001 trễ hạn" in vietnamese
    assert "Nobody" not in vietnamese
    assert "Deadlines and alerts" in english
    assert "&lt;b&gt;Thuận An" in vietnamese
    assert "<b>Thuận An" not in vietnamese
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! src=)", vietnamese)
    assert "<h1" not in served.http.get("/deadlines", params={"part": "live"}).text


def test_a_form_without_a_script_reaches_the_topic_once(served: Served):
    before = len(actions(served))
    wanted = alert_id(served, "BD.1")
    answer = served.http.post(
        "/deadlines/actions",
        data={"act": f"snooze-24:{wanted}", "by": "văn-phòng", "back": "/deadlines?unit=BD.1"},
        headers={"origin": served.url},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/deadlines?unit=BD.1&done=snooze")
    sent = parse_action(actions(served)[-1])
    assert len(actions(served)) == before + 1
    assert (sent.alert_id, sent.action, sent.by) == (wanted, "snooze", "văn-phòng")
    assert sent.until == sent.at + 24 * 3_600_000
    assert "Đã gửi việc hoãn" in served.http.get(answer.headers["location"]).text
    served.http.cookies.clear()


def test_a_program_acts_through_the_api(served: Served):
    wanted = alert_id(served, "BD.2")
    answer = served.http.post(f"/api/v1/alerts/{wanted}/actions", json={"action": "ack", "by": "so-tttt"})
    assert answer.status_code == 202
    assert parse_action(actions(served)[-1]).action_id == answer.json()["action_id"]


@pytest.mark.parametrize(
    ("headers", "form", "status"),
    [
        ({}, {}, 403),
        ({"origin": "https://elsewhere.example"}, {}, 403),
        ({"origin": "null"}, {}, 403),
        ({"sec-fetch-site": "cross-site"}, {}, 403),
        (OFFICE, {"by": "  "}, 422),
        (OFFICE, {"by": "x" * 300}, 422),
        (OFFICE, {"by": "a\nb"}, 422),
        (OFFICE, {"act": "delete:" + "0" * 32}, 422),
        (OFFICE, {"act": "snooze:" + "0" * 32}, 422),
        (OFFICE, {"act": "snooze-99999:" + "0" * 32}, 422),
        (OFFICE, {"act": "ack:" + "0" * 31}, 422),
        (OFFICE, {"act": "ack:" + "0" * 32}, 404),
        (OFFICE, {"back": "x" * 30_000}, 422),
    ],
)
def test_what_must_not_act_does_not(
    served: Served, headers: dict[str, str], form: dict[str, str], status: int
):
    before = len(actions(served))
    told = {"act": f"ack:{alert_id(served, 'BD.1')}", "by": "office", **form}
    assert served.http.post("/deadlines/actions", data=told, headers=headers).status_code == status
    assert len(actions(served)) == before


def test_the_api_wants_an_actor_and_its_own_site(served: Served):
    address = f"/api/v1/alerts/{alert_id(served, 'BD.1')}/actions"
    nobody = served.http.post(address, json={"action": "ack"})
    assert (nobody.status_code, nobody.json()["fields"][0]["field"]) == (422, "by")
    elsewhere = served.http.post(
        address, json={"action": "ack", "by": "x"}, headers={"origin": "https://elsewhere.example"}
    )
    assert elsewhere.status_code == 403


def test_no_page_leads_out_of_the_board(served: Served):
    told = {"act": f"ack:{alert_id(served, 'BD.1')}", "by": "office", "back": "//elsewhere.example/deadlines"}
    answer = served.http.post("/deadlines/actions", data=told, headers=OFFICE)
    assert answer.headers["location"] == "/deadlines?done=ack"
    served.http.cookies.clear()


def test_a_proxy_names_who_acts_and_a_board_may_be_one_to_look_at_only(served: Served):
    wanted = alert_id(served, "BD.3")
    first, second = free_ports(2)
    proxied = served.settings.model_copy(update={"board_port": first, "board_user_header": "X-Remote-User"})
    with Serving(proxied) as serving, httpx.Client(base_url=serving.url, timeout=PATIENCE) as http:
        answer = http.post(
            f"/api/v1/alerts/{wanted}/actions",
            json={"action": "ack", "by": "somebody else"},
            headers={"x-remote-user": "lãnh-đạo".encode()},
        )
        assert answer.json()["by"] == "lãnh-đạo"
    shut = served.settings.model_copy(update={"board_port": second, "board_actions": False})
    with Serving(shut) as serving, httpx.Client(base_url=serving.url, timeout=PATIENCE) as http:
        refused = http.post(f"/api/v1/alerts/{wanted}/actions", json={"action": "ack", "by": "x"})
        assert refused.status_code == 403
        assert 'name="act"' not in http.get("/deadlines").text


def test_an_action_that_kafka_does_not_take_is_told(served: Served):
    first, nobody = free_ports(2)
    lonely = served.settings.model_copy(update={"board_port": first, "kafka": f"127.0.0.1:{nobody}"})
    wanted = alert_id(served, "BD.3")
    with Serving(lonely) as serving, httpx.Client(base_url=serving.url, timeout=PATIENCE) as http:
        answer = http.post("/deadlines/actions", data={"act": f"ack:{wanted}", "by": "x"}, headers=OFFICE)
    assert answer.status_code == 503
    assert "Chưa gửi được thao tác" in answer.text


def test_a_database_without_alerts_says_what_to_run(served: Served, servers: LocalServers):
    bare = settings_of(servers)
    Migrations(bare).up()
    client = connect(bare, "migrator")
    for view in ("deadline_counts", "deadlines", "open_alerts"):
        client.execute(f"DROP VIEW {view}")
    with Serving(bare) as serving, httpx.Client(base_url=serving.url, timeout=PATIENCE) as http:
        answer = http.get("/deadlines")
        document = http.get("/api/v1/deadlines").json()
    client.execute(f"DROP DATABASE {bare.clickhouse_database} SYNC")
    client.disconnect()
    assert answer.status_code == 404
    assert "nhip766 migrate up" in answer.text
    assert document["error"] == "no_such_alerts"
