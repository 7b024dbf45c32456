"""Identifiers that may be carried as they are, and the keyed hash (HMAC-SHA256) for those that may not."""

import hmac
import re

from schemas.fields import is_code

_PERSONAL_NUMBER = re.compile(r"\d{9,12}\Z")
_SEPARATORS = str.maketrans("", "", "._/-")
_DIGEST_LETTERS = 24


class NoHashKeyError(Exception):
    """Something must be hashed, and there is no key (NHIP766_HASH_KEY)."""


def looks_personal(text: str) -> bool:
    """Whether `text` could be an identity paper (9 or 12 digits) or a telephone number (10 or 11)."""
    return _PERSONAL_NUMBER.match(text.translate(_SEPARATORS)) is not None


class TechnicalIds:
    """Carries identifiers over the border: plain codes as they are, all else as a stable keyed hash."""

    def __init__(self, key: bytes | None) -> None:
        self._key = key

    def carry(self, text: str) -> tuple[str, bool]:
        """The identifier to use, and whether it is a hash; raises NoHashKeyError."""
        if is_code(text) and not looks_personal(text):
            return text, False
        return self.hashed(text), True

    def hashed(self, text: str) -> str:
        """The keyed hash of a text; raises NoHashKeyError."""
        if self._key is None:
            raise NoHashKeyError
        return "h-" + hmac.digest(self._key, text.encode(), "sha256").hex()[:_DIGEST_LETTERS]
