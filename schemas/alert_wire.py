"""The hot side of the alerts: a struct with the fields of `AlertRecord`, made and read by the hundred thousand.

`schemas.alerts` is the definition; a property test holds both to the same documents.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from schemas.alerts import AlertChange, AlertKind, Severity
from schemas.errors import BadEvent
from schemas.fields import CODE_PATTERN

_CODE = rf"^{CODE_PATTERN}\Z"
_Code = Annotated[str, Meta(pattern=_CODE)]
_Text = Annotated[str, Meta(min_length=1, max_length=256)]
_Moment = Annotated[int, Meta(ge=0, le=2**53 - 1)]
_Figure = Annotated[int, Meta(ge=-(2**53) + 1, le=2**53 - 1)]
_Name = Annotated[str, Meta(min_length=1, max_length=40)]


class Alert(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """One change of one alert, field by field as `schemas.alerts.AlertRecord` describes it; times are epoch ms UTC."""

    v: Annotated[int, Meta(ge=1, le=1)] = 1
    alert_id: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
    seq: Annotated[int, Meta(ge=1, le=10**9)]
    kind: AlertKind
    severity: Severity
    change: AlertChange
    unit_code: _Code
    told_units: Annotated[tuple[_Code, ...], Meta(min_length=1, max_length=10)]
    level: Annotated[int, Meta(ge=0, le=9)]
    dossier_code: _Code | None = None
    petition_code: _Code | None = None
    procedure_code: _Code | None = None
    stage_id: _Code | None = None
    subject: _Text | None = None
    due_at: _Moment | None = None
    computed: bool = False
    raised_at: _Moment
    changed_at: _Moment
    ring_at: _Moment
    until: _Moment | None = None
    by: _Text | None = None
    silent: bool = False
    as_of: _Moment
    figures: Annotated[dict[_Name, _Figure], Meta(max_length=20)] = msgspec.field(default_factory=dict)


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Alert)


def encode_alert(alert: Alert) -> bytes:
    """Return an alert as it is put on its topic: JSON, fields at their default left out."""
    return _ENCODER.encode(alert)


def decode_alert(raw: bytes) -> Alert:
    """Return the alert in a JSON document; raises BadEvent (`invalid`) for anything else."""
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadEvent("invalid", "not an alert") from None
