"""Vietnamese words for what is stored as codes."""

from typing import Final

from schemas.alerts import AlertKind
from schemas.index import IndexVersion, UnknownIndexVersionError, load_index
from streams.core.periods import date_of, local_day, parse_period

LEVEL_NAMES = {
    "province": "cấp tỉnh",
    "department": "sở, ban, ngành",
    "district": "cấp huyện",
    "commune": "cấp xã",
}
ALERT_KINDS: Final[dict[AlertKind, str]] = {
    "stage_80_percent": "Công đoạn đã 80%",
    "stage_late": "Công đoạn trễ",
    "dossier_due_tomorrow": "Đến hạn ngày tới",
    "dossier_due_today": "Đến hạn hôm nay",
    "dossier_late": "Trễ hạn",
    "dossier_late_again": "Trễ hạn lần nữa",
    "supplement_unanswered": "Chờ bổ sung lâu",
    "second_supplement": "Bổ sung lần hai",
    "petition_due": "Phản ánh đến hạn",
    "petition_late": "Phản ánh quá hạn",
    "resolved_not_synced": "Chưa đồng bộ",
    "on_time_low": "Ít đúng hạn",
    "group_fell": "Nhóm giảm điểm",
    "grade_lost": "Tụt xếp loại",
    "rank_fell": "Tụt thứ hạng",
    "source_silent": "Nguồn im lặng",
}
"""What an alert is about, in a few words."""
ALERT_LEVELS: Final = ("đơn vị", "cấp trên", "tỉnh")
"""Whom a step of the ladder tells."""
ALERT_STATES: Final = {
    "raised": "mới",
    "acknowledged": "đã nhận",
    "snoozed": "tạm hoãn",
    "resolved": "đã hết",
}
_QUARTERS = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def period_name(key: str) -> str:
    """Return the name of a period: `2024-Q1` -> `quý I năm 2024`."""
    period = parse_period(key)
    if period.kind == "month":
        return f"tháng {int(key[5:])} năm {key[:4]}"
    if period.kind == "quarter":
        return f"quý {_QUARTERS[key[-1]]} năm {key[:4]}"
    if period.kind == "year":
        return f"năm {key}"
    last = date_of(local_day(period.end - 1))
    return f"{period.kind[1:]} ngày đến {last:%d/%m/%Y}"


def index_of(formula: str) -> IndexVersion | None:
    """Return a version of the index, None if this program does not know the one that stored scores name."""
    try:
        return load_index(formula)
    except UnknownIndexVersionError:
        return None


def grade_name(index: IndexVersion | None, code: str) -> str:
    """Return the name of a grade (xếp loại), its code if the index does not know it."""
    names = {} if index is None else {grade.code: grade.name_vi for grade in index.grades}
    return names.get(code, code)
