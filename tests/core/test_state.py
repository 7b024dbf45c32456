"""Which states an event changes, and how they are stored."""

import msgspec
import pytest

from streams.core.dossier import DOSSIER_EVENTS
from streams.core.petition import PETITION_EVENTS
from streams.core.state import apply_events, encode_state, load, subjects
from tests.core.building import DOSSIER, PETITION, event, received


def lodged(**fields):
    return event("petition.lodged", "03-04 08:00", petition_class="rule", direct=True, **fields)


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        (received("03-04 08:00"), (f"d:{DOSSIER}",)),
        (lodged(), (f"p:{PETITION}",)),
        (lodged(dossier_code=DOSSIER), (f"p:{PETITION}", f"d:{DOSSIER}")),
        (event("petition.received", "03-04 08:00", dossier_code=DOSSIER), (f"p:{PETITION}",)),
        (
            event("petition.repeated", "03-04 08:00", petition_code="NEW", earlier_petition_code=PETITION),
            (f"p:{PETITION}",),
        ),
    ],
)
def test_an_event_changes_its_dossier_its_petition_or_both(said, keys):
    assert subjects(said) == keys


def test_every_event_of_the_schema_but_ticks_and_catalogue_changes_a_state():
    from schemas.events import EVENT_MODELS

    rest = {kind for kind in EVENT_MODELS if kind not in DOSSIER_EVENTS | PETITION_EVENTS}
    assert {kind.partition(".")[0] for kind in rest} == {
        "clock", "procedure", "service", "unit", "calendar", "annual_total",
    }  # fmt: skip


def test_a_petition_about_a_dossier_is_known_to_both():
    said = lodged(dossier_code=DOSSIER)
    assert load(f"d:{DOSSIER}", apply_events(f"d:{DOSSIER}", None, [said], 0)).petitions.keys() == {PETITION}
    assert load(f"p:{PETITION}", apply_events(f"p:{PETITION}", None, [said], 0)).dossier == DOSSIER


def test_the_offset_is_that_of_the_newest_event_and_never_runs_backwards():
    key = f"d:{DOSSIER}"
    stored = apply_events(key, None, [received("03-04 08:00")], 41)
    assert load(key, stored).offset == 41
    assert load(key, apply_events(key, stored, [received("03-04 08:00")], 12)).offset == 41


def test_a_stored_layout_of_another_version_is_not_read():
    key = f"d:{DOSSIER}"
    fields = msgspec.msgpack.decode(apply_events(key, None, [received("03-04 08:00")], 0))
    assert fields[0] == 1
    with pytest.raises(msgspec.ValidationError):
        load(key, msgspec.msgpack.encode([2, *fields[1:]]))


def test_a_key_is_of_a_dossier_or_of_a_petition():
    with pytest.raises(ValueError, match="neither a dossier nor a petition"):
        load("x:1", None)


def test_a_typical_dossier_is_stored_in_at_most_700_bytes():
    said = [
        event("dossier.submitted", "03-04 07:00", procedure_code="2.000815", channel=2, applicant_kind=1),
        received("03-04 08:00", "03-08 17:00", procedure_code="2.000815"),
        *(
            event(
                "component.attached",
                "03-04 07:00",
                component_id=f"KQ.G.000{n:06}",
                has_file=True,
                digitized=True,
            )
            for n in range(4)
        ),
        event("dossier.identity_verified", "03-04 07:00", vneid_verified=True),
        event("dossier.database_consulted", "03-04 08:10", database_code="CSDLDC"),
        event("dossier.obligation_requested", "03-04 08:20", fees=[{"code": "LP01", "amount": 50000}]),
        event("dossier.paid", "03-04 08:30", amount=50000, online_payment=1),
        *(
            event("stage.started", "03-05 08:00", stage_id=f"B{n}", stage_due_at="03-06 08:00")
            for n in range(3)
        ),
        event("result.issued", "03-07 08:00", result_id="KQ-1", has_file=True),
        event("dossier.resolved", "03-07 08:00"),
        event("dossier.returned", "03-07 09:00", return_form=1),
        event("dossier.synced", "03-07 09:01", direction="to_portal", accepted=True),
    ]
    state = load(f"d:{DOSSIER}", None)
    assert len(encode_state(state)) < 64
    assert len(apply_events(f"d:{DOSSIER}", None, said, 10**9)) <= 700
