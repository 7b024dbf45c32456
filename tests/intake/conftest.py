"""Call bodies of the national API as a person writes them from its field list."""

from datetime import datetime, timedelta, timezone

import pytest

from schemas.sources import load_sources
from streams.intake.context import Intake
from streams.intake.national import RecordRefusal, adapt_call
from streams.intake.technical_ids import TechnicalIds

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2026, 10, 20, 16, 30, tzinfo=VIETNAM)
KEY = b"a key for tests only"


@pytest.fixture
def intake():
    """A run of intake at 2026-10-20 16:30 local time."""
    return Intake(recorded_at=NOW, ids=TechnicalIds(KEY), sources=load_sources())


@pytest.fixture
def record():
    """A plain resolved dossier."""
    return {
        "MaHoSo": "H44.100-261008-0975",
        "MaTTHC": "2.000815",
        "KenhThucHien": "2",
        "LoaiDoiTuong": "1",
        "NgayNopHoSo": "20261008091230",
        "NgayTiepNhan": "20261008140000",
        "NgayHenTra": "20261013140000",
        "NgayKetThucXuLy": "20261012100000",
        "NgayTra": "",
        "TrangThaiHoSo": "9",
        "DonViXuLy": "H44.100",
    }


@pytest.fixture
def step():
    """A step of progress."""
    return {
        "MaHoSo": "H44.100-261008-0975",
        "ThoiDiemXuLy": "20261009080000",
        "TrangThai": "4",
        "NgayBatDau": "20261009080000",
        "NgayKetThucTheoQuyDinh": "20261010170000",
    }


@pytest.fixture
def adapt(intake):
    """Adapt a call of some records; gives everything that came of it."""

    def run(*records, service="DongBoHoSoMC", within=intake, **around):
        body = {
            "session": "s",
            "madonvi": "H44",
            "service": service,
            "isUpdating": "False",
            "data": list(records),
        }
        return list(adapt_call({**body, **around}, within))

    return run


@pytest.fixture
def recorded(adapt):
    """The first event of one record of DongBoHoSoMC."""

    def run(record, **around):
        (outcome,) = adapt(record, **around)
        assert not isinstance(outcome, RecordRefusal), outcome
        return outcome.events[0]

    return run


@pytest.fixture
def refusal(adapt):
    """Why a record is refused, as (reason, field)."""

    def run(record, **around):
        (outcome,) = adapt(record, **around)
        assert isinstance(outcome, RecordRefusal), outcome
        return outcome.reason, outcome.field

    return run
