"""When a dossier or petition can change no figure any more, and the stub that is kept of it then.

The *horizon* is the earliest moment that any open period or rolling window holds. What ended before it counts in no
period that is open or will ever be. The horizon moves with the clock of a partition, and each move has a position in
the log: the source offset that was merged last. A dossier that had ended before the horizon, with no event after that
position, is *settled*: later events about it are refused. That follows from the log and the clock alone, not from the
moment at which the stub is written. Moments are epoch milliseconds UTC.
"""

from typing import Final, Literal, NamedTuple

import msgspec

from streams.core.facts import NEVER, CountedDossier, PetitionFacts
from streams.core.periods import day_start, local_day, open_periods
from streams.core.petition_outcome import outcome
from streams.core.tally_book import LONGEST_WINDOW

SETTLED: Final = "settled"
"""Reason of the dead letter of an event about a settled dossier or petition."""


class Closing(NamedTuple):
    """A horizon, and the source offset merged last when it moved there (-1: before any event)."""

    horizon: int
    offset: int


class Stub(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What is kept of a settled dossier or petition.

    `offset` is that of the last event merged into it. Events up to offset `settled` were read before it was settled:
    one that comes again is a repetition, not a late event.
    """

    v: Literal[0]
    code: str
    offset: int
    settled: int


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Stub)
STUB_HEAD: Final = b"\x94\x00"
"""How a stub begins: an array of four whose first element is 0; a state is a longer one, and its layout is 1."""


def horizon_at(as_of: int, grace_days: int) -> int:
    """Return the earliest moment that a period or window holds that is open at `as_of`."""
    first = min(period.start for period in open_periods(as_of, grace_days))
    return min(first, day_start(local_day(as_of) - LONGEST_WINDOW + 1))


def is_over(facts: CountedDossier | PetitionFacts, horizon: int) -> bool:
    """Tell whether something began and ended before a horizon, for good as far as is known.

    A petition that waits for a supplement has not ended, although its clock stands.
    """
    if facts.ended_at is None or facts.ended_at >= horizon:
        return False
    if isinstance(facts, PetitionFacts) and outcome(facts, NEVER).kind == "supplement":
        return False
    return facts.began_at is None or facts.began_at < horizon


def encode_stub(code: str, offset: int, settled: int) -> bytes:
    """Encode the stub of what is settled since a source offset."""
    return _ENCODER.encode(Stub(0, code, offset, settled))


def decode_stub(stored: bytes) -> Stub:
    """Decode a stub; raises `msgspec.ValidationError` for anything else."""
    return _DECODER.decode(stored)


def stub_in(stored: bytes | None) -> Stub | None:
    """Return the stub that stands in the place of a state, None if it is a state or nothing."""
    if stored is None or not stored.startswith(STUB_HEAD):
        return None
    return decode_stub(stored)
