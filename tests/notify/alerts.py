"""Alert records as tests need them."""

from schemas.alert_wire import Alert, encode_alert

DAY = 86_400_000
NINE = 1_792_548_000_000
"""2026-10-21 09:00 in Viet Nam."""


def alert(number=1, *, seq=1, change="raised", **values):
    """A late dossier of Thuận An, raised at nine o'clock."""
    given = {
        "kind": "dossier_late",
        "severity": "serious",
        "unit_code": "H09.50",
        "told_units": ("H09.50",),
        "level": 0,
        "dossier_code": f"H09.50-261008-{number:04}",
        "due_at": NINE,
        "raised_at": NINE,
        "changed_at": NINE,
        "ring_at": NINE,
        "as_of": NINE,
        "figures": {"minutes_late": 60},
    }
    return Alert(alert_id=f"{number:032x}", seq=seq, change=change, **{**given, **values})


def raw(*given, **values):
    """The same as bytes."""
    return encode_alert(alert(*given, **values))
