"""A receiver of our webhooks, as one may be written: it checks the signature, takes each key once, prints what it says.

    HOOK_SECRET=thu python docs/examples/webhook_receiver.py          # port 8099; another one as an argument

Only the standard library. One that has to last would keep the keys on a disk.
"""

import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = os.environ["HOOK_SECRET"].encode()
OLDEST_SECONDS = 300
taken: set[str] = set()


class Receiver(BaseHTTPRequestHandler):
    """Answers 401 to what is not signed, 204 to what it has."""

    def do_POST(self) -> None:
        """Check, then take."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fits = _is_signed(
            body, self.headers["Nhip766-Timestamp"] or "", self.headers["Nhip766-Signature"] or ""
        )
        key = self.headers["Idempotency-Key"] or ""
        if fits and key not in taken:
            taken.add(key)
            document = json.loads(body)
            title = document["title"] if document["type"] == "letter" else document["text"]["title"]
            print(time.strftime("%H:%M:%S"), title, flush=True)
        self.send_response(204 if fits else 401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of requests as such."""


def _is_signed(body: bytes, timestamp: str, signature: str) -> bool:
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > OLDEST_SECONDS:
        return False
    digest = hmac.new(SECRET, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature.encode(), f"v1={digest}".encode())


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 8099), Receiver)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()
