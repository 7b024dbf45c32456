"""The nine districts on wall time: dossiers with minutes to go, a few events a second, the same for the same seed.

Nothing here is known from anywhere: units and procedures are the scenario's, the districts are told as if they had not
ended in June 2025, and how well each works rises and falls within minutes, so that warnings, lateness and ranks can be
watched happening. Terms are minutes in place of days; a term that a source gives counts as it is, by day and by night.
"""

import math
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count, groupby
from random import Random
from typing import Any, Final

from schemas.events import Event
from schemas.reference import ReferenceRecord, UnitRecord
from schemas.reference import UnitRow as UnitHistoryRow
from streams.scenarios.binh_duong import catalogue
from streams.scenarios.binh_duong.native import ONE_STOP, PORTAL, Told, made
from streams.scenarios.binh_duong.reference import records
from streams.scenarios.binh_duong.workdays import instant

SEED: Final = 766
CODES: Final = "BD-TT-"
"""How the codes of its dossiers begin."""
BIRTH_SECONDS: Final = 2
"""Seconds between two dossiers; each has about eight events."""
TERM_SECONDS: Final = (60, 240)
"""Least and most time that a dossier is given."""
PAST_DOSSIERS: Final = 180
PAST_SECONDS: Final = 6 * 3600
"""Dossiers of the hours before the beginning: there is a ranking at once."""
SWING_SECONDS: Final = 420
"""Time in which a district goes from its best to its worst and back."""


class LiveStory:
    """One telling that begins at `begin`, epoch seconds; it has no end."""

    name = "binh-duong-live"
    title_vi = "Bình Dương, trực tiếp: hạn tính bằng phút"
    formula = "article-2024"
    clock = "wall"
    partitions = 6

    def __init__(self, begin: int, seed: int = SEED) -> None:
        self.begin = begin
        self._seed = seed

    def reference(self) -> Iterator[ReferenceRecord]:
        """Give the scenario's reference records, with the units as they were last, and lasting."""
        yield from (record for record in records() if not isinstance(record, UnitRecord))
        for code, rows in groupby(catalogue.unit_rows(), key=lambda row: row.code):
            last = list(rows)[-1]
            row = {
                "valid_from": last.valid_from,
                "name": last.name,
                "level": last.level,
                "unit_kind": last.kind,
                "parent": last.parent or None,
            }
            yield UnitRecord(code=code, history=(UnitHistoryRow.model_validate(row, strict=False),))

    def deliveries(self) -> Iterator[Told]:
        """Give every event in the order in which it reaches us, first those of the hours before the beginning."""
        waiting: list[tuple[int, int, Event]] = []
        order = count()
        for number, born in enumerate(self._births()):
            while waiting and waiting[0][0] <= born:
                told, _, event = heappop(waiting)
                yield told, event
            for told, event in _Life(self._seed, number, born).events():
                heappush(waiting, (told, next(order), event))

    def _births(self) -> Iterator[int]:
        step = PAST_SECONDS // PAST_DOSSIERS
        yield from range(self.begin - PAST_SECONDS, self.begin - step, step)
        yield from count(self.begin, BIRTH_SECONDS)


class _Life:
    """One dossier: where it is, what it is about, and when things happen to it (epoch seconds)."""

    def __init__(self, seed: int, number: int, born: int) -> None:
        self.rng = rng = Random(f"{seed}:{number}")
        self.born = born
        self.code = f"{CODES}{born}-{number:06}"
        districts = catalogue.districts()
        place = rng.randrange(len(districts))
        self.procedure = rng.choice(
            [one for one in catalogue.procedures().values() if "district" in one.levels]
        )
        self.unit = self._unit(districts[place])
        self.quality = _quality(place, born)
        self.term = rng.randrange(*TERM_SECONDS)
        self.due = born + self.term
        self.said = 0

    def _unit(self, district: str) -> str:
        if "commune" in self.procedure.levels and self.rng.random() < 0.4:
            return self.rng.choice(catalogue.communes(district))
        return district

    def say(self, kind: str, at: int, source: str = ONE_STOP, **fields: Any) -> Told:
        """Return an event that happened and reached us at `at`."""
        self.said += 1
        envelope = {
            "v": 1,
            "event_id": f"{self.code}:{self.said}",
            "type": kind,
            "source": source,
            "source_seq": self.said,
            "unit_code": self.unit,
            "occurred_at": instant(at),
            "recorded_at": instant(at),
            "dossier_code": self.code,
        }
        return at, made(kind, envelope | fields)

    def events(self) -> Iterator[Told]:
        """Give what happens to it, in any order."""
        yield from self._reception()
        yield from self._papers()
        yield from self._detours()
        yield from self._end()

    def _is(self, share: float) -> bool:
        return self.rng.random() < share

    def _reception(self) -> Iterator[Told]:
        channel = 2 if self._is(self.quality) else 1
        yield self.say(
            "dossier.submitted",
            self.born,
            procedure_code=self.procedure.code,
            channel=channel,
            applicant_kind=1 if self.procedure.citizen else 2,
            submitted_at=instant(self.born),
        )
        yield self.say(
            "dossier.received",
            self.born + 1,
            procedure_code=self.procedure.code,
            received_at=instant(self.born + 1),
            due_at=instant(self.due),
            channel=channel,
        )
        yield self.say(
            "dossier.synced",
            self.born + 2,
            direction="to_portal",
            target_status=2,
            accepted=True,
            error_code="00",
            synced_at=instant(self.born + 2),
        )

    def _papers(self) -> Iterator[Told]:
        at = self.born + 3
        yield self.say(
            "component.attached",
            at,
            component_id="tp1",
            has_file=self._is(self.quality),
            reused=self._is(0.5 * self.quality),
            from_personal_store=False,
        )
        if self.procedure.fee:
            fees = [{"code": "LP01", "amount": self.procedure.fee, "collected_at_step": 1}]
            yield self.say("dossier.obligation_requested", at + 1, fees=fees)
            yield self.say(
                "dossier.paid",
                at + 2,
                amount=self.procedure.fee,
                online_payment=1 if self._is(self.quality) else 0,
                paid_at=instant(at + 2),
            )

    def _detours(self) -> Iterator[Told]:
        """Let one in ten wait for a paper, and one in twelve be put off with an apology; both have a later due date."""
        if self._is(0.1):
            asked, answered = self.born + self.term // 4, self.born + self.term // 2
            yield self.say("dossier.supplement_requested", asked, round_id="bs1", requested_at=instant(asked))
            before, self.due = self.due, self.due + answered - asked
            yield self.say(
                "dossier.supplement_completed",
                answered,
                round_id="bs1",
                completed_at=instant(answered),
                due_before=instant(before),
                due_after=instant(self.due),
            )
        elif self._is(0.08):
            sent = self.due - 30
            before, self.due = self.due, self.due + 120
            yield self.say(
                "dossier.rescheduled",
                sent,
                apology_sent_at=instant(sent),
                due_before=instant(before),
                due_after=instant(self.due),
                reason_code="CHO-XAC-MINH",
            )

    def _end(self) -> Iterator[Told]:
        """End it in time or late; its stage has three fifths of the term."""
        stage_due = self.born + 3 * self.term // 5
        is_on_time = self._is(self.quality)
        stage_end = stage_due + (-10 if is_on_time else self.rng.randrange(5, 60))
        finished = (
            max(stage_end + 5, self.due - 15)
            if is_on_time
            else self.due + self.rng.choice((20, 60, 150, 900))
        )
        yield self.say(
            "stage.started",
            self.born + 5,
            stage_id="xu-ly",
            started_at=instant(self.born + 5),
            stage_due_at=instant(stage_due),
        )
        yield self.say("stage.finished", stage_end, stage_id="xu-ly", finished_at=instant(stage_end))
        yield self.say("dossier.resolved", finished, finished_at=instant(finished))
        yield self.say("result.issued", finished + 1, result_id="kq1", has_file=self._is(self.quality))
        if self._is(0.3):
            yield self.say(
                "dossier.rated",
                finished + 3,
                source=PORTAL,
                liked=is_on_time,
                rated_at=instant(finished + 3),
            )


def _quality(place: int, at: int) -> float:
    """Return how well a district works at a moment, 0.25 to 0.95: each in a swing of its own."""
    swing = math.sin(2 * math.pi * (at / (SWING_SECONDS + 40 * place) + place / 9))
    return 0.6 + 0.35 * swing
