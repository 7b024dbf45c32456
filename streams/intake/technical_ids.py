"""Identifiers that may be carried as they are, and the keyed hash (HMAC-SHA256) for those that may not."""

import hmac
import re

from schemas.fields import is_code
from streams.errors import UserError

_PERSONAL_NUMBER = re.compile(r"\d{9,12}\Z")
_DIGEST_LETTERS = 24


def looks_personal(text: str) -> bool:
    """Whether `text` could be an identity paper (9 or 12 digits) or a telephone number (10 or 11)."""
    return _PERSONAL_NUMBER.match(text) is not None


class TechnicalIds:
    """Carries identifiers over the border: plain codes as they are, all else as a stable keyed hash."""

    def __init__(self, key: bytes | None) -> None:
        self._key = key

    def carry(self, text: str) -> tuple[str, bool]:
        """The identifier to use, and whether it is a hash.

        Raises:
            UserError: a hash is needed and there is no key.
        """
        if is_code(text) and not looks_personal(text):
            return text, False
        return self.hashed(text), True

    def hashed(self, text: str) -> str:
        """The keyed hash of a text; raises UserError without a key."""
        if self._key is None:
            raise UserError(
                "NHIP766_HASH_KEY is not set, and the input has identifiers that must be hashed; "
                "give a secret of at least 16 characters, and always the same one"
            )
        return "h-" + hmac.digest(self._key, text.encode(), "sha256").hex()[:_DIGEST_LETTERS]
