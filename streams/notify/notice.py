"""What a channel is handed: notices of alerts, and letters (a digest, a test)."""

from typing import NamedTuple

import msgspec

from schemas.alert_wire import Alert
from streams.core.alert_texts import AlertText


class Notice(NamedTuple):
    """One change of one alert as a channel tells it.

    `key` is its idempotency key, the same at every attempt; `raw` the record as it stands on the topic; `raised_ms`
    when it came there (epoch ms).
    """

    number: int
    key: str
    alert: Alert
    text: AlertText
    unit_name: str
    raw: bytes
    raised_ms: int


class Letter(msgspec.Struct, frozen=True):
    """A message that is no alert: plain text, and the same as a page."""

    key: str
    title: str
    text: str
    html: str


class ChannelDownError(Exception):
    """The other side did not take it; the same may work later. The message holds no secret and no address."""


class RefusedError(Exception):
    """The other side has read it and will never take it."""
