"""A change of the models that would break producers is seen; an added optional field is not one."""

import copy

import pytest

from schemas.compatibility import breaks
from schemas.export import RELEASED_FOLDER, as_text, current_schemas, main, stored

RECEIVED = "dossier.received"
RECORDED = "dossier.recorded"


@pytest.fixture
def released():
    return stored(RELEASED_FOLDER)


@pytest.fixture
def changed():
    return copy.deepcopy(current_schemas())


def test_the_models_accept_all_that_the_released_ones_accepted(released):
    assert released
    assert breaks(released, current_schemas()) == []


def test_a_new_optional_field_and_a_new_event_break_nothing(released, changed):
    changed[RECEIVED]["properties"]["desk"] = {"type": "string", "default": "x"}
    changed["dossier.weighed"] = changed[RECEIVED]
    assert breaks(released, changed) == []


def test_wider_limits_break_nothing(released, changed):
    changed[RECEIVED]["properties"]["event_id"]["maxLength"] = 128
    changed[RECEIVED]["properties"]["channel"]["anyOf"][0]["maximum"] = 4
    del changed[RECEIVED]["properties"]["unit_code"]["pattern"]
    changed[RECEIVED]["required"].remove("source")
    assert breaks(released, changed) == []


def edit(path, **values):
    def apply(schema):
        for step in path:
            schema = schema[step]
        schema.update(values)

    return apply


def gone(path, name):
    def apply(schema):
        for step in path:
            schema = schema[step]
        del schema[name]

    return apply


BREAKING = {
    "a field is gone": (RECEIVED, gone(["properties"], "due_at"), ".due_at: the field is gone"),
    "a new required field": (
        RECEIVED,
        lambda schema: schema["required"].append("due_at"),
        ".due_at: the field is required now",
    ),
    "another type": (
        RECEIVED,
        edit(["properties", "source_seq"], type="string"),
        ".source_seq: another type",
    ),
    "an alternative less": (
        RECEIVED,
        lambda schema: schema["properties"]["due_at"]["anyOf"].pop(),
        ".due_at: an alternative is gone or narrower",
    ),
    "a narrower alternative": (
        RECEIVED,
        edit(["properties", "channel", "anyOf", 0], maximum=2),
        ".channel: an alternative is gone or narrower",
    ),
    "a shorter text": (
        RECEIVED,
        edit(["properties", "event_id"], maxLength=32),
        ".event_id: maxLength is tighter",
    ),
    "a greater minimum": (
        RECEIVED,
        edit(["properties", "source_seq"], minimum=1),
        ".source_seq: minimum is tighter",
    ),
    "another pattern": (
        RECEIVED,
        edit(["properties", "unit_code"], pattern="^H"),
        ".unit_code: pattern is tighter",
    ),
    "another default": (
        RECEIVED,
        edit(["properties", "source_seq"], default=1),
        ".source_seq: another default",
    ),
    "another version": (RECEIVED, edit(["properties", "v"], const=2), ".v: fewer values are allowed"),
    "a shorter list": (
        RECORDED,
        edit(["properties", "components"], maxItems=10),
        ".components: maxItems is tighter",
    ),
    "a field gone inside a list": (
        RECORDED,
        gone(["$defs", "Component", "properties"], "reused"),
        ".components[].reused: the field is gone",
    ),
}


@pytest.mark.parametrize("name", BREAKING)
def test_a_breaking_change_is_named_with_its_path(released, changed, name):
    document, apply, sentence = BREAKING[name]
    apply(changed[document])
    assert f"{document}{sentence}" in breaks(released, changed)


def test_a_document_that_is_gone_is_a_break(released, changed):
    del changed[RECEIVED]
    assert breaks(released, changed) == [f"{RECEIVED}: the document is gone"]


def test_the_export_refuses_to_write_over_a_break(monkeypatch, tmp_path):
    strict = copy.deepcopy(current_schemas()[RECEIVED])
    strict["properties"]["desk"] = {"type": "string"}
    (tmp_path / f"{RECEIVED}.schema.json").write_text(as_text(strict), encoding="utf-8")
    monkeypatch.setattr("schemas.export.RELEASED_FOLDER", tmp_path)
    monkeypatch.setattr("schemas.export.JSON_FOLDER", tmp_path / "json")
    with pytest.raises(SystemExit, match="desk: the field is gone"):
        main([])
    assert not (tmp_path / "json").exists()


def test_the_export_writes_schemas_and_on_demand_the_released_ones(monkeypatch, tmp_path):
    monkeypatch.setattr("schemas.export.RELEASED_FOLDER", tmp_path / "released")
    monkeypatch.setattr("schemas.export.JSON_FOLDER", tmp_path / "json")
    main([])
    assert stored(tmp_path / "json") == current_schemas()
    assert not (tmp_path / "released").exists()
    (tmp_path / "json" / "dossier.forgotten.schema.json").write_text("{}", encoding="utf-8")
    main(["--release"])
    assert stored(tmp_path / "released") == stored(tmp_path / "json") == current_schemas()
