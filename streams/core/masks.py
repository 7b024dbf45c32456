"""The bits of a contribution: one per dossier counter, then one per presence counter, in wire order."""

from typing import Final

from schemas.counters import DOSSIER_COUNTERS, PRESENCE_COUNTERS

_POSITIONS: Final = {name: position for position, name in enumerate(DOSSIER_COUNTERS + PRESENCE_COUNTERS)}


def bit(name: str) -> int:
    """Return the bit of a counter; raises `KeyError` for a name that is no dossier or presence counter."""
    return 1 << _POSITIONS[name]


RECEIVED: Final = bit("received")
RECEIVED_SYNCED: Final = bit("received_synced")
RECEIVED_ONLINE: Final = bit("received_online")
FEE_DOSSIERS: Final = bit("fee_dossiers")
FEE_PAID: Final = bit("fee_paid")
HANDLED: Final = bit("handled")
ON_TIME: Final = bit("on_time")
RESULT_AVAILABLE: Final = bit("result_available")
DIGITIZED: Final = bit("digitized")
REUSED: Final = bit("reused")
PERSONAL_STORE: Final = bit("personal_store")
CITIZEN_DATA: Final = bit("citizen_data")
SATISFIED: Final = bit("satisfied")
COMPLETED: Final = bit("completed")
OPEN: Final = bit("open")
OPEN_LATE: Final = bit("open_late")
PETITIONS: Final = bit("petitions")
PETITIONS_ON_TIME: Final = bit("petitions_on_time")
PETITIONS_FIRST: Final = bit("petitions_first")
PETITIONS_SATISFIED: Final = bit("petitions_satisfied")
ONLINE_SERVICES: Final = bit("online_services")
FEE_PROCEDURES_SEEN: Final = bit("fee_procedures_seen")
FEE_PROCEDURES_PAID: Final = bit("fee_procedures_paid")
CITIZEN_PROCEDURES_CONNECTED: Final = bit("citizen_procedures_connected")


def names(mask: int) -> tuple[str, ...]:
    """Return the names of the counters in a mask, in wire order."""
    return tuple(name for name, position in _POSITIONS.items() if mask >> position & 1)
