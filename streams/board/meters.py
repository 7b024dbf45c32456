"""What a board shows of itself: how quickly it answers, who watches, whether ClickHouse answers it."""

import time
from collections.abc import Sequence
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.board.watch import Watch
from streams.ops.health import Check
from streams.ops.meters import Meters

METERS: Final = Meters("board")
REQUEST_SECONDS: Final = METERS.histogram("nhip766_board_request_seconds")
VIEWERS: Final = METERS.gauge("nhip766_board_viewers")
CLICKHOUSE_UP: Final = METERS.gauge("nhip766_board_clickhouse_up")

NO_ROUTE: Final = "none"
"""Route of a request that none answers, or that was turned away before one was sought."""


class Measured:
    """Around all other layers: the time until an answer begins, by route and class of status; streams go on after.

    The answer says it, too, in milliseconds: `Server-Timing: board;dur=4.2`, which browsers show beside a request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def send_measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                route: Any = scope.get("route")
                status = f"{message['status'] // 100}xx"
                labels = getattr(route, "path", NO_ROUTE), status
                taken = time.perf_counter() - began
                REQUEST_SECONDS.labels(*labels).observe(taken)
                MutableHeaders(scope=message)["server-timing"] = f"board;dur={taken * 1000:.1f}"
            await send(message)

        await self._app(scope, receive, send_measured)


class BoardHealth:
    """Asked in the thread of the pages."""

    def __init__(self, watch: Watch, hang_limit: float) -> None:
        self._watch = watch
        self._hang_limit = hang_limit
        VIEWERS.set_function(lambda: watch.viewers)
        CLICKHOUSE_UP.set_function(lambda: watch.away_since is None)

    def alive(self) -> Sequence[Check]:
        """Tell whether the event loop still looks at ClickHouse, or tries to."""
        age = time.monotonic() - self._watch.looked_at
        return (Check("event_loop", age <= self._hang_limit, f"looked {age:.1f} s ago"),)

    def ready(self) -> Sequence[Check]:
        """Tell whether it lives and ClickHouse answers it."""
        away = self._watch.away_since
        seen = "answers" if away is None else f"away since {away:%H:%M:%S} UTC"
        return (*self.alive(), Check("clickhouse", away is None, seen))
