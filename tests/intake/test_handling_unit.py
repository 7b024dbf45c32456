"""DonViXuLy is a code for some sources and a name for others."""

import json
from dataclasses import replace

import pytest

from schemas.reference import UnitRecord
from streams.intake.unit_names import UnitNames


def unit(code, name, parent, level="commune"):
    row = {"valid_from": "2025-07-01", "name": name, "level": level, "unit_kind": "phường", "parent": parent}
    record = {"v": 1, "kind": "unit", "code": code, "history": [row]}
    return UnitRecord.model_validate_json(json.dumps(record))


@pytest.fixture
def units():
    return UnitNames(
        [
            unit("H44", "Tỉnh Phú Thọ", None, "province"),
            unit("H44.100", "Phường Việt Trì", "H44"),
            unit("H44.101", "Phường Trung Tâm", "H44"),
            unit("H15", "Tỉnh Đắk Lắk", None, "province"),
            unit("H15.7", "Phường Trung Tâm", "H15"),
            unit("H15.8", "Phường Hòa Bình", "H15"),
            unit("H16.8", "Phường Hòa Bình", "H16"),
        ]
    )


@pytest.mark.parametrize(
    ("sent", "unit_code"),
    [
        ("H44.101", "H44.101"),
        ("000.00.05.H44", "000.00.05.H44"),
        ("Phường Việt Trì", "H44.100"),
        ("  phường  VIỆT TRÌ ", "H44.100"),
        ("Phường Trung Tâm", "H44.101"),
        ("Tỉnh Phú Thọ", "H44"),
    ],
)
def test_the_handling_unit_is_found_by_code_or_by_its_name_near_the_caller(
    recorded, intake, units, record, sent, unit_code
):
    event = recorded({**record, "DonViXuLy": sent}, within=replace(intake, units=units))
    assert event.handling_unit == unit_code
    assert not intake.hazards.counts


@pytest.mark.parametrize("sent", ["Phường Hòa Bình", "Phường Không Có", "0912345678"])
def test_a_name_of_no_unit_or_of_several_means_the_caller_and_is_reported(
    recorded, intake, units, record, sent
):
    event = recorded({**record, "DonViXuLy": sent}, within=replace(intake, units=units))
    assert event.handling_unit == "H44"
    assert intake.hazards.counts["unit_name_unresolved", "DonViXuLy"] == 1


def test_a_commune_finds_its_province_above_it(units):
    assert units.resolve("tỉnh phú thọ", "H44.100") == "H44"
    assert units.resolve("Phường Trung Tâm", "H15.8") is None


def test_without_a_register_a_name_means_the_caller(recorded, record):
    assert recorded({**record, "DonViXuLy": "Phường Việt Trì"}).handling_unit == "H44"
