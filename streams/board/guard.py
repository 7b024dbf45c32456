"""What every request passes: who may ask, how often, and the headers that keep a browser safe."""

import base64
import binascii
import hmac
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.settings import Settings

OPEN_PATHS: Final = ("/healthz",)
SECURITY: Final[Mapping[str, str]] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_SECURITY: Final = [(name.encode(), said.encode()) for name, said in SECURITY.items()]
CALLERS: Final = 10_000
"""Callers remembered; the one not seen for longest is forgotten first."""


class Buckets:
    """A bucket of requests per caller, filled again through a minute."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, now: float) -> bool:
        """Take one request out; False if there is none left. `now`: seconds of a steady clock."""
        if not self._most:
            return True
        left, seen = self._left.pop(caller, (self._most, now))
        left = min(self._most, left + (now - seen) * self._most / 60)
        self._left[caller] = (max(0.0, left - 1), now)
        if len(self._left) > CALLERS:
            self._left.popitem(last=False)
        return left >= 1


class Guard:
    """The outermost layer; it passes bodies on as they come, so that streams stay streams."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._buckets = Buckets(settings.board_rate)
        self._user_header = settings.board_user_header
        token = settings.board_token
        self._token = None if token is None else token.get_secret_value().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 or 429, or let the request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_SECURITY]
            await send(message)

        await self._judged(scope)(scope, receive, send_safely)

    def _judged(self, scope: Scope) -> ASGIApp:
        headers = Headers(scope=scope)
        if scope["path"] in OPEN_PATHS:
            return self._app
        if not self._known(headers):
            return PlainTextResponse(
                "401: a token or a named person is needed",
                401,
                {"www-authenticate": 'Basic realm="nhip766", charset="UTF-8"'},
            )
        client = scope.get("client") or ("", 0)
        named = headers.get(self._user_header or "", "") if self._user_header else ""
        if not self._buckets.take(named or str(client[0]), time.monotonic()):
            return PlainTextResponse("429: too many requests, wait a little", 429, {"retry-after": "5"})
        return self._app

    def _known(self, headers: Headers) -> bool:
        if self._user_header is not None and not headers.get(self._user_header):
            return False
        return self._token is None or hmac.compare_digest(_shown_token(headers), self._token)


def _shown_token(headers: Headers) -> bytes:
    """Return the token that a caller shows: Bearer, or the password of Basic (which browsers ask a person for)."""
    scheme, _, said = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return said.strip().encode()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(said, validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            return b""
    return b""
