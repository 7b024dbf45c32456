"""Examples of all documents are valid, complete and up to date with the models."""

import json
from pathlib import Path

import pytest

from schemas.alert_wire import decode_alert, encode_alert
from schemas.alerts import ALERT_MODELS, AlertRecord, encode_action, parse_action
from schemas.events import EVENT_MODELS, parse_event
from schemas.export import FOLDER, JSON_FOLDER, current_schemas, document_models, stored
from schemas.fast import decode
from schemas.reference import encode_reference, parse_reference, reference_key

EXAMPLES = {file.stem: file for file in sorted((FOLDER / "examples").glob("*.json"))}


def test_every_document_has_an_example_and_no_example_is_orphaned():
    assert set(EXAMPLES) == set(document_models())


def test_every_document_has_an_exported_schema_and_no_schema_is_orphaned():
    assert set(stored(JSON_FOLDER)) == set(document_models())


def test_the_exported_schemas_are_those_of_the_models():
    assert stored(JSON_FOLDER) == current_schemas()


@pytest.mark.parametrize("name", sorted(EVENT_MODELS))
def test_the_example_of_an_event_is_read_as_that_event(name):
    raw = EXAMPLES[name].read_bytes()
    assert parse_event(raw).type == name
    assert decode(raw).type == name


@pytest.mark.parametrize("name", sorted(set(document_models()) - set(EVENT_MODELS) - set(ALERT_MODELS)))
def test_the_example_of_a_reference_record_is_read_keyed_and_written_back(name):
    record = parse_reference(EXAMPLES[name].read_bytes())
    assert reference_key(record) == f"{record.kind}:{record.code}".encode()
    assert parse_reference(encode_reference(record)) == record


def test_the_example_of_an_alert_is_read_by_both_sides_and_written_back():
    raw = EXAMPLES["alert"].read_bytes()
    alert = decode_alert(raw)
    assert AlertRecord.model_validate_json(encode_alert(alert)) == AlertRecord.model_validate_json(raw)
    assert decode_alert(encode_alert(alert)) == alert


def test_the_example_of_an_action_is_read_and_written_back():
    action = parse_action(EXAMPLES["alert-action"].read_bytes())
    assert parse_action(encode_action(action)) == action


def test_examples_show_every_field_of_their_document():
    for name, model in document_models().items():
        missing = set(model.model_fields) - set(json.loads(EXAMPLES[name].read_text("utf-8")))
        assert missing <= {"dossier_code"}, name


def test_no_file_of_the_schema_folders_is_of_an_unknown_kind():
    for folder, suffix in (("json", ".schema.json"), ("released", ".schema.json"), ("examples", ".json")):
        strangers = [item.name for item in Path(FOLDER / folder).iterdir() if not item.name.endswith(suffix)]
        assert strangers == []
