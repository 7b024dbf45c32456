"""What is stored of one dossier (hồ sơ TTHC): a join-semilattice.

Any order and any repetition of its events give the same state.

Four kinds of field, each with its own way to join: registers (`registers.py`; the greatest version),
self-dated times (the greatest, but the least for submission and reception), sets and mappings by id (union,
entries joined), and the first version of a register (the least). Nothing is derived here: status, lateness
and contradictions are `facts.py`.

All times are epoch milliseconds UTC. The encoding is msgpack, positional, with sorted sets and mappings:
equal states are equal bytes. The first element is the version of this layout.
"""

from typing import Final, Literal

import msgspec

from streams.core.registers import AmountsRegister, IntRegister, TextRegister

# Keys of `DossierState.corrections` and `DossierState.hints`: the self-dated times of a dossier.
SUBMITTED: Final = "s"
RECEIVED: Final = "r"
REFUSED: Final = "x"
FINISHED: Final = "f"
RETURNED: Final = "t"
WITHDRAWN: Final = "w"
STOPPED: Final = "p"

# Bits of a component (giấy tờ) that is there; a removed component has none.
PRESENT: Final = 1
HAS_FILE: Final = 2
DIGITIZED: Final = 4
REUSED: Final = 8
PERSONAL_STORE: Final = 16


class Round(msgspec.Struct, array_like=True, gc=False):
    """One supplement round (lần bổ sung hồ sơ).

    `requested` and `completed` keep the earliest time said, `completed_last` the latest: they differ when
    sources disagree. `terms` is the newest `(at, seq, due_after, due_before)` (NgayHenTraMoi,
    NgayHenTraTruoc).
    """

    requested: int | None = None
    completed: int | None = None
    completed_last: int | None = None
    terms: tuple[int, int, int, int] | None = None


class Stage(msgspec.Struct, array_like=True, gc=False):
    """One stage of handling (công đoạn): earliest start, latest end, newest `(at, seq, due)`."""

    started: int | None = None
    finished: int | None = None
    due: tuple[int, int, int] | None = None


class DossierState(msgspec.Struct, array_like=True, gc=False):
    """The joined knowledge of one dossier; `offset` is the source offset of the newest event applied to it.

    `submitted` ... `stopped` are stated times; `hints` are end times known only from the moment a status was
    reported, `corrections` the newest `(at, seq, value)` that replaces a time. `due_first` is the due date
    first promised. `payment` is `(rank, at, seq, kind, paid_at)`. `components` and `results` map an id to
    `(at, seq, bits)`. `transfers` holds `(at, to, from)`, `reschedules` `(apology_sent_at, due_after,
    due_before)`, `petitions` maps a petition code to its sending time. `undated_end` is the last time a
    record said resolved or returned without a date.
    """

    v: Literal[1]
    code: str
    offset: int = -1
    procedure: TextRegister | None = None
    unit: TextRegister | None = None
    channel: IntRegister | None = None
    applicant_kind: IntRegister | None = None
    submitted_from: TextRegister | None = None
    due: IntRegister | None = None
    due_first: tuple[int, int, int] | None = None
    submitted: int | None = None
    received: int | None = None
    refused: int | None = None
    finished: int | None = None
    returned: int | None = None
    withdrawn: int | None = None
    stopped: int | None = None
    return_form: IntRegister | None = None
    payment: tuple[int, int, int, int, int] | None = None
    paid: int | None = None
    fees: AmountsRegister | None = None
    digitized: IntRegister | None = None
    vneid: IntRegister | None = None
    rating: tuple[int, int, int] | None = None
    synced: int | None = None
    undated_end: int | None = None
    hints: dict[str, int] | None = None
    corrections: dict[str, tuple[int, int, int]] | None = None
    databases: set[str] | None = None
    components: dict[str, tuple[int, int, int]] | None = None
    results: dict[str, tuple[int, int, int]] | None = None
    supplements: dict[str, Round] | None = None
    transfers: set[tuple[int, str, str]] | None = None
    reschedules: set[tuple[int, int, int]] | None = None
    stages: dict[str, Stage] | None = None
    petitions: dict[str, int] | None = None


_ENCODER: Final = msgspec.msgpack.Encoder(order="deterministic")
_DECODER: Final = msgspec.msgpack.Decoder(DossierState)


def new_dossier(code: str) -> DossierState:
    """Return the state of a dossier of which nothing is known."""
    return DossierState(1, code)


def encode_dossier(state: DossierState) -> bytes:
    """Encode a state; equal states give equal bytes."""
    return _ENCODER.encode(state)


def decode_dossier(stored: bytes) -> DossierState:
    """Decode a stored state; raises `msgspec.ValidationError` for a layout this code does not know."""
    return _DECODER.decode(stored)
