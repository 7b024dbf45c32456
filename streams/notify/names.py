"""Names of units and the working days, from the reference topic; looked at again from time to time."""

import threading
from collections.abc import Callable, Iterable
from typing import Final

from schemas.reference import CalendarRecord, ProcedureRecord, ReferenceRecord, UnitRecord
from streams.core.calendar import WorkingCalendar
from streams.errors import UserError
from streams.log import get_logger

FRESH_SECONDS: Final = 3600.0
AGAIN_SECONDS: Final = 60.0
"""Time after which a reading that failed is tried again."""

log = get_logger(__name__)


class Names:
    """What notify needs of the reference data, read again once it is older than an hour; for any thread.

    Args:
        read: gives all reference records; UserError while Kafka does not answer: then what was known stays.
        clock: seconds that only grow.
    """

    def __init__(self, read: Callable[[], Iterable[ReferenceRecord]], clock: Callable[[], float]) -> None:
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._units: dict[str, str] = {}
        self._procedures: dict[str, str] = {}
        self._calendar = WorkingCalendar()

    def unit(self, code: str) -> str:
        """Return the newest name of a unit, its code if it has none."""
        self._refresh()
        return self._units.get(code, code)

    def units(self) -> dict[str, str]:
        """Return the newest name of every unit by its code."""
        self._refresh()
        return self._units

    def procedure(self, code: str) -> str:
        """Return the newest name of a procedure, its code if it has none."""
        self._refresh()
        return self._procedures.get(code, code)

    def calendar(self) -> WorkingCalendar:
        """Return the working days, Monday to Friday as long as no calendar is known."""
        self._refresh()
        return self._calendar

    def _refresh(self) -> None:
        with self._lock:
            if self._clock() < self._until:
                return
            try:
                records = list(self._read())
            except UserError as problem:
                self._until = self._clock() + AGAIN_SECONDS
                log.warning("reference data cannot be read; what was known stays", problem=str(problem))
                return
            self._units = {
                record.code: record.history[-1].name for record in records if isinstance(record, UnitRecord)
            }
            self._procedures = {
                record.code: record.history[-1].name
                for record in records
                if isinstance(record, ProcedureRecord)
            }
            calendars = [record for record in records if isinstance(record, CalendarRecord)]
            if calendars:
                newest = max(calendars, key=lambda record: record.version)
                self._calendar = WorkingCalendar(newest.off, newest.make_up)
            self._until = self._clock() + FRESH_SECONDS
