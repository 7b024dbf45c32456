"""A program that is told every change: one signed POST each, which says by its key whether it came before.

Headers: `Idempotency-Key`, the same at every attempt; `Nhip766-Timestamp`, seconds since 1970 of this attempt;
`Nhip766-Signature`, `v1=` and the hexadecimal HMAC-SHA256, under the shared secret, of the timestamp, a full stop and
the body. A receiver compares the signature in constant time and refuses a timestamp that is too old.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from streams.notify.channels.posting import Poster
from streams.notify.notice import Letter, Notice


class Webhook:
    """The port over HTTP.

    Args:
        poster: to the receiver.
        secret: shared with it.
        clock: gives seconds since 1970.
    """

    def __init__(self, poster: Poster, secret: str, clock: Callable[[], float]) -> None:
        self._poster = poster
        self._secret = secret.encode()
        self._clock = clock

    def tell(self, notices: Sequence[Notice]) -> None:
        """Post each notice by itself."""
        for notice in notices:
            self._post(
                notice.key,
                {
                    "type": "alert",
                    "key": notice.key,
                    "alert": msgspec.Raw(notice.raw),
                    "unit_name": notice.unit_name,
                    "text": notice.text._asdict(),
                },
            )

    def send_letter(self, letter: Letter) -> None:
        """Post a letter."""
        self._post(letter.key, {"type": "letter", **msgspec.structs.asdict(letter)})

    def close(self) -> None:
        """Close the connection."""
        self._poster.close()

    def _post(self, key: str, document: dict[str, Any]) -> None:
        body = msgspec.json.encode({"v": 1, **document})
        timestamp = str(int(self._clock()))
        headers = {
            "Idempotency-Key": key,
            "Nhip766-Timestamp": timestamp,
            "Nhip766-Signature": f"v1={signature(self._secret, timestamp, body)}",
        }
        self._poster.post(body, headers)


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return the hexadecimal HMAC-SHA256 of a timestamp, a full stop and a body."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
