"""The door: what each document becomes, and what a run of intake reports."""

import json

import pytest

from schemas.export import FOLDER
from streams.intake.documents import SourceDocument
from streams.intake.ingest import ingest
from streams.intake.reception import Accepted, receive


class Shelf:
    """An outlet that keeps what it is given."""

    def __init__(self):
        self.events, self.references, self.letters = [], [], []
        self.send_event = self.events.append
        self.send_reference = self.references.append
        self.send_dead_letter = self.letters.append


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def run(tmp_path, intake, shelf):
    """Ingest files given as name -> list of documents, one a line."""

    def ingest_files(**files):
        paths = []
        for name, documents in files.items():
            path = tmp_path / f"{name}.jsonl"
            lines = [text if isinstance(text, str) else json.dumps(text) for text in documents]
            path.write_text("\n".join(lines), encoding="utf-8")
            paths.append(path)
        return ingest(paths, intake, shelf)

    return ingest_files


def call(*records, **around):
    return {
        "madonvi": "H44",
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
        "data": list(records),
        **around,
    }


def example(name):
    return json.loads((FOLDER / "examples" / f"{name}.json").read_text("utf-8"))


def only(document, intake):
    raw = json.dumps(document).encode()
    (outcome,) = receive(SourceDocument("x.json", 1, None, raw, document), intake)
    return outcome


def test_an_event_of_ours_passes_as_it_is(intake):
    (event,) = only(example("dossier.received"), intake).events
    assert event.event_id == example("dossier.received")["event_id"]


def test_a_reference_record_passes_as_it_is(intake):
    outcome = only(example("reference.unit"), intake)
    assert isinstance(outcome, Accepted)
    assert outcome.reference.code == "H15.50.05.13"


@pytest.mark.parametrize(
    ("document", "reason", "field"),
    [
        ([1], "not_an_object", None),
        ({}, "unknown_type", "type"),
        ({"type": "dossier.weighed"}, "unknown_type", "type"),
        ({"kind": "office"}, "unknown_type", "kind"),
        ({**example("dossier.received"), "v": 9}, "unknown_version", "v"),
        ({**example("dossier.received"), "channel": "2"}, "invalid", "channel"),
        ({**example("reference.unit"), "history": []}, "invalid", "history"),
        (example("clock.tick"), "clock_tick", "type"),
        ({"service": "LayThuTuc"}, "unsupported_service", "service"),
        ({"madonvi": "H44"}, "unsupported_service", "service"),
    ],
)
def test_a_document_that_is_nothing_of_these_is_refused(intake, document, reason, field):
    outcome = only(document, intake)
    assert (outcome.reason, outcome.field) == (reason, field)
    assert outcome.position == "x.json:1"


def test_the_rest_of_a_file_goes_on_after_bad_records_and_damaged_lines(run, shelf, record, step):
    report = run(
        calls=[
            call(record, {**record, "NgayTiepNhan": "20240231083000"}, {"MaHoSo": ""}),
            '{"madonvi": "H44", "service":',
            call(step, service="CapNhatTienDoHoSoMC"),
            example("reference.unit"),
            example("petition.lodged"),
        ]
    )
    assert [event.type for event in shelf.events] == [
        "dossier.recorded",
        "dossier.synced",
        "dossier.progressed",
        "petition.lodged",
    ]
    assert [record.kind for record in shelf.references] == ["unit"]
    assert [one.position for one in report.refusals] == [
        "calls.jsonl:1/2",
        "calls.jsonl:1/3",
        "calls.jsonl:2",
    ]
    assert [dict(letter.headers)["reason"] for letter in shelf.letters] == [
        b"bad_time",
        b"missing",
        b"not_json",
    ]


def test_the_report_counts_documents_records_refusals_and_oddities(run, record):
    report = run(one=[call(record, {**record, "MaHoSo": ""}), "x"], two=[call(record)]).as_json()
    assert report["documents"] == 3
    assert report["sent"] == {"dossier.recorded": 2, "dossier.synced": 2}
    assert report["refused"] == [
        {"reason": "missing", "field": "MaHoSo", "count": 1},
        {"reason": "not_json", "field": None, "count": 1},
    ]
    assert report["hazards"] == [{"kind": "repeated_record", "field": None, "count": 1}]


def test_records_of_a_list_of_calls_are_found_by_both_places(tmp_path, intake, shelf, record):
    path = tmp_path / "calls.json"
    path.write_text(json.dumps([call(record), call(record, {"MaHoSo": 1})]), encoding="utf-8")
    report = ingest([path], intake, shelf)
    assert [one.position for one in report.refusals] == ["calls.json:1/2.2"]


def test_progress_is_told_the_bytes_of_every_document(tmp_path, intake, shelf, record):
    path = tmp_path / "calls.jsonl"
    path.write_text(f"{json.dumps(call(record))}\nx\n", encoding="utf-8")
    told = []
    ingest([path], intake, shelf, progress=told.append)
    assert sum(told) == path.stat().st_size - 2
