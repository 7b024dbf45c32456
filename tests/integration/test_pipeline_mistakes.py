"""What is said when a server is not there, a setting is wrong, or a record on an inner topic is none of ours."""

import json
from concurrent.futures import ThreadPoolExecutor
from subprocess import CompletedProcess

import pytest

from schemas.partial import PARTIAL_VERSION, Partial, SourceClock, encode_partial
from streams.core.periods import moment
from streams.errors import SERVER_AWAY
from streams.local.process import free_ports
from tests.integration.pipeline import Raw, now_ms, run, until
from tests.integration.pipeline_world import COMMUNES, local, received, reference_records, resolved, tick

UNIT = COMMUNES[0]
AT = local("2026-08-20 17:00")
USERS_MISTAKE = 2

OF_KAFKA = ("worker", "ingest {file}", "topics create", "topics check", "deadletters list")
OF_CLICKHOUSE = ("rank", "explain H98 2026", "migrate up", "migrate status")


def last_line(result: CompletedProcess[str]) -> str:
    """The last line of what was said; nothing before it may be a traceback."""
    said = result.stdout + result.stderr
    assert "Traceback" not in said, said
    assert "Unclosed" not in said, said
    return said.strip().splitlines()[-1]


def test_without_its_server_every_command_tries_again_and_ends_with_one_clear_line(tmp_path):
    """All at once, because each waits for some time."""
    (port,) = free_ports(1)
    file = tmp_path / "calls.json"
    file.write_text("{}")
    where = {
        "NHIP766_KAFKA": f"127.0.0.1:{port}",
        "NHIP766_CLICKHOUSE_PORT": str(port),
        "NHIP766_HASH_KEY": "a key for tests only",
        "NHIP766_METRICS_PORT": "0",
    }
    commands = [*OF_KAFKA, *OF_CLICKHOUSE]
    with ThreadPoolExecutor(len(commands)) as pool:
        results = list(pool.map(lambda command: run(*command.format(file=file).split(), **where), commands))
    for command, result in zip(commands, results, strict=True):
        line = last_line(result)
        wanted = SERVER_AWAY if command == "worker" else USERS_MISTAKE
        assert result.returncode == wanted, (command, result.stderr)
        assert line.startswith("error: "), (command, result.stderr)
        assert f"127.0.0.1:{port}" in line, command
        assert ("Kafka" if command in OF_KAFKA else "ClickHouse") in line, command
        assert "try" in result.stderr.removesuffix(line + "\n"), (command, "it says that it tries again")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NHIP766_KAFKA", "not an address"),
        ("NHIP766_PARTITIONS", "many"),
        ("NHIP766_CLOCK", "sundial"),
        ("NHIP766_FORMULA", "portal-1066"),
        ("NHIP766_SUPPLEMENT_RULE", "forget"),
        ("NHIP766_SNAPSHOT_INTERVAL", "0"),
        ("NHIP766_PARTITION", "3"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line_before_anything_is_tried(name, value):
    result = run("worker", **{name: value})
    assert result.returncode == USERS_MISTAKE
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"error: {name}: ")


def test_a_worker_without_topics_or_tables_says_which_command_makes_them(database):
    result = run("worker")
    assert result.returncode == USERS_MISTAKE
    assert last_line(result).startswith("error: ")
    assert "nhip766 topics create" in last_line(result)
    ranked = run("rank")
    assert ranked.returncode == USERS_MISTAKE
    assert "nhip766 migrate up" in last_line(ranked)


def test_what_is_no_partial_is_a_dead_letter_and_the_scores_go_on(pipeline):
    good = Partial(PARTIAL_VERSION, UNIT, 0, 1, 0, now_ms(), {})
    bad = [
        Raw(b"garbage", b"\xc1\xff\x00 no msgpack", 0),
        Raw(b"garbage", b"{}", 1),
        Raw(b"garbage", b"", 0),
        Raw(b"garbage", encode_partial(good)[:-3], 1),
        Raw(b"other-layout", encode_partial(Partial(99, UNIT, 0, 1, 0, now_ms(), {})), 0),
        Raw(b"no-such-source", encode_partial(SourceClock(PARTIAL_VERSION, 77, 1, 0, now_ms())), 1),
    ]
    pipeline.send_reference(reference_records())
    before = pipeline.send_raw(bad, "partials")
    with pipeline.running(clock="ticks") as worker:
        pipeline.send(
            [
                received("H98.1.1-260803-0001", UNIT, local("2026-08-03 08:00"), local("2026-08-05 08:00")),
                resolved("H98.1.1-260803-0001", UNIT, local("2026-08-04 08:00")),
                tick(AT),
            ]
        )
        pipeline.await_scores(moment(AT))
        after = pipeline.send_raw(bad, "partials")
        pipeline.send([tick(local("2026-08-21 17:00"), last=True)])
        pipeline.await_scores(moment(local("2026-08-21 17:00")))
        assert pipeline.indicator(UNIT, "2026-08", "RESOLVED_ON_TIME") == (1, 1)
        until("all are buried", lambda: len(pipeline.read("dead-letters")) == 2 * len(bad))
        assert worker.is_running()
    letters = [{name: text.decode() for name, text in one.headers} for one in pipeline.read("dead-letters")]
    assert {one["reason"] for one in letters} == {"not_a_partial"}
    assert {one["topic"] for one in letters} == {pipeline.topic("partials")}
    assert {(int(one["partition"]), int(one["offset"])) for one in letters} == {*before, *after}
    listed = run("deadletters", "list", "--json")
    assert {json.loads(line)["reason"] for line in listed.stdout.splitlines()} == {"not_a_partial"}
