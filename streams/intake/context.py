"""What the adapters are told about the place and the moment of intake."""

from dataclasses import dataclass, field
from datetime import datetime

from schemas.sources import SourceProfile, Sources
from streams.intake.faults import FieldFault, Hazards
from streams.intake.technical_ids import NoHashKeyError, TechnicalIds
from streams.intake.unit_names import UnitNames


@dataclass(frozen=True)
class Intake:
    """One run of intake. `recorded_at` is its clock (aware), `source` the name given by hand, if any."""

    recorded_at: datetime
    ids: TechnicalIds
    sources: Sources
    source: str | None = None
    units: UnitNames | None = None
    hazards: Hazards = field(default_factory=Hazards)


@dataclass(frozen=True)
class Call:
    """One call body of the national API: who called, and how its records are to be read."""

    intake: Intake
    unit_code: str
    source: str
    profile: SourceProfile
    is_update: bool
    accepted: bool | None
    """Whether the portal accepted the call; None if nobody says."""
    error_code: str | None

    def carry(self, text: str, field: str) -> str:
        """An identifier as it may be carried; `field` is the path of the national field it stands in."""
        try:
            code, is_hash = self.intake.ids.carry(text)
        except NoHashKeyError:
            raise FieldFault("no_hash_key", field) from None
        if is_hash:
            self.intake.hazards.note("hashed_id", field)
        return code

    def hashed(self, text: str, field: str) -> str:
        """The keyed hash of what describes something that has no identifier."""
        try:
            return self.intake.ids.hashed(text)
        except NoHashKeyError:
            raise FieldFault("no_hash_key", field) from None
