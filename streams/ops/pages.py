"""The pages of a process: `/metrics`, `/healthz`, `/readyz`, on loopback, from a thread of their own.

The thread answers although the event loop hangs: that is what makes a hang visible.
"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, disable_created_metrics

from streams.errors import UserError
from streams.ops.health import Health, answer
from streams.ops.meters import Meters
from streams.settings import variable

LOOPBACK: Final = "127.0.0.1"
JSON: Final = "application/json; charset=utf-8"


class PageServer:
    """Serves from `start` to `stop`.

    Args:
        port: loopback port, 0 for a free one.
        meters: what `/metrics` shows.
        health: what the other two ask.
        setting: the field of the settings that chose the port, for the message that it is taken.
    """

    def __init__(self, port: int, meters: Meters, health: Health, *, setting: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves its annotation out
        handler = _handler(meters, health)
        try:
            self._server = ThreadingHTTPServer((LOOPBACK, port), handler)
        except OSError:
            raise UserError(
                f"{variable(setting)}: port {port} is taken; choose another, or 0 for none"
            ) from None
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, name="pages", daemon=True)

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing more, and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(meters: Meters, health: Health) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path.partition("?")[0]:
                case "/metrics":
                    self._send(200, CONTENT_TYPE_LATEST, meters.page())
                case "/healthz":
                    status, body = answer(health.alive())
                    self._send(status, JSON, body)
                case "/readyz":
                    status, body = answer(health.ready())
                    self._send(status, JSON, body)
                case _:
                    self._send(404, JSON, b'{"ok": false}\n')

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's signature)
            """Say nothing: scrapes are no events."""

    return Handler
