"""Whether a Kafka broker answers: one question that each answers to anyone, without a client and its threads."""

import socket
import struct
from typing import Final

_API_VERSIONS: Final = struct.pack(">hhih", 18, 0, 766, -1)
"""Header of the request for the versions of all requests (Kafka protocol, version 0): key, version, number, no name."""
_NUMBER: Final = struct.pack(">i", 766)


def kafka_speaks(bootstrap: str, seconds: float) -> bool:
    """Tell whether one of the brokers (`host:port,...`) answers; each is given so many seconds."""
    return any(_speaks(address, seconds) for address in bootstrap.split(","))


def _speaks(address: str, seconds: float) -> bool:
    host, _, port = address.strip().rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=seconds) as link:
            link.sendall(struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS)
            with link.makefile("rb") as answer:
                return answer.read(8)[4:] == _NUMBER
    except (OSError, ValueError):
        return False
