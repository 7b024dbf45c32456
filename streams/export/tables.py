"""The tables that can be taken away: their columns, what they are read from, and which filters they know."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from streams.core.periods import date_of, local_day, parse_period
from streams.errors import UserError
from streams.read.below import BELOW
from streams.read.moment import literal
from streams.read.words import ALERT_KINDS


class Column(NamedTuple):
    """A column: its name for programs, its title for people, the expression it is read by."""

    name: str
    title: str
    source: str


class Table(NamedTuple):
    """A table: title, where its rows come from (now, and at a moment if it can), its filters and its order."""

    name: str
    title: str
    source: str
    source_at: str | None
    columns: tuple[Column, ...]
    filters: Mapping[str, str]
    order: str


class Filters(NamedTuple):
    """What is asked for; None leaves a filter out. `unit` is a code and means everything below it, too.

    `state`, `stage` and `status` are those of alerts.
    """

    formula: str | None = None
    level: str | None = None
    period: str | None = None
    unit: str | None = None
    as_of: datetime | None = None
    state: str | None = None
    stage: str | None = None
    status: str | None = None


def _columns(text: str) -> tuple[Column, ...]:
    """Read `name = title` or `name = title = expression`, one a line."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        name, title, *source = (part.strip() for part in line.split(" = ", 2))
        found.append(Column(name, title, source[0] if source else name))
    return tuple(found)


_OF_INDEX: Final = {
    "formula": "formula = %(formula)s",
    "level": "level = %(level)s",
    "period": "period = %(period)s",
    "unit": BELOW.format("unit_code"),
}
_NAMED: Final = (
    "(SELECT * FROM {0} AS d LEFT JOIN"
    " (SELECT formula AS n_formula, indicator AS n_indicator, number, name_vi, position FROM bi_dim_indicator) AS n"
    " ON n_formula = formula AND n_indicator = indicator LEFT JOIN"
    " (SELECT formula AS s_formula, period AS s_period, unit_code AS s_unit, unit_name FROM {1}) AS s"
    " ON s_formula = formula AND s_period = period AND s_unit = unit_code)"
)
_LOST_AT: Final = (
    "(SELECT *, denominator - numerator AS missed FROM indicator_detail_at(as_of = '{as_of}') WHERE lost > 0)"
)
_INDICATOR: Final = """
    formula = Phiên bản
    level = Cấp
    period = Kỳ
    unit_code = Mã đơn vị
    unit_name = Đơn vị
    group_code = Nhóm
    number = Số
    indicator = Mã chỉ số
    name_vi = Chỉ số
    numerator = Tử số
    denominator = Mẫu số
"""

_KIND: Final = "transform(toString(kind), ['{}'], ['{}'], toString(kind))".format(
    "', '".join(ALERT_KINDS),
    "', '".join(ALERT_KINDS.values()).replace(
        "%", " phần trăm"
    ),  # a percent sign means a parameter to the driver
)
_NAMED_ALERTS: Final = (
    "(SELECT * FROM open_alerts AS a LEFT JOIN (SELECT unit_code AS u_unit, argMax(unit_name, period_end) AS unit_name"
    " FROM scores GROUP BY unit_code) AS u ON u_unit = unit_code)"
)

TABLES: Final = {
    table.name: table
    for table in (
        Table(
            "ranking",
            "Bảng xếp hạng",
            "ranking",
            "ranking_at(as_of = '{as_of}')",
            _columns("""
                formula = Phiên bản
                level = Cấp
                period = Kỳ
                rank = Hạng
                rank_movement = Tăng giảm hạng
                unit_code = Mã đơn vị
                unit_name = Đơn vị
                total = Tổng điểm
                maximum = Tối đa
                grade = Xếp loại
                previous_total = Điểm kỳ trước
                score_delta = Tăng giảm điểm
                CKMB = Công khai, minh bạch = if(mapContains(groups, 'CKMB'), groups['CKMB'], NULL)
                TDGQ = Tiến độ giải quyết = if(mapContains(groups, 'TDGQ'), groups['TDGQ'], NULL)
                CLGQ = Dịch vụ công trực tuyến = if(mapContains(groups, 'CLGQ'), groups['CLGQ'], NULL)
                TTTT = Thanh toán trực tuyến = if(mapContains(groups, 'TTTT'), groups['TTTT'], NULL)
                MDSH = Số hóa hồ sơ = if(mapContains(groups, 'MDSH'), groups['MDSH'], NULL)
                MDHL = Mức độ hài lòng = if(mapContains(groups, 'MDHL'), groups['MDHL'], NULL)
                as_of = Tính đến
            """),
            _OF_INDEX,
            "formula, level, period, position",
        ),
        Table(
            "indicators",
            "Chỉ số thành phần",
            _NAMED.format("indicator_detail", "scores"),
            _NAMED.format("indicator_detail_at(as_of = '{as_of}')", "scores_at(as_of = '{as_of}')"),
            _columns(
                _INDICATOR
                + """
                ratio = Tỷ lệ %
                score = Điểm
                maximum = Tối đa
                lost = Mất
                policy = Số liệu của ai
                as_of = Tính đến
                """
            ),
            _OF_INDEX,
            "formula, level, period, unit_code, position",
        ),
        Table(
            "points_lost",
            "Điểm mất",
            _NAMED.format("points_lost", "scores"),
            _NAMED.format(_LOST_AT, "scores_at(as_of = '{as_of}')"),
            _columns(
                _INDICATOR
                + """
                missed = Thiếu
                score = Điểm
                maximum = Tối đa
                lost = Mất
                as_of = Tính đến
                """
            ),
            _OF_INDEX,
            "formula, level, period, unit_code, lost DESC, position",
        ),
        Table(
            "history",
            "Điểm và hạng theo ngày",
            "ranking_history",
            None,
            _columns("""
                formula = Phiên bản
                level = Cấp
                period = Kỳ
                day = Ngày
                rank = Hạng
                unit_code = Mã đơn vị
                unit_name = Đơn vị
                total = Tổng điểm
                grade = Xếp loại
            """),
            _OF_INDEX,
            "formula, level, period, day, rank, unit_code",
        ),
        Table(
            "dossiers",
            "Hồ sơ",
            "bi_fact_dossier",
            None,
            _columns("""
                dossier_code = Mã hồ sơ
                unit_code = Mã đơn vị
                procedure_code = Mã thủ tục
                status = Trạng thái
                channel = Kênh
                submitted_day = Ngày nộp
                received_day = Ngày tiếp nhận
                due_day = Ngày hẹn trả
                ended_day = Ngày kết thúc
                is_open = Đang xử lý
                is_late_now = Đang trễ
                has_result = Có kết quả điện tử
                digitized = Số hóa
                reused = Tái sử dụng
                personal_store = Kho cá nhân
                paid_online = Thanh toán trực tuyến
                supplements = Lần bổ sung
                synced = Đã đồng bộ
                liked = Hài lòng
                petitions = Phản ánh
            """),
            {
                "unit": BELOW.format("unit_code"),
                "period": "received_day BETWEEN toDate32(%(first_day)s) AND toDate32(%(last_day)s)",
            },
            "received_day, dossier_code",
        ),
        Table(
            "overdue",
            "Hồ sơ đang trễ hạn",
            "overdue_dossiers",
            "overdue_dossiers_at(at = '{as_of}')",
            _columns("""
                dossier_code = Mã hồ sơ
                unit_code = Mã đơn vị
                procedure_code = Mã thủ tục
                status = Trạng thái
                received_at = Tiếp nhận
                due_at = Hẹn trả
                original_due_at = Hẹn trả lần đầu
                waits_for_supplement = Chờ bổ sung
                supplements_asked = Lần bổ sung
                late_since = Trễ từ
                hours_late = Giờ trễ
            """),
            {"unit": BELOW.format("unit_code")},
            "hours_late DESC, dossier_code",
        ),
        Table(
            "petitions",
            "Phản ánh, kiến nghị",
            "bi_fact_petition",
            None,
            _columns("""
                petition_code = Mã phản ánh
                dossier_code = Mã hồ sơ
                unit_code = Mã đơn vị
                petition_class = Loại
                sent_day = Ngày gửi
                received_day = Ngày tiếp nhận
                answered_day = Ngày trả lời
                published_day = Ngày công khai
                outcome = Kết quả
                likes = Thích
                dislikes = Không thích
                repeated = Phản ánh lại
            """),
            {
                "unit": BELOW.format("unit_code"),
                "period": "received_day BETWEEN toDate32(%(first_day)s) AND toDate32(%(last_day)s)",
            },
            "sent_day, petition_code",
        ),
        Table(
            "alerts",
            "Cảnh báo đang mở",
            _NAMED_ALERTS,
            None,
            _columns(
                f"""
                alert_id = Mã cảnh báo
                kind = Loại
                what = Việc = {_KIND}
                severity = Mức độ
                status = Tình trạng
                unit_code = Mã đơn vị
                unit_name = Đơn vị
                dossier_code = Mã hồ sơ
                petition_code = Mã phản ánh
                procedure_code = Mã thủ tục
                stage_id = Công đoạn
                due_at = Hạn
                computed = Hạn do hệ thống tính
                level = Cấp đã báo
                raised_at = Báo từ
                until = Hoãn đến
                acted_by = Ai đã nhận
                """
            ),
            {
                "unit": BELOW.format("unit_code"),
                "state": "alert_id IN (SELECT alert_id FROM deadlines WHERE state = %(state)s)",
                "stage": "stage_id = %(stage)s",
                "status": "status = %(status)s",
            },
            "indexOf(['critical', 'serious', 'warning', 'info'], severity), due_at, alert_id",
        ),
    )
}


def table_of(name: str) -> Table:
    """Return a table by name; raises UserError that says which there are."""
    if name not in TABLES:
        raise UserError(f"there is no table {name!r} to export; there are: {', '.join(TABLES)}")
    return TABLES[name]


def statement_of(table: Table, filters: Filters) -> tuple[str, dict[str, str]]:
    """Return the question and its parameters; raises UserError for a filter that the table does not know."""
    wanted = {
        name: value
        for name in ("formula", "level", "period", "unit", "state", "stage", "status")
        if (value := getattr(filters, name)) is not None
    }
    for name in wanted:
        if name not in table.filters:
            raise UserError(f"table {table.name} knows no {name}; it knows: {', '.join(table.filters)}")
    source = table.source
    if filters.as_of is not None:
        if table.source_at is None:
            raise UserError(f"table {table.name} is of now only, not as of a moment")
        source = table.source_at.replace("{as_of}", literal(filters.as_of))
    where = " AND ".join(table.filters[name] for name in wanted)
    columns = ", ".join(f"{column.source} AS `{column.name}`" for column in table.columns)
    text = f"SELECT {columns} FROM {source}" + (f" WHERE {where}" if where else "")  # noqa: S608 - names of ours
    return f"{text} ORDER BY {table.order}", {**wanted, **_days(wanted.get("period"))}


def _days(period: str | None) -> Mapping[str, Any]:
    if period is None:
        return {}
    try:
        bounds = parse_period(period)
    except ValueError as problem:
        raise UserError(str(problem)) from None
    first, last = date_of(local_day(bounds.start)), date_of(local_day(bounds.end - 1))
    return {"first_day": first.isoformat(), "last_day": last.isoformat()}


def named(table: Table, filters: Filters) -> str:
    """Return a file name without its ending: the table and the filters in force."""
    parts: Sequence[str | None] = [
        table.name,
        filters.level,
        filters.period,
        filters.unit,
        filters.state,
        filters.stage,
        filters.status,
        None if filters.as_of is None else f"{filters.as_of:%Y%m%dT%H%M}",
    ]
    return "-".join("".join(c if c.isalnum() or c in "._-" else "_" for c in part) for part in parts if part)
