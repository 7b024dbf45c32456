"""From a planned dossier to its events: one national record, or one event for each thing that happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from schemas.events import Event
from schemas.events.component import Component, ComponentAttached, DossierDigitized
from schemas.events.dossier import (
    DossierDatabaseConsulted,
    DossierIdentityVerified,
    DossierRated,
    DossierReceived,
    DossierResolved,
    DossierReturned,
    DossierSubmitted,
)
from schemas.events.national import DossierRecorded
from schemas.events.payment import DossierPaid, Fee, ObligationRequested
from schemas.events.result import Result, ResultIssued
from schemas.events.stage import StageFinished, StageStarted
from schemas.events.sync import DossierSynced
from streams.scenarios.phu_tho.life import Life
from streams.scenarios.phu_tho.plan import Planned

SOURCE = "phu-tho"
POPULATION_DATABASE = "CSDLQGDC"
FEE = Fee(code="LP", amount=20_000, collected_at_step=1)
ON_RECORD = timedelta(seconds=30)
"""How long after it happened an event reaches us."""
ONLINE_PAYMENT = 1
CASH = 0
RESULT = "KQ1"
PAPER = "GT1"


@dataclass(frozen=True, slots=True)
class Dossier:
    """A planned dossier with its code, unit, place among the unit's dossiers and times."""

    code: str
    unit: str
    place: int
    row: Planned
    life: Life

    @property
    def verified(self) -> bool:
        """Population data by the applicant's verified account; else by the population database."""
        return self.row.citizen and self.place % 3 > 0

    @property
    def channel(self) -> int:
        """2 online, 1 at the counter; what was carried over came in online as well."""
        return 2 if self.row.online or not self.row.received else 1

    @property
    def has_component_file(self) -> bool:
        """A file among the papers without an electronic result is not yet a digitised dossier."""
        return self.row.digitized or (not self.row.result and self.place % 2 == 0)


def events_of(dossier: Dossier) -> list[Event]:
    """Every event of a dossier: of each eighth one the whole story, of the others the national record."""
    teller = _Teller(dossier)
    story = _story(dossier, teller) if dossier.place % 8 == 0 else _record(dossier, teller)
    return [*story, *_after_sync(dossier, teller)]


class _Teller:
    """Gives events their envelope: ids count up, and are the same each time."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._count = 0

    def __call__(self, occurred_at: datetime) -> dict[str, Any]:
        self._count += 1
        return {
            "v": 1,
            "event_id": f"{self._dossier.code}/{self._count}",
            "source": SOURCE,
            "source_seq": self._count,
            "unit_code": self._dossier.unit,
            "dossier_code": self._dossier.code,
            "occurred_at": occurred_at,
            "recorded_at": occurred_at + ON_RECORD,
        }


def _record(dossier: Dossier, tell: _Teller) -> Iterator[Event]:
    """DongBoHoSoMC: the whole dossier when it ended, or when it was received if it is still open."""
    row, life = dossier.row, dossier.life
    yield DossierRecorded(
        **tell(life.finished_at or life.received_at),
        procedure_code=row.procedure,
        channel=dossier.channel,
        applicant_kind=1 if row.citizen else 2,
        handling_unit=dossier.unit,
        status=9 if life.finished_at else 4,
        submitted_at=life.submitted_at,
        received_at=life.received_at,
        due_at=life.due_at,
        finished_at=life.finished_at,
        has_digitized_component=row.reused,
        vneid_verified=dossier.verified,
        online_payment=_payment(row),
        databases=(POPULATION_DATABASE,) if row.citizen and not dossier.verified else (),
        components=(Component(component_id=PAPER, has_file=dossier.has_component_file),),
        fees=(FEE,) if row.fee_lines else (),
        results=(Result(result_id=RESULT, has_file=True),) if row.result else (),
    )


def _payment(row: Planned) -> int | None:
    if not row.fee:
        return None
    return ONLINE_PAYMENT if row.paid else CASH


def _story(dossier: Dossier, tell: _Teller) -> Iterator[Event]:
    row, life = dossier.row, dossier.life
    yield DossierSubmitted(
        **tell(life.submitted_at),
        procedure_code=row.procedure,
        channel=dossier.channel,
        applicant_kind=1 if row.citizen else 2,
        submitted_at=life.submitted_at,
    )
    yield ComponentAttached(
        **tell(life.submitted_at), component_id=PAPER, has_file=dossier.has_component_file
    )
    yield DossierReceived(
        **tell(life.received_at),
        procedure_code=row.procedure,
        received_at=life.received_at,
        due_at=life.due_at,
        handling_unit=dossier.unit,
        channel=dossier.channel,
    )
    yield from _data_used(dossier, tell)
    yield from _money(dossier, tell)
    yield StageStarted(
        **tell(life.received_at), stage_id="CD1", started_at=life.received_at, stage_due_at=life.due_at
    )
    if life.finished_at is not None:
        yield from _ending(dossier, tell, life.finished_at)


def _data_used(dossier: Dossier, tell: _Teller) -> Iterator[Event]:
    at = dossier.life.received_at
    yield DossierIdentityVerified(**tell(at), vneid_verified=dossier.verified)
    if dossier.row.citizen and not dossier.verified:
        yield DossierDatabaseConsulted(**tell(at), database_code=POPULATION_DATABASE)
    if dossier.row.reused:
        yield DossierDigitized(**tell(at), has_digitized_component=True)


def _money(dossier: Dossier, tell: _Teller) -> Iterator[Event]:
    row, at = dossier.row, dossier.life.received_at + timedelta(minutes=10)
    if row.fee_lines:
        yield ObligationRequested(**tell(at), fees=(FEE,))
    if row.fee:
        yield DossierPaid(**tell(at), amount=FEE.amount, online_payment=_payment(row), paid_at=at)


def _ending(dossier: Dossier, tell: _Teller, finished_at: datetime) -> Iterator[Event]:
    yield StageFinished(**tell(finished_at), stage_id="CD1", finished_at=finished_at)
    yield DossierResolved(**tell(finished_at), finished_at=finished_at)
    if dossier.row.result:
        yield ResultIssued(**tell(finished_at), result_id=RESULT, has_file=True)
    returned_at = finished_at + timedelta(minutes=15)
    yield DossierReturned(**tell(returned_at), returned_at=returned_at, return_form=1)


def _after_sync(dossier: Dossier, tell: _Teller) -> Iterator[Event]:
    """What is no part of the record: the portal's answer, and the applicant's opinion."""
    synced_at = dossier.life.received_at + timedelta(minutes=5)
    yield DossierSynced(
        **tell(synced_at), direction="to_portal", target_status=2, accepted=True, synced_at=synced_at
    )
    finished_at = dossier.life.finished_at
    if finished_at is not None and (dossier.row.unhappy or dossier.place % 16 == 0):
        rated_at = finished_at + timedelta(minutes=30)
        yield DossierRated(**tell(rated_at), liked=not dossier.row.unhappy, rated_at=rated_at)
