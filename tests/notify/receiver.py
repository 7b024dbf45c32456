"""A receiver of webhooks on loopback that answers as it is told: well, with an error, or not at all."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Request(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """Its idempotency key, empty if it has none."""
        return self.headers.get("idempotency-key", "")

    @property
    def document(self) -> Any:
        """Its body."""
        return json.loads(self.body)


class Receiver:
    """Holds what came, and answers with `reply(request)`: a status, or None for never (until it is closed)."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.reply: Callable[[Request], int | None] = lambda _: 200
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def keys(self) -> list[str]:
        """The idempotency keys, in the order in which they came."""
        return [request.key for request in self.requests]

    def close(self) -> None:
        """Answer nothing more."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for the length of a block."""
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): text for name, text in self.headers.items()}
            request = Request(self.path, headers, body)
            receiver.requests.append(request)
            status = receiver.reply(request)
            if status is None:
                receiver.closing.wait()
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
