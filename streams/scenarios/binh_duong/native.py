"""A dossier's life as the province's one-stop system tells it: one event for each thing that happens."""

from collections.abc import Iterator
from random import Random
from typing import Any, cast

import msgspec

from schemas.events import Event
from schemas.fast import TWINS
from streams.scenarios.binh_duong.life import Life
from streams.scenarios.binh_duong.workdays import MINUTE, instant

ONE_STOP = "motcua-binhduong"
PORTAL = "dvcqg"
Told = tuple[int, Event]
"""When an event reaches us (epoch seconds), and the event."""


def made(kind: str, fields: dict[str, Any]) -> Event:
    """The event of a type with these fields, checked."""
    return cast("Event", msgspec.convert(fields, TWINS[kind]))


class Teller:
    """Makes the events of one dossier: numbers them, and puts them into their envelope."""

    def __init__(self, life: Life, rng: Random) -> None:
        self.life = life
        self.rng = rng
        self.count = 0

    def say(
        self,
        kind: str,
        at: int,
        told: int | None = None,
        source: str = ONE_STOP,
        seq: int | None = None,
        **fields: Any,
    ) -> Told:
        """One event that happened at `at` and reached us at `told`, or else within seconds."""
        self.count += 1
        reached = at + self.rng.randrange(2, 20) if told is None else told
        envelope = {
            "v": 1,
            "event_id": f"{self.life.code}:{self.count}",
            "type": kind,
            "source": source,
            "source_seq": self.count if seq is None else seq,
            "unit_code": self.life.row.unit,
            "occurred_at": instant(at),
            "recorded_at": instant(reached),
            "dossier_code": self.life.code,
        }
        return reached, made(kind, envelope | fields)


def native_events(life: Life, rng: Random) -> Iterator[Told]:
    """Every event of the life, each with the time at which it reaches us."""
    teller = Teller(life, rng)
    yield from _reception(teller, life)
    yield from _papers(teller, life)
    yield from _payment(teller, life)
    yield from _detours(teller, life)
    yield from _stages(teller, life)
    yield from _end(teller, life)
    yield from rating(teller, life)


def _reception(teller: Teller, life: Life) -> Iterator[Told]:
    row = life.row
    yield teller.say(
        "dossier.submitted",
        life.submitted,
        procedure_code=row.procedure.code,
        channel=row.channel,
        applicant_kind=1 if row.procedure.citizen else 2,
        submitted_at=instant(life.submitted),
    )
    yield teller.say(
        "dossier.received",
        life.received,
        procedure_code=row.procedure.code,
        received_at=instant(life.received),
        due_at=instant(life.due) if life.promised else None,
        channel=row.channel,
    )
    answered = life.received + 2 * MINUTE
    if teller.rng.random() < 0.02:
        yield synced(teller, answered, accepted=False)
        answered += 3 * MINUTE
    yield synced(teller, answered, accepted=True)
    if life.transferred is not None:
        yield teller.say(
            "dossier.transferred",
            life.transferred,
            from_unit=row.unit,
            to_unit=life.to_unit,
            transferred_at=instant(life.transferred),
        )


def synced(teller: Teller, at: int, *, accepted: bool) -> Told:
    """The national portal's answer to a call of the sync."""
    return teller.say(
        "dossier.synced",
        at,
        direction="to_portal",
        target_status=2,
        accepted=accepted,
        error_code="00" if accepted else "99",
        synced_at=instant(at),
    )


def has_component_file(life: Life) -> bool:
    """Whether a paper of the citizen is there as a file; with a result file that makes it digitised."""
    row = life.row
    return row.digitized or life.late_result is not None or not (row.result or len(row.procedure.name) % 3)


def _papers(teller: Teller, life: Life) -> Iterator[Told]:
    row, at = life.row, life.received + MINUTE
    yield teller.say(
        "component.attached",
        at,
        component_id="tp1",
        has_file=has_component_file(life),
        reused=row.reused and teller.rng.random() < 0.4,
        from_personal_store=row.store,
    )
    if row.reused:
        yield teller.say("dossier.digitized", at, has_digitized_component=True)
    if row.citizen and not (row.store and teller.rng.random() < 0.5):
        yield teller.say("dossier.identity_verified", at, vneid_verified=True)


def _payment(teller: Teller, life: Life) -> Iterator[Told]:
    row = life.row
    if not row.fee:
        return
    at = life.received + 3 * MINUTE
    fees = [{"code": "LP01", "amount": row.procedure.fee, "collected_at_step": 1}]
    yield teller.say("dossier.obligation_requested", at, fees=fees)
    if life.obligation_met:
        online = teller.rng.choice((1, 1, 2)) if row.paid else teller.rng.choice((0, 3))
        paid = at + 4 * MINUTE
        yield teller.say(
            "dossier.paid", paid, amount=row.procedure.fee, online_payment=online, paid_at=instant(paid)
        )


def _detours(teller: Teller, life: Life) -> Iterator[Told]:
    due = life.due
    for each in life.rounds:
        yield teller.say(
            "dossier.supplement_requested",
            each.requested,
            round_id=each.round_id,
            requested_at=instant(each.requested),
        )
        if each.completed is not None:
            again = each.due_after
            yield teller.say(
                "dossier.supplement_completed",
                each.completed,
                round_id=each.round_id,
                completed_at=instant(each.completed),
                due_before=instant(due) if again is not None else None,
                due_after=instant(again) if again is not None else None,
            )
            due = again or due
    if life.apology:
        sent, after = life.apology
        yield teller.say(
            "dossier.rescheduled",
            sent,
            apology_sent_at=instant(sent),
            due_before=instant(life.due),
            due_after=instant(after),
            reason_code="CHO-XAC-MINH",
        )


def _stages(teller: Teller, life: Life) -> Iterator[Told]:
    if not life.has_stages:
        return
    started, due = life.received + 5 * MINUTE, life.stage_due
    ended = life.ended
    yield teller.say(
        "stage.started", started, stage_id="xu-ly", started_at=instant(started), stage_due_at=instant(due)
    )
    if ended is not None:
        ended = max(ended, started)
        yield teller.say(
            "stage.finished",
            ended,
            told=life.finish_told,
            stage_id="xu-ly",
            finished_at=instant(ended),
        )


def _end(teller: Teller, life: Life) -> Iterator[Told]:
    told = life.finish_told
    fix = life.correction
    said = fix.old if fix and fix.field == "finished_at" else life.finished
    if said is not None:
        yield teller.say("dossier.resolved", said, told=told, finished_at=instant(said))
    if life.finished is not None and (life.row.result or life.late_result is not None):
        issued = told if life.late_result is None else life.late_result
        yield teller.say("result.issued", life.finished, told=issued, result_id="kq1", has_file=True)
    if life.refused is not None:
        yield teller.say("dossier.refused", life.refused, refused_at=instant(life.refused))
    if life.withdrawn is not None:
        yield teller.say("dossier.withdrawn", life.withdrawn, withdrawn_at=instant(life.withdrawn))
    if life.stopped is not None:
        yield teller.say(
            "dossier.stopped", life.stopped, stopped_at=instant(life.stopped), reason_code="KHAC"
        )
    if life.returned is not None:
        yield teller.say("dossier.returned", life.returned, returned_at=instant(life.returned), return_form=0)
    if fix is not None:
        yield teller.say(
            "dossier.corrected",
            fix.at,
            field=fix.field,
            old=instant(fix.old).isoformat(),
            new=instant(fix.new).isoformat(),
            reason_code="NHAP-SAI",
        )


def rating(teller: Teller, life: Life) -> Iterator[Told]:
    """What the applicant said on the national portal; a petition takes the place of a dislike."""
    if life.rated is not None and not life.petition:
        yield teller.say(
            "dossier.rated", life.rated, source=PORTAL, liked=life.liked, rated_at=instant(life.rated)
        )
