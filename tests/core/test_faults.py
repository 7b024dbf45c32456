"""Faults that one event shows by itself."""

import pytest

from streams.core.faults import fault
from streams.core.reference import Reference
from tests.core.building import PROCEDURE, UNIT, event, received, record

KNOWN = Reference(
    [
        record(
            "unit", UNIT, {"valid_from": "2020-01-01", "name": "x", "level": "commune", "unit_kind": "phường"}
        ),
        record("procedure", PROCEDURE, {"valid_from": "2020-01-01", "name": "x"}),
    ]
)


@pytest.mark.parametrize(
    ("said", "reason", "field"),
    [
        (received("03-04 08:00", "03-08 17:00", procedure_code=PROCEDURE), None, None),
        (received("03-04 08:00", "03-08 17:00", unit_code="X"), "unknown_unit", "unit_code"),
        (received("03-04 08:00", handling_unit="X"), "unknown_unit", "handling_unit"),
        (received("03-04 08:00", procedure_code="X"), "unknown_procedure", "procedure_code"),
        (received("03-04 08:00", "03-04 07:59"), "due_before_received", "due_at"),
        (received("03-04 08:00", "03-04 08:00"), None, None),
        (event("dossier.recorded", "03-04 08:00", received_at="03-04 08:00", due_at="03-01 08:00"),
         "due_before_received", "due_at"),
        (event("dossier.transferred", "03-04 08:00", to_unit="X"), "unknown_unit", "to_unit"),
        (event("dossier.corrected", "03-04 08:00", field="handling_unit", new="X"), "unknown_unit", "new"),
        (event("dossier.corrected", "03-04 08:00", field="procedure_code", new="X"), "unknown_procedure", "new"),
        (event("dossier.corrected", "03-04 08:00", field="procedure_code", new=None), None, None),
        (event("dossier.resolved", "03-04 08:06", recorded_at="03-04 08:00"), "from_the_future", "occurred_at"),
        (event("dossier.resolved", "03-04 08:05", recorded_at="03-04 08:00"), None, None),
        (event("dossier.resolved", "03-04 08:05", recorded_at="12-04 08:00"), None, None),
        (event("petition.lodged", "03-04 08:00", petition_class="rule", direct=True, unit_code="X"),
         "unknown_unit", "unit_code"),
    ],
)  # fmt: skip
def test_an_event_is_refused_with_its_reason_and_the_field_to_blame(said, reason, field):
    assert fault(said, KNOWN) == (None if reason is None else (reason, field))


def test_without_reference_data_no_code_is_unknown():
    said = received("03-04 08:00", unit_code="X", handling_unit="Y", procedure_code="Z")
    assert fault(said, Reference()) is None


def test_what_contradicts_other_events_is_no_fault():
    assert fault(event("dossier.resolved", "03-04 08:00", finished_at="02-01 08:00"), KNOWN) is None
