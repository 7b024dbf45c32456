"""Records of the national sync from a file to the row: in any form and order, and never a word about a person."""

import json
import unicodedata
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from kafka import KafkaAdminClient

from streams.core.periods import LOCAL
from streams.local.process import free_ports
from streams.sinks.rows import DossierRow
from tests.integration.national_calls import SECRETS, Calls, write_folder, write_lines, write_list
from tests.integration.pipeline import Pipeline, read_topic, run
from tests.integration.pipeline_world import COMMUNES, PROVINCE, reference_records

PLACES = {"epoch", "source_partition", "source_offset", "version"}
MOMENTS = {"as_of", "changed_at"}
SOME_REFUSED = 3


@pytest.fixture
def calls() -> Calls:
    """Calls of the last weeks."""
    return Calls(766, datetime.now(UTC))


# ------------------------------------------------------------- form and order


def dossiers(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """What the rows of all dossiers say, but for where it was read."""
    columns = [name for name in DossierRow._fields if name not in PLACES]
    return {row["dossier_code"]: row for row in pipeline.rows("dossiers", columns)}


def indicators(pipeline: Pipeline) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """What the indicators of all units say, by unit, period and indicator."""
    columns = ("numerator", "denominator", "ratio", "score", "lost")
    return {
        (row["unit_code"], row["period"], row["indicator"]): tuple(row[name] for name in columns)
        for row in pipeline.query("SELECT * FROM indicator_detail")
    }


def explained(pipeline: Pipeline) -> dict[str, Any]:
    """What `nhip766 explain` says of a province and a commune this year, but for the moment."""
    period = str(datetime.now(LOCAL).year)
    said = {}
    for unit in (PROVINCE, COMMUNES[0]):
        result = run("explain", unit, period, "--json", **pipeline.environ())
        assert result.returncode == 0, result.stderr
        said[unit] = without_moments(json.loads(result.stdout))
    return said


def without_moments(document: Any) -> Any:
    """A JSON document without the keys that say of when it is."""
    if isinstance(document, dict):
        return {name: without_moments(value) for name, value in document.items() if name not in MOMENTS}
    return [without_moments(one) for one in document] if isinstance(document, list) else document


def ingest(pipeline: Pipeline, path: Any) -> None:
    """Run the command; everything must be taken."""
    result = run("ingest", str(path), **pipeline.environ())
    assert result.returncode == 0, result.stderr
    pipeline.settle()


def test_the_same_records_in_any_form_and_order_and_again_give_the_same_rows(
    pipeline, another, calls, tmp_path
):
    bodies = [call for number in range(24) for call in calls.life(number)]
    shuffled = Random(7).sample(bodies, len(bodies))
    lines = write_lines(tmp_path / "calls.jsonl", bodies)
    for one in (pipeline, another):
        one.send_reference(reference_records())
    with pipeline.running():
        ingest(pipeline, lines)
        rows, figures, scores = dossiers(pipeline), indicators(pipeline), explained(pipeline)
        assert len(rows) == 24
        assert {row["status"] for row in rows.values()} > {4, 9}
        ingest(pipeline, lines)
        assert dossiers(pipeline) == rows
        ingest(pipeline, write_list(tmp_path / "calls.json", shuffled))
        assert dossiers(pipeline) == rows
        assert indicators(pipeline) == figures
    with another.running():
        ingest(another, write_folder(tmp_path / "calls", shuffled))
        assert dossiers(another) == rows
        assert indicators(another) == figures
        assert explained(another) == scores


# -------------------------------------------------------------- personal data


def test_no_personal_value_is_found_in_any_topic_table_log_or_output(pipeline, calls, tmp_path):
    bodies = [call for number in range(8) for call in calls.life(number)]
    damaged = calls.damaged()
    file = write_lines(tmp_path / "calls.jsonl", [*bodies, *calls.odd()], *damaged)
    one = tmp_path / "one.json"
    one.write_text(json.dumps([*bodies, *calls.odd()], ensure_ascii=False, indent=1)[:-1], encoding="utf-8")
    (port,) = free_ports(1)
    pipeline.send_reference(reference_records())
    said = []
    with pipeline.running(metrics_port=str(port), log_level="debug"):
        for options in (["--strict"], ["--dry-run"], ["--dry-run", "--json"], [], ["--json"]):
            result = run("ingest", str(file), str(one), *options)
            said += [result.stdout, result.stderr]
            assert result.returncode == SOME_REFUSED, result.stderr
        refused = sum(one["count"] for one in json.loads(result.stdout)["refused"])
        assert refused > len(damaged)
        pipeline.settle()
        listed = run("deadletters", "list", "--json")
        assert len(listed.stdout.splitlines()) == refused
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as page:
            said += [listed.stdout, listed.stderr, page.read().decode()]
    said += [run("deadletters", "list").stdout, pipeline.logs()]
    assert "nhip766_events_total" in said[-3]
    find_secrets("what was printed", said)
    may_be_empty = {pipeline.topic("alerts"), pipeline.topic("alert-actions")}
    for name in topics(pipeline):
        records = bytes_of(read_topic(pipeline.settings.kafka, name))
        find_secrets(f"the topic {name}", records, perhaps_none=name in may_be_empty)
    for table in tables(pipeline):
        find_secrets(f"the table {table}", (str(row) for row in pipeline.query(f"SELECT * FROM `{table}`")))
    assert len(pipeline.rows("dossiers")) == 8 + len(calls.odd())


def find_secrets(where: str, texts: Iterable[str], *, perhaps_none: bool = False) -> None:
    """Fail if a planted value stands in one of the texts, however it is written, or if there is no text."""
    found = 0
    for text in texts:
        found += 1
        plain = unicodedata.normalize("NFC", text).casefold()
        for secret in SECRETS:
            for written in (secret, json.dumps(secret)[1:-1], repr(secret.encode())[2:-1]):
                assert written.casefold() not in plain, f"{secret} in {where}: {text[:2000]}"
    assert found or perhaps_none, f"nothing was looked at in {where}"


def topics(pipeline: Pipeline) -> list[str]:
    """Every topic of the installation, the changelog among them."""
    with closing(KafkaAdminClient(bootstrap_servers=pipeline.settings.kafka)) as admin:
        names = admin.list_topics()
    own = (pipeline.settings.topic_prefix, pipeline.settings.group)
    found = sorted(name for name in names if name.startswith(own))
    assert pipeline.topic("dossiers-changelog") in found
    return found


def bytes_of(records: Iterable[Any]) -> Iterator[str]:
    """Keys, values and headers as text; bytes that are no text stay readable where they are."""
    for record in records:
        headers = [part for name, text in record.headers for part in (name.encode(), text)]
        whole = b"\n".join(part for part in (record.key, record.value, *headers) if part is not None)
        yield whole.decode("utf-8", "backslashreplace")


def tables(pipeline: Pipeline) -> list[str]:
    """Every table of the database that holds rows, history among them."""
    found = pipeline.query(
        "SELECT name FROM system.tables"
        " WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree') AND total_rows > 0"
    )
    names = [row["name"] for row in found]
    assert {"dossiers", "score_snapshots", "indicator_minutes"} <= set(names)
    return names
