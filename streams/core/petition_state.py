"""What is stored of one petition (phản ánh, kiến nghị): a join-semilattice like `dossier_state`.

All times are epoch milliseconds UTC; the first element of the encoding is the version of this layout.
"""

from typing import Final, Literal

import msgspec

from streams.core.registers import IntRegister, TextRegister


class PetitionState(msgspec.Struct, array_like=True, gc=False):
    """The joined knowledge of one petition; `offset` is the source offset of the newest event applied to it.

    `sent`, `received`, `supplement` keep the earliest time, the outcomes the latest. `transfers` holds `(at,
    to, from, by_agency)`, `rating` the newest `(at, seq, likes, dislikes)`, `repeated` maps the code of a
    petition that raises the matter again to its time.
    """

    v: Literal[1]
    code: str
    offset: int = -1
    dossier: str | None = None
    unit: TextRegister | None = None
    petition_class: TextRegister | None = None
    direct: IntRegister | None = None
    sent: int | None = None
    received: int | None = None
    supplement: int | None = None
    refused: int | None = None
    returned: int | None = None
    answered: int | None = None
    published: int | None = None
    rating: tuple[int, int, int, int] | None = None
    transfers: set[tuple[int, str, str, int]] | None = None
    repeated: dict[str, int] | None = None


_ENCODER: Final = msgspec.msgpack.Encoder(order="deterministic")
_DECODER: Final = msgspec.msgpack.Decoder(PetitionState)


def new_petition(code: str) -> PetitionState:
    """Return the state of a petition of which nothing is known."""
    return PetitionState(1, code)


def encode_petition(state: PetitionState) -> bytes:
    """Encode a state; equal states give equal bytes."""
    return _ENCODER.encode(state)


def decode_petition(stored: bytes) -> PetitionState:
    """Decode a stored state; raises `msgspec.ValidationError` for a layout this code does not know."""
    return _DECODER.decode(stored)
