"""Call bodies of the national sync as province systems send them, with personal data wherever the API has room.

Times are so many days before now, because a record is refused that says what has not happened yet.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from streams.core.periods import LOCAL
from tests.integration.pipeline_world import COMMUNES, PROVINCE, WITH_FEE, WITHOUT_FEE

NAME: Final = "Nguyễn Thị Bí Mật"
OFFICER: Final = "Trần Văn Cán Bộ"
PAPER: Final = "079301009876"
OLD_PAPER: Final = "301009876"
PHONE: Final = "0912345678"
MAIL: Final = "bi.mat@example.vn"
ADDRESS: Final = "12 ngõ 34 phố Giấu Kín"
STORY: Final = "xin xác nhận tình trạng hôn nhân"
FILE: Final = "don-cua-bi-mat.pdf"
ADDRESS_OF_FILE: Final = "https://kho.example.vn/bi-mat/079301009876/don.pdf"
SESSION: Final = "phien-lam-viec-7f3a"
SECRETS: Final = (
    NAME,
    OFFICER,
    PAPER,
    OLD_PAPER,
    PHONE,
    MAIL,
    ADDRESS,
    STORY,
    FILE,
    ADDRESS_OF_FILE,
    SESSION,
)


class Calls:
    """Bodies of calls about some dossiers, the same for the same seed and moment."""

    def __init__(self, seed: int, now: datetime) -> None:
        self._rng = Random(seed)
        self._now = now

    def at(self, days: float) -> str:
        """A time so many days ago, as the API writes it."""
        return (self._now - timedelta(days=days)).astimezone(LOCAL).strftime("%Y%m%d%H%M%S")

    def life(self, number: int) -> list[dict[str, Any]]:
        """The calls about one dossier, from its reception to its end or to where it is now."""
        rng, unit = self._rng, COMMUNES[number % len(COMMUNES)]
        code = f"{unit}-260801-{number:04}"
        begun = 3 + rng.random() * 60
        length = rng.random() * min(begun, 12)
        received = {
            **self.record(code, unit, begun),
            "NgayHenTra": self.at(begun - 5 - rng.random() * 3),
            "TrangThaiHoSo": "2",
        }
        calls = [self.call([received])]
        if number % 3:
            calls.append(self.call([self.step(code, begun - length / 2)], service="CapNhatTienDoHoSoMC"))
        if number % 5:
            ended = {
                **received,
                "NgayKetThucXuLy": self.at(begun - length),
                "TrangThaiHoSo": 9,
                "DuocThanhToanTrucTuyen": rng.choice(["0", "1", 2]),
                "HoSoCoThanhPhanSoHoa": "1",
                "TaiKhoanDuocXacThucVoiVNeID": rng.choice(["1", "0", True]),
                "DanhSachGiayToKetQua": [self.result(number)],
            }
            calls.append(self.call([ended], error_code="00"))
        if number % 7 == 1:
            corrected = {**received, "NgayTiepNhan": self.at(begun - 0.1), "TrangThaiHoSo": "4"}
            calls.append(self.call([corrected], isUpdating="True"))
        return calls

    def call(self, records: list[dict[str, Any]], **around: Any) -> dict[str, Any]:
        """A call body."""
        head = {"session": SESSION, "madonvi": PROVINCE, "service": "DongBoHoSoMC", "isUpdating": "False"}
        return {**head, "data": records, **around}

    def record(self, code: str, unit: str, days: float) -> dict[str, Any]:
        """A received dossier with every personal field filled."""
        rng = self._rng
        return {
            "MaHoSo": code,
            "MaTTHC": rng.choice([WITH_FEE, WITHOUT_FEE]),
            "TenTTHC": f"Xác nhận cho {NAME}",
            "MaLinhVuc": "HT",
            "TenLinhVuc": "Hộ tịch",
            "KenhThucHien": rng.choice(["1", "2", 2]),
            "LoaiDoiTuong": "1",
            "ChuHoSo": NAME,
            "SoGiayToChuHoSo": PAPER,
            "MaDoiTuong": PAPER,
            "DinhDanhCHS": {"LoaiDinhDanh": 1, "SoDinhDanh": PAPER},
            "Email": MAIL,
            "Fax": PHONE,
            "SoDienThoai": PHONE,
            "TrichYeuHoSo": STORY,
            "ThongTinKhac": f"{ADDRESS}; {PHONE}",
            "ThongTinTra": f"trả cho {NAME} tại {ADDRESS}",
            "GhiChu": STORY,
            "NgayNopHoSo": self.at(days + 0.2),
            "NgayTiepNhan": self.at(days),
            "DonViXuLy": unit,
            "NoiNopHoSo": ADDRESS,
            "HinhThuc": "0",
            "DSKetNoiCSDL": [{"MaCSDL": "CSDLQGDC"}],
            "TaiLieuNop": [self.paper()],
            "DanhSachTepDinhKemKhac": [{"TenTepDinhKem": FILE, "DuongDanTaiTepTin": ADDRESS_OF_FILE}],
            "DanhSachLePhi": [
                {
                    "TenPhiLePhi": f"Lệ phí của {NAME}",
                    "MaPhiLePhi": "LP",
                    "HinhThucThu": "1",
                    "Gia": "15000",
                    "LoaiPhiLePhi": "1",
                }
            ],
            "DanhSachHoSoBoSung": [self.round(days)] if rng.random() < 0.3 else [],
        }

    def paper(self) -> dict[str, Any]:
        """A file among the papers, with a name, an address and, for an id, the number of an identity paper."""
        return {
            "TepDinhKemId": PAPER,
            "TenTepDinhKem": FILE,
            "IsDeleted": "False",
            "MaThanhPhanHoSo": PHONE,
            "DuongDanTaiTepTin": ADDRESS_OF_FILE,
            "DuocSoHoa": "1",
            "DuocTaiSuDung": self._rng.choice(["0", "1"]),
            "DuocLayTuKhoDMQG": "0",
            "MaKetQuaThayThe": OLD_PAPER,
        }

    def round(self, days: float) -> dict[str, Any]:
        """A round of supplement."""
        return {
            "HoSoBoSungId": OLD_PAPER,
            "NguoiYeuCauBoSung": OFFICER,
            "NoiDungBoSung": f"{NAME} {STORY}",
            "NgayBoSung": self.at(days - 1),
            "NguoiTiepNhanBoSung": OFFICER,
            "ThongTinTiepNhan": ADDRESS,
            "NgayTiepNhanBoSung": self.at(days - 2),
            "TrangThaiBoSung": "1",
            "DanhSachGiayToBoSung": [{"TenGiayTo": FILE, "DuongDanTaiTepTin": ADDRESS_OF_FILE}],
            "DanhSachLePhiBoSung": [{"TenPhiLePhi": NAME, "Gia": PHONE}],
        }

    def result(self, number: int) -> dict[str, Any]:
        """An electronic result; sometimes without any id."""
        named = {"TenGiayTo": f"Giấy của {NAME}", "DuongDanTepTinKetQua": ADDRESS_OF_FILE}
        return named if number % 2 else {**named, "MaGiayToKetQua": PAPER, "GiayToId": OLD_PAPER}

    def step(self, code: str, days: float) -> dict[str, Any]:
        """A step of progress."""
        return {
            "MaHoSo": code,
            "NguoiXuLy": OFFICER,
            "ChucDanh": f"Công chức {OFFICER}",
            "PhongBanXuLy": f"Bộ phận của {OFFICER}",
            "ThoiDiemXuLy": self.at(days),
            "NoiDungXuLy": f"{NAME}, {PAPER}: {STORY}",
            "TrangThai": "4",
            "NgayBatDau": self.at(days),
            "NgayKetThucTheoQuyDinh": self.at(days - 2),
        }

    def odd(self) -> list[dict[str, Any]]:
        """Calls that are taken although personal data stand where codes should."""
        record = self.record("-", COMMUNES[0], 9)
        return [
            self.call([{**record, "MaHoSo": PAPER}]),
            self.call([{**record, "MaHoSo": f"{COMMUNES[0]}-260801-9000", "DonViXuLy": OFFICER}]),
            self.call([{**record, "MaHoSo": f"{COMMUNES[0]}-260801-9001", NAME: PHONE, PAPER: MAIL}]),
            self.call(
                [{**record, "MaHoSo": f"{COMMUNES[0]}-260801-9002", "DSKetNoiCSDL": [{"MaCSDL": NAME}]}]
            ),
            self.call([{**record, "MaHoSo": f"{COMMUNES[0]}-260801-9003"}], error_code=NAME, **{NAME: PAPER}),
            self.call(
                [{**record, "MaHoSo": f"{COMMUNES[0]}-260801-9004", "LoaiDoiTuong": NAME, "HinhThuc": PHONE}]
            ),
        ]

    def damaged(self) -> list[str]:
        """Lines that must be refused, with personal data at every place that a refusal could repeat."""
        record = self.record(f"{COMMUNES[0]}-260801-9100", COMMUNES[0], 9)
        bodies = [
            self.call([{**record, name: value}])
            for name, value in (
                ("MaHoSo", [NAME, PAPER]),
                ("MaHoSo", NAME),
                ("MaHoSo", None),
                ("MaTTHC", NAME),
                ("MaTTHC", PAPER),
                ("NgayTiepNhan", NAME),
                ("NgayTiepNhan", {NAME: PAPER}),
                ("NgayNopHoSo", PHONE),
                ("KenhThucHien", PHONE),
                ("TrangThaiHoSo", NAME),
                ("TaiLieuNop", [NAME]),
                ("TaiLieuNop", NAME),
                ("DanhSachLePhi", [{"Gia": NAME}]),
                ("DanhSachLePhi", [{NAME: PAPER, "Gia": [PHONE]}]),
                ("DanhSachHoSoBoSung", [{"NgayBoSung": NAME}]),
            )
        ]
        bodies += [
            self.call([record], service=NAME),
            self.call([record], madonvi=NAME),
            self.call([record], madonvi=PAPER),
            self.call([NAME, PAPER]),  # type: ignore[list-item]  # what a broken connector sends
            {**self.call([]), "data": f"{NAME} {PAPER}"},
            {**self.call([]), "data": {NAME: {PAPER: PHONE}}},
            {"type": NAME, "note": PAPER},
            {"type": "dossier.resolved", "v": 1, "dossier_code": NAME, NAME: MAIL},
            {"kind": "unit", "v": 1, "code": PAPER, NAME: MAIL, "history": NAME},
        ]
        lines = [json.dumps(body, ensure_ascii=False) for body in bodies]
        whole = json.dumps(self.call([record]), ensure_ascii=False)
        return [
            *lines,
            whole[: len(whole) // 2],
            whole.replace(":", "=", 3),
            f"{NAME};{PAPER};{PHONE}",
            f'"{NAME}"',
        ]


def write_lines(path: Path, bodies: list[dict[str, Any]], *damaged: str) -> Path:
    """Write JSON lines."""
    lines = [json.dumps(body, ensure_ascii=False) for body in bodies]
    path.write_text("\n".join([*lines, *damaged]) + "\n", encoding="utf-8")
    return path


def write_list(path: Path, bodies: list[dict[str, Any]]) -> Path:
    """Write one JSON document, indented: a list of calls."""
    path.write_text(json.dumps(bodies, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def write_folder(path: Path, bodies: list[dict[str, Any]]) -> Path:
    """Write a folder with a file for each call, some deeper than others."""
    for number, body in enumerate(bodies):
        folder = path / f"ngay-{number % 3}" if number % 3 else path
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:04}.json").write_text(json.dumps(body), encoding="utf-8")
    return path
