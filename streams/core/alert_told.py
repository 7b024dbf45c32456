"""What was told of the alerts of one dossier or petition: kept beside its state, so that nothing is told twice.

`unsent` holds records as they go on the topic of alerts: they are stored first and sent after, and a new owner sends
again what its predecessor may not have sent, byte for byte. Moments are epoch milliseconds UTC.
"""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from schemas.alerts import AlertKind
from streams.core.state import DOSSIER_KEY, PETITION_KEY

TOLD_KEY: Final = "a:"
"""How the key of such a record begins, before the key of the state it belongs to."""

Status = Literal["raised", "acknowledged", "snoozed", "resolved"]


class ToldAlert(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The last that was told of one alert; `heard` says whether any of it was not silent.

    `acted` is the moment and the id of the last action taken into account. `figures` are those that every change of an
    alert about a unit or a source tells; other alerts have none and tell how late it is.
    """

    alert_id: str
    kind: AlertKind
    unit: str
    due: int
    since: int
    seq: int
    status: Status
    level: int
    changed_at: int
    stage_id: str | None = None
    subject: str | None = None
    computed: bool = False
    heard: bool = False
    until: int | None = None
    acted: tuple[int, str] = (0, "")
    figures: dict[str, int] = msgspec.field(default_factory=dict)


class Told(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """All alerts ever told of one subject; `offset` is the source offset that the partition had reached."""

    v: Literal[1]
    offset: int
    alerts: tuple[ToldAlert, ...]
    unsent: tuple[bytes, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether any of the alerts is not resolved."""
        return any(alert.status != "resolved" for alert in self.alerts)


NOTHING: Final = Told(1, -1, ())
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Told)


def encode_told(told: Told) -> bytes:
    """Encode what was told."""
    return _ENCODER.encode(told)


def decode_told(stored: bytes) -> Told:
    """Decode what was told; raises `msgspec.ValidationError` for a layout this code does not know."""
    return _DECODER.decode(stored)


def told_key(key: str) -> str:
    """Return where what was told of a state's subject is stored."""
    return TOLD_KEY + key


def is_state_key(key: str) -> bool:
    """Tell whether a stored key is that of a dossier or a petition."""
    return key[:2] in {DOSSIER_KEY, PETITION_KEY}


def join_told(copies: Sequence[bytes]) -> bytes:
    """Return what the records of several owners come to: of each alert the one told furthest, all that is unsent."""
    every = [decode_told(raw) for raw in copies]
    furthest: dict[str, ToldAlert] = {}
    for told in every:
        for alert in told.alerts:
            held = furthest.get(alert.alert_id)
            if held is None or _order(held) < _order(alert):
                furthest[alert.alert_id] = alert
    alerts = tuple(sorted(furthest.values(), key=lambda alert: alert.alert_id))
    unsent = tuple(dict.fromkeys(raw for told in every for raw in told.unsent))
    return encode_told(Told(1, max(told.offset for told in every), alerts, unsent))


def _order(alert: ToldAlert) -> tuple[int, int, int, str]:
    return alert.seq, alert.changed_at, alert.level, alert.status
