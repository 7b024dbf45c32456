"""Templates, and how a caller wants to look at them: language and colours, from two cookies."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import jinja2
from fastapi import Request

from schemas.index import IndexVersion
from streams.board import language as words
from streams.board.board import board_of
from streams.board.drawing import heat, spark
from streams.board.texts import LANGUAGES, Language, text, text_or

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
THEMES: Final = ("auto", "light", "dark")
NAVIGATION: Final = (
    ("ranking", "/"),
    ("deadlines", "/deadlines"),
    ("race", "/race"),
    ("index", "/index"),
)
"""Pages of the menu: the key of their names (below `nav.`) and their addresses."""


def _build() -> str:
    """Name the files that pages are made of: another build, other ETags and other addresses of static files."""
    every = sorted(
        path for path in HERE.rglob("*") if path.suffix in {".css", ".js", ".html", ".yaml", ".py"}
    )
    digest = hashlib.blake2b(digest_size=6)
    for path in every:
        digest.update(path.read_bytes())
    return digest.hexdigest()


BUILD: Final = _build()


class Look(NamedTuple):
    """Language and colours."""

    language: Language = "vi"
    theme: str = "auto"


def look_of(request: Request) -> Look:
    """Return what the address (`lang`) or the cookies say; Vietnamese and the system's colours by default."""
    language = request.query_params.get("lang") or request.cookies.get("lang")
    theme = request.cookies.get("theme", "auto")
    return Look(language if language in LANGUAGES else "vi", theme if theme in THEMES else "auto")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(request: Request, look: Look, template: str, values: Mapping[str, Any]) -> str:
    """Return a page; besides its values a template has `t`, the writers of figures, `look`, `board` and `here`."""
    watch = board_of(request).watch
    common = {
        "t": partial(text, look.language),
        "t_or": partial(text_or, look.language),
        "points": partial(words.points, look.language),
        "count": partial(words.count, look.language),
        "moment": partial(words.moment_text, look.language),
        "day": partial(words.day_text, look.language),
        "period_name": partial(words.period_text, look.language),
        "level_name": partial(words.level_text, look.language),
        "missing": words.missing(look.language),
        "look": look,
        "watch": watch,
        "build": BUILD,
        "address": address,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "path": request.url.path,
        "now": datetime.now(UTC),
        "navigation": NAVIGATION,
        "heat": heat,
        "spark": spark,
        "grade_name": partial(_grade_name, look.language),
        "group_name": partial(_group_name, look.language),
        "offer_name": partial(_offer_name, look.language),
    }
    return _environment().get_template(template).render({**common, **values})


def _grade_name(language: Language, index: IndexVersion | None, code: str) -> str:
    for grade in () if index is None else index.grades:
        if grade.code == code:
            return grade.name_vi if language == "vi" else grade.name_en
    return code


def _group_name(language: Language, index: IndexVersion | None, code: str) -> str:
    for group in () if index is None else index.groups:
        if group.code == code:
            return group.name_vi if language == "vi" else group.name_en
    return code


def _offer_name(language: Language, name: str) -> str:
    """Return the name of an offer: a level and a period are named in the caller's language."""
    kind, _, key = name.partition(":")
    if kind == "period":
        return words.period_text(language, key)
    return text_or(language, name, name)


def address(path: str, query: Mapping[str, object] | None = None, **changes: object) -> str:
    """Return an address with its parameters; those that are None or empty are left out."""
    values = {**(query or {}), **changes}
    left = {name: value for name, value in values.items() if value not in (None, "")}
    return path + (f"?{urlencode(left)}" if left else "")
