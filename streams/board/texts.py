"""Every word that people read on the board, in Vietnamese and in English: `texts/*.yaml`, one file a page."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")
FOLDER: Final = Path(__file__).parent / "texts"


@cache
def catalogue() -> Mapping[str, Mapping[Language, str]]:
    """Return key -> language -> text; raises ValueError for a key said twice or not in every language."""
    found: dict[str, Mapping[Language, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for key, texts in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if key in found or set(texts) != set(LANGUAGES):
                raise ValueError(f"{path.name}: {key} is said twice or not in {' and '.join(LANGUAGES)}")
            found[key] = texts
    return found


def text(language: Language, key: str, **values: object) -> str:
    """Return a text with its values in place; an unknown key is a mistake of ours."""
    return catalogue()[key][language].format(**values)


def text_or(language: Language, key: str, other: str) -> str:
    """Return a text, or the other one where the key is not known (a code that data brings)."""
    return catalogue()[key][language] if key in catalogue() else other
