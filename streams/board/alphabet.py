"""The order of the Vietnamese alphabet: a ă â b c d đ e ê ... with the five tones after the letter alone."""

import unicodedata
from functools import lru_cache
from typing import Final

_LETTERS: Final = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", 1)}
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Huyền, hỏi, ngã, sắc, nặng: the order of dictionaries."""


@lru_cache(10_000)  # the names of all communes are sorted again and again
def vietnamese(name: str) -> tuple[list[int], list[int]]:
    """Return a sorting key: letters first, then tones; what is no letter comes first."""
    letters, tones = [], []
    for letter in unicodedata.normalize("NFC", name.casefold()):
        parts = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in parts if mark in _TONES), "")
        bare = unicodedata.normalize("NFC", parts.replace(tone, "")) if tone else letter
        letters.append(_LETTERS.get(bare, 0 if not bare.isalpha() else 100))
        tones.append(_TONES.get(tone, 0))
    return letters, tones
