"""`nhip766 ingest` without Kafka: dry runs, reports, exit codes, mistakes in words."""

import json

import pytest
from typer.testing import CliRunner

from schemas.fast import decode
from streams.cli.main import app

RECORD = {
    "MaHoSo": "H44.100-241008-0975",
    "NgayTiepNhan": "20241008140000",
    "TrangThaiHoSo": "2",
    "DonViXuLy": "Phường Việt Trì",
}
BAD = {**RECORD, "NgayTiepNhan": "20240231083000"}


def call(*records):
    return {"madonvi": "H44", "service": "DongBoHoSoMC", "isUpdating": "False", "data": list(records)}


@pytest.fixture
def run(tmp_path):
    """Run `ingest` on a file with these documents, one a line."""

    def invoke(*documents, options=("--dry-run",)):
        path = tmp_path / "calls.jsonl"
        path.write_text("\n".join(json.dumps(document) for document in documents), encoding="utf-8")
        return CliRunner().invoke(app, ["ingest", str(path), *options])

    return invoke


def test_a_dry_run_prints_the_events_and_needs_no_kafka(run):
    result = run(call(RECORD))
    assert result.exit_code == 0
    events = [decode(line.encode()) for line in result.stdout.splitlines()]
    assert [event.type for event in events] == ["dossier.recorded", "dossier.synced"]
    assert "1 documents: 2 records sent, 0 refused" in result.stderr


def test_refused_records_are_named_with_their_position_and_exit_3(run):
    result = run(call(RECORD, BAD))
    assert result.exit_code == 3
    assert "calls.jsonl:1/2: bad_time NgayTiepNhan" in result.stderr
    assert len(result.stdout.splitlines()) == 2


def test_the_report_is_json_on_demand(run):
    result = run(call(RECORD, BAD), options=("--dry-run", "--json"))
    assert result.exit_code == 3
    assert json.loads(result.stdout) == {
        "documents": 1,
        "sent": {"dossier.recorded": 1, "dossier.synced": 1},
        "refused": [{"reason": "bad_time", "field": "NgayTiepNhan", "count": 1}],
        "refusals": [{"position": "calls.jsonl:1/2", "reason": "bad_time", "field": "NgayTiepNhan"}],
        "hazards": [{"kind": "unit_name_unresolved", "field": "DonViXuLy", "count": 1}],
    }


def test_strict_sends_nothing_at_all_if_any_record_would_be_refused(run):
    result = run(call(RECORD, BAD), options=("--dry-run", "--strict"))
    assert (result.exit_code, result.stdout) == (3, "")
    assert "0 records sent, 1 refused" in result.stderr
    assert run(call(RECORD), options=("--dry-run", "--strict")).exit_code == 0


def test_units_sent_by_name_are_resolved_with_reference_records(run, tmp_path):
    unit = {
        "v": 1,
        "kind": "unit",
        "code": "H44.100",
        "history": [
            {"valid_from": "2025-07-01", "name": "Phường Việt Trì", "level": "commune", "unit_kind": "phường"}
        ],
    }
    register = tmp_path / "units.json"
    register.write_text(json.dumps([unit, {"kind": "calendar"}]), encoding="utf-8")
    result = run(call(RECORD), options=("--dry-run", "--reference", str(register)))
    assert decode(result.stdout.splitlines()[0].encode()).handling_unit == "H44.100"


def test_the_source_can_be_named_and_its_manners_given(run, tmp_path):
    profile = {"applicant_kinds": {"0": 4}, "distrusted_statuses": [], "odd_codes": "keep", "sync": "unknown"}
    path = tmp_path / "sources.yaml"
    path.write_text(json.dumps({"default": profile, "sources": {}}), encoding="utf-8")
    options = ("--dry-run", "--source", "mot-cua", "--sources", str(path))
    (line,) = run(call({**RECORD, "LoaiDoiTuong": "0"}), options=options).stdout.splitlines()
    event = decode(line.encode())
    assert (event.source, event.applicant_kind) == ("mot-cua", 4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing.json"], "nothing.json: no such file or folder"),
        ([".", "--source", "x" * 65], "--source must have 1 to 64 characters"),
        ([".", "--sources", "nothing.yaml"], "nothing.yaml: No such file or directory"),
        ([".", "--sources", "odd.yaml"], "odd.yaml: default: Field required"),
        ([".", "--sources", "broken.yaml"], "broken.yaml: not a YAML file"),
        ([".", "--reference", "calls.json"], "calls.json: no reference record of a unit"),
        (["empty"], "empty: no .json, .jsonl or .ndjson file in this folder"),
    ],
)
def test_a_mistake_is_one_line_and_exits_2(tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "calls.json").write_text(json.dumps(call(RECORD)), encoding="utf-8")
    (tmp_path / "odd.yaml").write_text("sources: {}", encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    result = CliRunner().invoke(app, ["ingest", *arguments, "--dry-run"])
    assert result.exit_code == 2
    assert result.stderr == f"error: {words}\n"


def test_a_record_that_must_be_hashed_without_a_key_is_refused_and_the_variable_named(run):
    result = run(call({**RECORD, "MaHoSo": "079123456789"}))
    assert result.exit_code == 3
    assert "calls.jsonl:1/1: no_hash_key MaHoSo" in result.stderr
    assert "NHIP766_HASH_KEY is not set" in result.stderr
    assert "079123456789" not in result.stderr
