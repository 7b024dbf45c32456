"""From records of the topic of alerts to rows."""

from schemas.alert_wire import Alert
from streams.sinks.rows import AlertRow

_AS_OF_BITS = 42
"""Milliseconds since 1970 fit into 42 bits until the year 2109."""


def alert_row(alert: Alert) -> AlertRow:
    """Return the row of one change of an alert."""
    return AlertRow(
        alert_id=alert.alert_id,
        seq=alert.seq,
        kind=alert.kind,
        severity=alert.severity,
        change=alert.change,
        unit_code=alert.unit_code,
        told_units=alert.told_units,
        level=alert.level,
        dossier_code=alert.dossier_code or "",
        petition_code=alert.petition_code or "",
        procedure_code=alert.procedure_code or "",
        stage_id=alert.stage_id or "",
        subject=alert.subject or "",
        due_at=alert.due_at,
        computed=int(alert.computed),
        raised_at=alert.raised_at,
        changed_at=alert.changed_at,
        ring_at=alert.ring_at,
        until=alert.until,
        acted_by=alert.by or "",
        silent=int(alert.silent),
        as_of=alert.as_of,
        figures=alert.figures,
        version=alert.seq << _AS_OF_BITS | alert.as_of,
    )
