"""What stands around the records of a call."""

import pytest


@pytest.mark.parametrize(
    ("around", "reason", "field"),
    [
        ({"service": "TraCuuHoSo"}, "unsupported_service", "service"),
        ({"service": ""}, "unsupported_service", "service"),
        ({"service": ["DongBoHoSoMC"]}, "wrong_type", "service"),
        ({"madonvi": ""}, "bad_unit", "madonvi"),
        ({"madonvi": "Phú Thọ"}, "bad_unit", "madonvi"),
        ({"madonvi": []}, "bad_unit", "madonvi"),
        ({"data": []}, "no_data", "data"),
        ({"data": None}, "no_data", "data"),
        ({"data": "x"}, "wrong_type", "data"),
        ({"isUpdating": []}, "wrong_type", "isUpdating"),
    ],
)
def test_a_call_that_cannot_be_read_is_refused_as_a_whole(adapt, record, around, reason, field):
    (outcome,) = adapt(record, **around)
    assert outcome == (reason, field, None)


def test_a_single_record_counts_as_a_list_of_one(adapt, record):
    (outcome,) = adapt(data=record)
    assert outcome.record == 1


def test_the_session_is_never_carried(adapt, record):
    (outcome,) = adapt(record, session="a-secret-session")
    assert all("a-secret-session" not in event.model_dump_json() for event in outcome.events)
