"""What the models of events refuse, and how an event is keyed and fingerprinted."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from schemas.errors import BadEvent
from schemas.events import EVENT_MODELS, content_hash, parse_event, partition_key
from schemas.events.dossier import DossierReceived
from schemas.export import FOLDER


def example(name, **changes):
    document = json.loads((FOLDER / "examples" / f"{name}.json").read_text("utf-8"))
    return json.dumps({**document, **changes}).encode()


@pytest.mark.parametrize(
    ("raw", "reason", "field"),
    [
        (b"{", "not_json", None),
        (b"\xff\xfe", "not_json", None),
        (b'{"a": NaN}', "not_json", None),
        (b"[1]", "not_an_object", None),
        (b"{}", "unknown_type", "type"),
        (b'{"type":["x"]}', "unknown_type", "type"),
        (example("dossier.received", type="dossier.weighed"), "unknown_type", "type"),
        (example("dossier.received", v=2), "unknown_version", "v"),
        (example("dossier.received", v="1"), "unknown_version", "v"),
        (example("dossier.received", v=True), "invalid", "v"),
        (example("dossier.received", received_at="2026-10-08T14:00:00"), "invalid", "received_at"),
        (example("dossier.received", received_at="2026-02-30T14:00:00Z"), "invalid", "received_at"),
        (example("dossier.received", due_at="9999-12-31T23:59:59Z"), "invalid", "due_at"),
        (example("dossier.received", received_at=1760000000), "invalid", "received_at"),
        (example("dossier.received", dossier_code="H15 1"), "invalid", "dossier_code"),
        (example("dossier.received", dossier_code="H15-1\n"), "invalid", "dossier_code"),
        (example("dossier.received", dossier_code="H" * 65), "invalid", "dossier_code"),
        (example("dossier.received", channel="2"), "invalid", "channel"),
        (example("dossier.received", channel=4), "invalid", "channel"),
        (example("dossier.received", desk="x"), "invalid", "desk"),
        (example("dossier.recorded", components=[{"component_id": "x"}] * 201), "invalid", "components"),
        (example("dossier.recorded", components=[{"reused": True}]), "invalid", "components.0.component_id"),
        (example("dossier.corrected", new=3), "invalid", None),
        (example("dossier.corrected", new="2026-10-08"), "invalid", None),
        (example("dossier.corrected", new=""), "invalid", "new"),
        (example("dossier.corrected", field="channel", old=None, new=4), "invalid", None),
        (example("dossier.corrected", field="channel", old=None, new=True), "invalid", "new"),
        (example("dossier.corrected", field="handling_unit", old=None, new="có dấu"), "invalid", None),
        (example("dossier.received", x="a" * 262_144), "oversize", None),
    ],
)
def test_a_bad_document_is_refused_with_its_reason_and_field(raw, reason, field):
    with pytest.raises(BadEvent) as caught:
        parse_event(raw)
    assert (caught.value.reason, caught.value.field) == (reason, field)


@pytest.mark.parametrize("new", [None, "2026-10-08T14:30:00Z"])
def test_a_correction_may_give_another_time_or_take_it_away(new):
    assert parse_event(example("dossier.corrected", new=new)).new == new


def test_a_refusal_never_repeats_a_value_or_a_key_that_could_be_one():
    raw = example("dossier.received", channel="Nguyễn Văn A", **{"079123456789": "x"})
    with pytest.raises(BadEvent) as caught:
        parse_event(raw)
    said = f"{caught.value} {caught.value.detail} {caught.value.field}"
    assert "Nguyễn" not in said
    assert "079123456789" not in said


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("dossier.received", b"H15.50.05.13-261008-0975"),
        ("petition.lodged", b"H15.50.05.13-261008-0975"),
        ("procedure.amended", b"2.000815"),
        ("service.applied", b"DVC.000815"),
        ("unit.closed", b"H15.50.05.13"),
        ("calendar.changed", b"H15.50.05.13"),
    ],
)
def test_an_event_is_keyed_by_what_its_state_belongs_to(name, key):
    assert partition_key(parse_event(example(name))) == key


def test_a_petition_about_no_dossier_is_keyed_by_its_code_and_a_repeated_one_by_the_earlier():
    assert partition_key(parse_event(example("petition.lodged", dossier_code=None))) == b"PAKN.20261010.0042"
    assert (
        partition_key(parse_event(example("petition.repeated", dossier_code=None))) == b"PAKN.20261010.0042"
    )


def test_a_tick_of_the_clock_has_no_key():
    with pytest.raises(ValueError, match="every partition"):
        partition_key(parse_event(example("clock.tick")))


@pytest.mark.parametrize("name", sorted(EVENT_MODELS))
def test_the_fingerprint_ignores_who_numbered_it_and_when_we_heard_it_and_nothing_else(name):
    event = parse_event(example(name))
    again = parse_event(example(name, event_id="other", recorded_at="2026-11-01T00:00:00Z"))
    assert content_hash(again) == content_hash(event)
    assert len(content_hash(event)) == 8
    assert content_hash(parse_event(example(name, source="other"))) != content_hash(event)


def test_a_model_built_in_python_refuses_a_time_without_zone_and_a_text_for_a_time():
    given = {
        "v": 1,
        "event_id": "e",
        "source": "s",
        "unit_code": "H15",
        "dossier_code": "H15-1",
        "recorded_at": datetime(2026, 1, 1, tzinfo=UTC),
        "occurred_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    assert DossierReceived(**given, received_at=datetime(2026, 1, 1, tzinfo=UTC)).due_at is None
    for wrong in (datetime(2026, 1, 1), "2026-01-01T00:00:00Z"):  # noqa: DTZ001 - the fault under test
        with pytest.raises(ValidationError):
            DossierReceived(**given, received_at=wrong)
