"""A TCP proxy between a worker and ClickHouse: slow, cut, or losing a reply after the server has committed."""

import re
import socket
import threading
import time
from contextlib import suppress
from typing import Final

CHUNK: Final = 65_536


class Proxy:
    """Listens on a loopback port of its own; what it does may change at any time, from any thread.

    `delay` holds every chunk of an answer so many seconds. `cut` refuses and ends all connections until `mend`. An
    armed `lose_reply` passes on an insert into a table, waits until the server says that it is done, and is cut before
    the writer hears of it.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.delay = 0.0
        self._is_cut = False
        self._armed: bytes | None = None
        self._lost = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def cut(self) -> None:
        """Be away: end every connection and take none."""
        with self._lock:
            self._is_cut = True
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Be there again."""
        with self._lock:
            self._is_cut = False

    def lose_reply(self, table: str) -> None:
        """Lose the answer that ends the next insert into a table, and be away from then on; `has_lost` tells when."""
        self._lost.clear()
        self._armed = table.encode()

    def has_lost(self) -> bool:
        """Tell whether the reply was lost: the server has committed, and the writer does not know."""
        return self._lost.is_set()

    def close(self) -> None:
        """End everything."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(self._server) as server:
            with self._lock:
                if self._is_cut:
                    return
                self._open |= {client, server}
            link = _Link(client, server)
            forth = threading.Thread(target=self._requests, args=(link,), daemon=True)
            forth.start()
            try:
                self._answers(link)
            finally:
                with self._lock:
                    self._open -= {client, server}
                for one in (client, server):
                    with suppress(OSError):
                        one.shutdown(socket.SHUT_RDWR)
                forth.join()

    def _requests(self, link: "_Link") -> None:
        with suppress(OSError):
            while chunk := link.client.recv(CHUNK):
                link.hear(chunk)
                link.server.sendall(chunk)
        with suppress(OSError):
            link.server.shutdown(socket.SHUT_WR)

    def _answers(self, link: "_Link") -> None:
        with suppress(OSError):
            while chunk := link.server.recv(CHUNK):
                if self._armed is not None and link.inserts_into == self._armed and link.is_end(chunk):
                    self._armed = None
                    self.cut()
                    self._lost.set()
                    return
                if self.delay:
                    time.sleep(self.delay)  # being slow is what it is for
                link.client.sendall(chunk)


class _Link:
    """One connection through the proxy, and the table that its newest statement inserts into."""

    STATEMENT: Final = re.compile(rb"INSERT INTO (\w+) \(|SELECT |EXISTS ")
    LONGEST: Final = 64
    """Bytes of a statement's beginning that may stand at the end of one chunk and the beginning of the next."""
    END_OF_STREAM: Final = 5
    """Type of the packet with which the server says that a statement is done (native protocol)."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client = client
        self.server = server
        self.inserts_into: bytes | None = None
        self._tail = b""

    def hear(self, chunk: bytes) -> None:
        """Note what the client asks for."""
        asked = self._tail + chunk
        for statement in self.STATEMENT.finditer(asked):
            self.inserts_into = statement[1]
        self._tail = asked[-self.LONGEST :]

    def is_end(self, chunk: bytes) -> bool:
        """Tell whether an answer ends here well."""
        return chunk[-1] == self.END_OF_STREAM
