"""Dead letters are judged again by today's reference data; what is valid by now goes back among the events, once."""

import json
from typing import Any

import pytest

from streams.intake.dead_letters import DeadLetter, dead_letter, file_dead_letter
from streams.intake.producer import EventProducer
from tests.integration.pipeline import Pipeline, Raw, run, until
from tests.integration.pipeline_world import COMMUNES, local, raw, received, reference_records, unit

NEW = "H98.1.9"
AT = local("2026-08-10 08:00")
WAITING = [f"{NEW}-260810-000{number}" for number in range(3)]
NAME = "Nguyễn Thị Bí Mật"
BROKEN = Raw(b"H98.1.1-260810-0001", f'{{"ChuHoSo": "{NAME}"'.encode())


def letters(*arguments: str) -> list[dict[str, Any]]:
    told = run("deadletters", "list", "--json", *arguments)
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]


def replay(*arguments: str, code: int = 0) -> dict[str, Any]:
    told = run("deadletters", "replay", "--json", *arguments)
    assert told.returncode == code, told.stderr
    return json.loads(told.stdout)


def counted(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["looked_at"], report["reinserted"], report["dropped"], report["left"]


def dossiers(pipeline: Pipeline) -> set[str]:
    return {row["dossier_code"] for row in pipeline.rows("dossiers")}


@pytest.fixture
def buried(pipeline: Pipeline) -> Pipeline:
    """Three events of a unit nobody knows, one record that is no JSON, and a letter of a file, in this order."""
    pipeline.send_reference(reference_records())
    with pipeline.running():
        pipeline.send([received(COMMUNES[0] + "-260810-0001", COMMUNES[0], AT)])
        for one in [*(raw(received(code, NEW, AT)) for code in WAITING), BROKEN]:
            pipeline.send_raw([one])
            pipeline.await_committed()
    with EventProducer(pipeline.settings, pipeline.settings.kafka) as producer:
        at = max(letter["time"] for letter in letters()) + 1
        producer.send_dead_letter(file_dead_letter("bad_time", b"{}", "calls.jsonl", 12, "3", at))
    return pipeline


def bury_again(pipeline: Pipeline, position: str) -> None:
    """Write a letter a second time, as a worker does that was killed before it committed the batch."""
    (topic, place), at = position.split("["), position.partition("@")[2]
    wanted = {"topic": topic, "partition": place.partition("]")[0], "offset": at}
    (found,) = [
        record
        for record in pipeline.read("dead-letters")
        if {name: text.decode() for name, text in record.headers if name in wanted} == wanted
    ]
    with EventProducer(pipeline.settings, pipeline.settings.kafka) as producer:
        producer.send_dead_letter(DeadLetter(found.key, found.value, list(found.headers)))


def test_a_letter_whose_unit_is_known_by_now_is_put_back_once_and_counts(buried):
    pipeline = buried
    assert [letter["reason"] for letter in letters()] == [*["unknown_unit"] * 3, "not_json", "bad_time"]
    bury_again(pipeline, letters()[0]["position"])
    assert [letter["times"] for letter in letters()] == [2, 1, 1, 1, 1]
    stopped = replay(code=3)
    assert counted(stopped) == (1, 0, 0, 1)
    assert stopped["stopped_at"] == letters()[0]["position"]

    pipeline.send_reference([unit(NEW, "commune", "H98.1")])
    before = pipeline.ends()
    tried = replay("--dry-run", "--policy", "reinsert")
    assert counted(tried) == (5, 3, 0, 2)
    assert (pipeline.ends(), len(letters())) == (before, 5)

    assert counted(replay("--policy", "reinsert", "--max", "2")) == (2, 2, 0, 0)
    assert counted(replay("--policy", "reinsert")) == (3, 1, 0, 2)
    after = pipeline.ends()
    assert sum(after.values()) == sum(before.values()) + 3
    again = replay("--policy", "reinsert")
    assert counted(again) == (2, 0, 0, 2)
    assert again["refused"] == {"not_json": 1, "no_original": 1}
    assert pipeline.ends() == after

    with pipeline.running():
        pipeline.await_committed()
        pipeline.await_dossiers()
        account = run("audit", "--json", seconds=300)
    assert account.returncode == 0, account.stdout + account.stderr
    counts = json.loads(account.stdout)["account"]
    assert (counts["dead letters"], counts["letters repeated"]) == (4, 1)
    assert dossiers(pipeline) == {*WAITING, COMMUNES[0] + "-260810-0001"}
    assert [letter["reason"] for letter in letters()] == ["not_json", "bad_time"]
    states = {letter["position"]: letter["state"] for letter in letters("--all")}
    assert sorted(states.values()) == ["open", "open", "reinserted", "reinserted", "reinserted"]


def test_dropped_letters_are_closed_and_nothing_is_sent_for_them(buried):
    before = buried.ends()
    report = replay("--policy", "drop")
    assert counted(report) == (5, 0, 5, 0)
    assert report["refused"] == {"unknown_unit": 3, "not_json": 1, "no_original": 1}
    assert letters() == []
    assert counted(replay("--policy", "drop")) == (0, 0, 0, 0)
    assert buried.ends() == before


def test_a_letter_is_shown_with_everything_that_is_known_and_nothing_that_it_said(buried):
    broken, of_file = letters()[3:]
    told = run("deadletters", "show", broken["position"], "--json")
    shown = json.loads(told.stdout)
    assert (shown["reason"], shown["today"], shown["state"]) == ("not_json", "not_json", "open")
    assert (shown["sha256"], shown["size"]) == (broken["sha256"], len(BROKEN.value))
    assert NAME not in told.stdout
    plain = run("deadletters", "show", of_file["position"])
    assert "nhip766 ingest" in plain.stdout
    nobody = run("deadletters", "show", "nowhere[0]@1")
    assert nobody.returncode == 2
    assert nobody.stderr.startswith("error: no dead letter of nowhere[0]@1")


def test_an_original_that_the_topic_no_longer_holds_is_said_to_be_gone(pipeline):
    pipeline.send_reference(reference_records())
    with EventProducer(pipeline.settings, pipeline.settings.kafka) as producer:
        place = pipeline.topic("dossier-events")
        producer.send_dead_letter(dead_letter("unknown_unit", b"{}", place, 0, 4711, 1_700))
        producer.send_dead_letter(dead_letter("unknown_unit", b"other", place, 1, 0, 1_701))
    pipeline.send_raw([Raw(b"k", b"{}", partition=1)])
    until("the record is there", lambda: pipeline.ends()[1] == 1)
    assert replay("--policy", "reinsert")["refused"] == {"gone": 1, "changed": 1}
