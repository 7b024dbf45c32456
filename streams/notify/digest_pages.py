"""A digest as plain text, and as a page that mail programs and telephones show: one column, no script, no picture."""

from html import escape
from typing import Final

from streams.notify.digest import Digest
from streams.notify.digest_words import Naming, Section, Told, tell
from streams.notify.notice import Letter

_TONES: Final = {"bad": "#b3261e", "warn": "#8a5a00", "good": "#1b6e3c", "plain": "#1f3a5f"}

_STYLE: Final = """
body{margin:0;background:#f3f4f6;color:#1c1f24;font:16px/1.5 "Be Vietnam Pro",Roboto,"Segoe UI",Arial,sans-serif}
main{max-width:760px;margin:0 auto;padding:20px 16px 32px}
h1{font-size:22px;line-height:1.3;margin:0 0 16px}h2{font-size:18px;margin:0}
section{background:#fff;border:1px solid #dde1e7;border-radius:8px;padding:16px;margin:0 0 16px;overflow-x:auto}
.figures{width:calc(100% + 16px);border-collapse:separate;border-spacing:8px 0;margin:0 -8px 16px;table-layout:fixed}
.figures td{background:#fff;border:1px solid #dde1e7;border-radius:8px;padding:12px;vertical-align:top}
.figures strong{display:block;font-size:30px;line-height:1.1}
p{margin:4px 0 12px}table.list{width:100%;border-collapse:collapse}
.list th{text-align:left;font-size:13px;color:#565d68;border-bottom:2px solid #dde1e7;padding:6px 10px 6px 0}
.list td{border-bottom:1px solid #e9ecf0;padding:8px 10px 8px 0;vertical-align:top}
.list td:first-child{font-weight:600;overflow-wrap:anywhere}.list td:last-child{white-space:nowrap}
.basis{font-size:13px;color:#565d68}
@media(max-width:560px){.figures{width:100%}
.figures,.figures tbody,.figures tr,.figures td{display:block;width:auto;margin:0}
.figures td{margin:0 0 8px;padding:8px 12px}.figures strong{display:inline;font-size:22px;margin-right:8px}
.list thead{display:none}.list tr{display:block;border-bottom:1px solid #e9ecf0;padding:8px 0}
.list td,.list td:last-child{display:block;border:0;padding:0;white-space:normal}
.list td:not(:first-child)::before{content:attr(data-name) ": ";color:#565d68}}
"""


def digest_letter(digest: Digest, names: Naming) -> Letter:
    """Return a digest as a letter; its key is the unit's and the day's."""
    told = tell(digest, names)
    key = f"digest:{digest.unit_code}:{digest.day.isoformat()}"
    return Letter(key, told.title, as_text(told), as_page(told))


def as_text(told: Told) -> str:
    """Return a told digest as plain text, without its title."""
    blocks = [", ".join(f"{figure} {label}" for figure, label, _ in told.figures) + "."]
    if told.calm:
        blocks.append(told.calm)
    blocks += [_text_section(section) for section in told.sections]
    return "\n\n".join([*blocks, told.basis]) + "\n"


def as_page(told: Told) -> str:
    """Return a told digest as an HTML page that needs nothing from elsewhere."""
    cells = "".join(
        f'<td><strong style="color:{_TONES[tone]}">{figure}</strong> {escape(label)}</td>'
        for figure, label, tone in told.figures
    )
    body = "".join(_page_section(section) for section in told.sections)
    calm = f"<section><p>{escape(told.calm)}</p></section>" if told.calm else ""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(told.title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>{escape(told.title)}</h1><table class="figures" role="presentation"><tr>{cells}</tr></table>'
        f'{calm}{body}<p class="basis">{escape(told.basis)}</p></main></body></html>\n'
    )


def _text_section(section: Section) -> str:
    lines = [section.heading.upper(), section.advice]
    for code, *rest in section.rows:
        said = "; ".join(
            f"{name.lower()} {value}" for name, value in zip(section.columns[1:], rest, strict=True)
        )
        lines.append(f"• {code}: {said}")
    if section.more:
        lines.append(f"… và {section.more} hồ sơ khác")
    return "\n".join(lines)


def _page_section(section: Section) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in section.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td data-name="{escape(name)}">{escape(value)}</td>'
            for name, value in zip(section.columns, row, strict=True)
        )
        + "</tr>"
        for row in section.rows
    )
    more = f"<p>… và {section.more} hồ sơ khác.</p>" if section.more else ""
    return (
        f'<section><h2 style="color:{_TONES[section.tone]}">{escape(section.heading)}</h2>'
        f'<p>{escape(section.advice)}</p><table class="list"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}</section>"
    )
