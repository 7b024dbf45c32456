"""What a load says, counted from its documents as plain dictionaries."""

import json
from collections.abc import Iterable
from typing import Any

from bench.load import Record


def counted(records: Iterable[Record]) -> dict[str, int]:
    """Count dossiers: received, handled, on time, online, paid online; only what was received counts."""
    dossiers: dict[str, dict[str, Any]] = {}
    for record in records:
        said = json.loads(record.value)
        dossiers.setdefault(said["dossier_code"], {}).update(said)
    received = [each for each in dossiers.values() if "received_at" in each]
    handled = [each for each in received if "finished_at" in each]
    return {
        "received": len(received),
        "handled": len(handled),
        "on_time": sum(each["finished_at"] <= each["due_at"] for each in handled),
        "online": sum(each["channel"] == 2 for each in received),
        "paid": sum(each.get("online_payment") == 1 for each in received),
    }
