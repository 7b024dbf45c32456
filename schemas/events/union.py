"""The discriminated union of all events."""

from typing import Annotated

from pydantic import Field

from schemas.events.catalogue import (
    AnnualTotalReported,
    CalendarChanged,
    ProcedureAmended,
    ProcedureContentChecked,
    ProcedurePublished,
    ProcedureRepealed,
    ServiceApplied,
    UnitClosed,
    UnitOpened,
)
from schemas.events.clock import ClockTick
from schemas.events.component import ComponentAttached, ComponentRemoved, DossierDigitized
from schemas.events.dossier import (
    DossierCorrected,
    DossierDatabaseConsulted,
    DossierIdentityVerified,
    DossierRated,
    DossierReceived,
    DossierRefused,
    DossierRescheduled,
    DossierResolved,
    DossierReturned,
    DossierStopped,
    DossierSubmitted,
    DossierTransferred,
    DossierWithdrawn,
)
from schemas.events.national import DossierProgressed, DossierRecorded
from schemas.events.payment import DossierPaid, ObligationRequested
from schemas.events.petition import (
    PetitionAnswered,
    PetitionLodged,
    PetitionPublished,
    PetitionRated,
    PetitionReceived,
    PetitionRefused,
    PetitionRepeated,
    PetitionReturned,
    PetitionSupplementRequested,
    PetitionTransferred,
)
from schemas.events.result import ResultIssued
from schemas.events.stage import StageFinished, StageStarted
from schemas.events.supplement import SupplementCompleted, SupplementRequested
from schemas.events.sync import DossierSynced

Event = Annotated[
    DossierSubmitted
    | DossierReceived
    | DossierRefused
    | DossierTransferred
    | ComponentAttached
    | ComponentRemoved
    | DossierDigitized
    | DossierIdentityVerified
    | DossierDatabaseConsulted
    | SupplementRequested
    | SupplementCompleted
    | ObligationRequested
    | DossierPaid
    | StageStarted
    | StageFinished
    | DossierRescheduled
    | DossierResolved
    | ResultIssued
    | DossierReturned
    | DossierWithdrawn
    | DossierStopped
    | DossierSynced
    | DossierRated
    | DossierCorrected
    | DossierRecorded
    | DossierProgressed
    | PetitionLodged
    | PetitionTransferred
    | PetitionReceived
    | PetitionRefused
    | PetitionReturned
    | PetitionSupplementRequested
    | PetitionAnswered
    | PetitionPublished
    | PetitionRated
    | PetitionRepeated
    | ClockTick
    | ProcedurePublished
    | ProcedureAmended
    | ProcedureRepealed
    | ProcedureContentChecked
    | ServiceApplied
    | UnitOpened
    | UnitClosed
    | CalendarChanged
    | AnnualTotalReported,
    Field(discriminator="type"),
]
