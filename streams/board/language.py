"""How figures and moments are written in each language; a figure that is not there is a dash, never 0."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from streams.board.texts import Language, text, text_or
from streams.core.periods import LOCAL, date_of, local_day, parse_period

MISSING: Final = "–"
_QUARTERS: Final = ("I", "II", "III", "IV")


@lru_cache(50_000)  # a table has hundreds, most of them seen before
def points(language: Language, value: Decimal | None, *, sign: bool = False) -> Markup:
    """Return points or a percentage with two decimals, with the plain number for programs: `90,90` or `90.90`."""
    if value is None:
        return missing(language)
    plain = f"{value:.2f}"
    said = f"{value:+.2f}".replace("-", "−") if sign else plain
    if language == "vi":
        said = said.replace(".", ",")
    return Markup('<data class="num" value="{}">{}</data>').format(plain, said)


@lru_cache(10_000)  # as above
def count(language: Language, value: int | None) -> Markup:
    """Return a count with its thousands apart: `3.321` or `3,321`."""
    if value is None:
        return missing(language)
    said = f"{value:,}"
    if language == "vi":
        said = said.replace(",", ".")
    return Markup('<data class="num" value="{}">{}</data>').format(value, said)


def missing(language: Language) -> Markup:
    """Return the dash with its explanation, for eyes, pointers and screen readers."""
    return Markup('<abbr class="missing" title="{0}" aria-label="{0}">{1}</abbr>').format(
        text(language, "missing.value"), MISSING
    )


def moment_text(language: Language, value: datetime, *, seconds: bool = False) -> Markup:
    """Return a moment in local time (Asia/Ho_Chi_Minh)."""
    local = value.astimezone(LOCAL)
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    day = f"{local:%d/%m/%Y}" if language == "vi" else f"{local.day} {local:%b %Y}"
    return Markup('<time datetime="{}">{} {}</time>').format(
        value.astimezone(UTC).isoformat(timespec="milliseconds"), clock, day
    )


def day_text(language: Language, value: date) -> str:
    """Return a day as people write it."""
    return f"{value:%d/%m/%Y}" if language == "vi" else f"{value.day} {value:%b %Y}"


def period_text(language: Language, key: str) -> str:
    """Return the name of a period: `2024-Q1` -> `quý I năm 2024`, `first quarter of 2024`."""
    period = parse_period(key)
    if period.kind == "month":
        return text(language, "period.month", month=int(key[5:]), year=key[:4])
    if period.kind == "quarter":
        return text(language, "period.quarter", quarter=_QUARTERS[int(key[-1]) - 1], year=key[:4])
    if period.kind == "year":
        return text(language, "period.year", year=key)
    last = date_of(local_day(period.end - 1))
    return text(language, "period.rolling", days=period.kind[1:], day=day_text(language, last))


def level_text(language: Language, level: str) -> str:
    """Return what units of a level are called."""
    return text_or(language, f"level.{level}", level)
