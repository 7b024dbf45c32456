"""What digests say, in Vietnamese: the same words in the plain text and in the page."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from streams.core.alert_texts import local_time
from streams.notify.digest import Digest, Item

MOST_LINES: Final = 50
"""Most dossiers written out in one list; the others are counted."""


class Section(NamedTuple):
    """A list with a heading, a sentence that says what to do, and its columns."""

    heading: str
    advice: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    more: int
    tone: str


class Told(NamedTuple):
    """A digest in words: a title, figures with their labels and tones, sections, and what it is based on."""

    title: str
    figures: Sequence[tuple[str, str, str]]
    sections: Sequence[Section]
    calm: str
    basis: str


class Naming(NamedTuple):
    """Names for codes of units and procedures; a code without one stands for itself."""

    unit: Callable[[str], str]
    procedure: Callable[[str], str]


def tell(digest: Digest, names: Naming) -> Told:
    """Return a digest in words."""
    day = digest.day.strftime("%d/%m/%Y")
    return Told(
        f"Bản tin sáng {day}: {names.unit(digest.unit_code)}",
        (
            (str(len(digest.late)), "hồ sơ trễ hạn", "bad" if digest.late else "good"),
            (str(len(digest.due_today)), "đến hạn hôm nay", "warn" if digest.due_today else "good"),
            (str(len(digest.due_next)), "đến hạn ngày làm việc tới", "plain"),
        ),
        [section for section in _sections(digest, names) if section.rows],
        "Không có hồ sơ nào trễ hạn hoặc sắp đến hạn." if digest.is_empty else "",
        f"Số liệu lúc {local_time(digest.as_of)}. Ngày trễ là ngày làm việc. "
        "Mỗi hồ sơ chỉ nằm trong một danh sách, danh sách gấp nhất.",
    )


def _sections(digest: Digest, names: Naming) -> list[Section]:
    return [
        _dossiers("Trễ hạn", "Giải quyết ngay và xin lỗi người nộp.", digest.late, digest, names, "bad"),
        _dossiers(
            "Đến hạn hôm nay",
            "Trả kết quả trước giờ hẹn; sau giờ đó hồ sơ tính là trễ.",
            digest.due_today,
            digest,
            names,
            "warn",
        ),
        _dossiers(
            "Đến hạn ngày làm việc tới",
            "Nếu không kịp, gửi phiếu xin lỗi và hẹn lại ngay hôm nay; chỉ được hẹn lại một lần.",
            digest.due_next,
            digest,
            names,
            "plain",
        ),
        Section(
            "Theo công đoạn",
            "Công đoạn chậm làm cả hồ sơ chậm.",
            ("Công đoạn", "Sắp hết thời gian", "Trễ"),
            [(count.stage, str(count.soon), str(count.late)) for count in digest.stages],
            0,
            "plain",
        ),
        _dossiers("Phản ánh, kiến nghị quá hạn", "Xử lý ngay.", digest.petitions_late, digest, names, "bad"),
        _dossiers(
            "Phản ánh, kiến nghị sắp hết hạn", "Xử lý trước hạn.", digest.petitions_due, digest, names, "warn"
        ),
        _dossiers(
            "Quá 15 ngày chưa có giấy tờ bổ sung",
            "Liên hệ người nộp; nếu không bổ sung thì dừng giải quyết và trả lại hồ sơ.",
            digest.unanswered,
            digest,
            names,
            "plain",
        ),
        _dossiers(
            "Đã xong nhưng chưa đồng bộ",
            "Đồng bộ lại từ phần mềm một cửa.",
            digest.not_synced,
            digest,
            names,
            "plain",
        ),
    ]


def _dossiers(
    heading: str, advice: str, items: Sequence[Item], digest: Digest, names: Naming, tone: str
) -> Section:
    late = any(item.days_late for item in items)
    foreign = any(item.unit_code != digest.unit_code for item in items)
    procedures = any(item.procedure_code for item in items)
    columns = ["Mã", *["Thủ tục"] * procedures, *["Đơn vị"] * foreign, "Hạn", *["Trễ"] * late]
    rows = []
    for item in items[:MOST_LINES]:
        row = [item.code]
        if procedures:
            row.append(names.procedure(item.procedure_code) if item.procedure_code else "–")
        if foreign:
            row.append(names.unit(item.unit_code))
        row.append(local_time(item.due_at))
        if late:
            row.append(f"{item.days_late} ngày" if item.days_late else "trong ngày")
        rows.append(row)
    heading = f"{heading} ({len(items)})"
    return Section(heading, advice, columns, rows, max(0, len(items) - MOST_LINES), tone)
