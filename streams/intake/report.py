"""What came of a run of intake."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from streams.intake.faults import Hazards
from streams.intake.reception import Accepted, Refused

MAX_REMEMBERED = 200_000
MAX_REFUSALS_SHOWN = 20


@dataclass
class IngestReport:
    """Counts of a run; `refused` by reason and field, the first few refusals with their positions."""

    hazards: Hazards
    documents: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: list[Refused] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def count(self, outcome: Accepted | Refused) -> None:
        """Count one outcome."""
        if isinstance(outcome, Refused):
            self.refused[outcome.reason, outcome.field or ""] += 1
            if len(self.refusals) < MAX_REFUSALS_SHOWN:
                self.refusals.append(outcome)
            return
        if outcome.reference is not None:
            self.sent[f"reference.{outcome.reference.kind}"] += 1
        for event in outcome.events:
            self.sent[event.type] += 1
        for event in outcome.events[:1]:
            self._remember(event.event_id)

    def _remember(self, event_id: str) -> None:
        """Report a record that came before in this run; beyond a limit the memory stops growing."""
        if event_id in self._seen:
            self.hazards.note("repeated_record", "")
        elif len(self._seen) < MAX_REMEMBERED:
            self._seen.add(event_id)

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "documents": self.documents,
            "sent": dict(sorted(self.sent.items())),
            "refused": [
                {"reason": reason, "field": name or None, "count": count}
                for (reason, name), count in sorted(self.refused.items())
            ],
            "refusals": [
                {"position": one.position, "reason": one.reason, "field": one.field} for one in self.refusals
            ],
            "hazards": [
                {"kind": kind, "field": name or None, "count": count}
                for (kind, name), count in sorted(self.hazards.counts.items())
            ],
        }
