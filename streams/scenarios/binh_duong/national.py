"""A dossier's life as the national sync tells it: whole records in the evening, and steps of progress.

A record says what is true by then and is sent again when more is known; a full send repeated is normal.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from streams.scenarios.binh_duong.life import Life
from streams.scenarios.binh_duong.native import Teller, Told, has_component_file, rating, synced
from streams.scenarios.binh_duong.plan import MISREPORTED
from streams.scenarios.binh_duong.workdays import DAY, HOUR, MINUTE, clock_of, instant

SYNC = "dongbo-motcua"
EVENING = 18 * HOUR + 30 * MINUTE
SENT_AGAIN = 0.04


def national_events(life: Life, rng: Random) -> Iterator[Told]:
    """Records and steps of the life, each with the time at which it reaches us."""
    teller = Teller(life, rng)
    ended = life.ended
    times = {_evening(life.received)}
    for each in life.rounds:
        times |= {_evening(each.requested)} | ({_evening(each.completed)} if each.completed else set())
    if life.finished is not None:
        times.add(_evening(life.finished))
    if life.returned is not None:
        times.add(_evening(life.returned))
    if life.refused is not None:
        times.add(_evening(life.refused))
    for evening in sorted(times):
        yield _record(teller, life, evening, evening)
    yield synced(teller, _evening(life.received) + MINUTE, accepted=True)
    if life.has_stages and (ended is None or ended > _evening(life.received)):
        yield _step(teller, life, life.received + 20 * MINUTE, status=4, stage=True)
    if life.withdrawn is not None:
        yield _step(teller, life, life.withdrawn, status=7)
    if life.stopped is not None:
        yield _step(teller, life, life.stopped, status=8)
    if rng.random() < SENT_AGAIN:
        last = max(times)
        yield _record(teller, life, last, last + DAY)
    yield from rating(teller, life)


def _evening(second: int) -> int:
    """When the day's records are sent."""
    return second - clock_of(second) + EVENING


def _by(second: int | None, evening: int) -> int | None:
    return second if second is not None and second <= evening else None


def _instant(second: int | None) -> Any:
    return None if second is None else instant(second)


def _record(teller: Teller, life: Life, evening: int, sent: int) -> Told:
    """The whole dossier as it stood on an evening."""
    row = life.row
    finished, returned = _by(life.finished, evening), _by(life.returned, evening)
    refused = _by(life.refused, evening)
    rounds = [_round(life, number, evening) for number in range(len(life.rounds))]
    known = [each for each in rounds if each is not None]
    inner = [life.received, *(t for t in (finished, returned, refused) if t is not None)]
    for each in life.rounds:
        inner += [t for t in (_by(each.requested, evening), _by(each.completed, evening)) if t is not None]
    status = _status(life, evening)
    return teller.say(
        "dossier.recorded",
        max(inner),
        told=sent,
        source=SYNC,
        seq=status,
        procedure_code=row.procedure.code,
        channel=row.channel,
        applicant_kind=1 if row.procedure.citizen else 2,
        handling_unit=row.unit,
        status=status,
        submitted_at=instant(life.submitted),
        received_at=instant(life.received),
        due_at=instant(life.due) if life.promised else None,
        refused_at=_instant(refused),
        finished_at=_instant(finished),
        returned_at=_instant(returned),
        return_form=0 if returned is not None else None,
        has_digitized_component=row.reused,
        vneid_verified=row.citizen,
        online_payment=_payment(life),
        components=[
            {"component_id": "tp1", "has_file": has_component_file(life), "from_personal_store": row.store}
        ],
        fees=[{"code": "LP01", "amount": row.procedure.fee, "collected_at_step": 1}] if row.fee else None,
        supplements=known,
        results=[{"result_id": "kq1", "has_file": True}] if row.result and finished is not None else [],
    )


def _payment(life: Life) -> int | None:
    if not life.row.fee or not life.obligation_met:
        return None
    return 1 if life.row.paid else 0


def _status(life: Life, evening: int) -> int:
    """TrangThaiHoSo on an evening."""
    if _by(life.returned, evening) is not None:
        return 10
    if _by(life.finished, evening) is not None:
        return 9
    if _by(life.refused, evening) is not None:
        return 3
    asked = [each for each in life.rounds if each.requested <= evening]
    if asked:
        waits = _by(asked[-1].completed, evening) is None
        return (9 if life.row.shape == MISREPORTED else 5) if waits else 4
    return 2 if life.obligation_met else 6


def _round(life: Life, number: int, evening: int) -> dict[str, Any] | None:
    each = life.rounds[number]
    if each.requested > evening:
        return None
    completed = _by(each.completed, evening)
    before = next((r.due_after for r in reversed(life.rounds[:number]) if r.due_after is not None), life.due)
    return {
        "round_id": each.round_id,
        "requested_at": instant(each.requested),
        "completed_at": _instant(completed),
        "due_before": instant(before) if completed is not None and each.due_after is not None else None,
        "due_after": _instant(each.due_after) if completed is not None else None,
    }


def _step(teller: Teller, life: Life, at: int, *, status: int, stage: bool = False) -> Told:
    """One step of progress, sent on the spot."""
    fields: dict[str, Any] = {}
    if stage:
        fields = {
            "stage_id": "xu-ly",
            "stage_started_at": instant(at),
            "stage_due_at": instant(life.stage_due),
        }
    return teller.say("dossier.progressed", at, source=SYNC, status=status, division_code="BPMC", **fields)
