"""The board as a server: uvicorn, stopped in good order with all its streams."""

import socket
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn

from streams.board.app import make_app
from streams.board.meters import METERS, BoardHealth
from streams.board.watch import Watch
from streams.errors import UserError
from streams.log import get_logger
from streams.ops.pages import PageServer
from streams.settings import Settings

GRACE: Final = 5
"""Seconds that requests in hand may take after the signal."""

log = get_logger(__name__)


class _Server(uvicorn.Server):
    """Ends the streams of viewers when a signal comes: they would never end by themselves."""

    def handle_exit(self, sig: int, frame: types.FrameType | None) -> None:
        """Begin to stop."""
        app: Any = self.config.app
        app.state.board.watch.close()
        super().handle_exit(sig, frame)


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; raises UserError if the port is taken."""
    app = make_app(settings)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=30,
    )
    with _socket(settings) as listener, _pages(settings, app.state.board.watch):
        log.info("the board is up", address=f"http://{settings.board_host}:{settings.board_port}/")
        _Server(config).run(sockets=[listener])


@contextmanager
def _pages(settings: Settings, watch: Watch) -> Iterator[None]:
    """Serve metrics and health beside the board, unless the settings want none."""
    if not settings.board_metrics_port:
        yield
        return
    health = BoardHealth(watch, settings.hang_limit)
    pages = PageServer(settings.board_metrics_port, METERS, health, setting="board_metrics_port")
    pages.start()
    log.info("metrics served", address=f"{pages.address}/metrics")
    try:
        yield
    finally:
        pages.stop()


def _socket(settings: Settings) -> socket.socket:
    where = f"{settings.board_host}:{settings.board_port}"
    try:
        family = socket.getaddrinfo(settings.board_host, settings.board_port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.board_host, settings.board_port), family=family, backlog=1024)
    except OSError as problem:
        raise UserError(f"the board cannot listen on {where}: {problem.strerror}") from None
