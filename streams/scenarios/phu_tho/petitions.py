"""Petitions of a unit: lodged directly, answered and published in time, liked or not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from schemas.events import Event
from schemas.events.petition import (
    PetitionAnswered,
    PetitionLodged,
    PetitionPublished,
    PetitionRated,
    PetitionReceived,
)
from streams.scenarios.phu_tho.days import OPENS, at, days
from streams.scenarios.phu_tho.events import ON_RECORD, SOURCE
from streams.scenarios.phu_tho.target import Target


def petitions(target: Target) -> Iterator[Event]:
    """Events of the unit's petitions. Raises ValueError for a late one: these units have none."""
    if target.petitions_on_time != target.petitions:
        raise ValueError(f"{target.unit}: {target.petitions - target.petitions_on_time} late petitions")
    for place in range(target.petitions):
        yield from _petition(target.unit, place, liked=place < target.petitions_satisfied)


def _petition(unit: str, place: int, *, liked: bool) -> Iterator[Event]:
    """Answered on the sixth working day, published the day after."""
    code = f"PAKN.{unit}.{place + 1:03}"
    within = days().within
    sent, received, answered, published, rated = (at(within[place + n], OPENS) for n in (0, 1, 6, 7, 8))

    def tell(step: int, moment: datetime) -> dict[str, Any]:
        return _envelope(unit, code, step, moment)

    yield PetitionLodged(**tell(0, sent), petition_class="rule", sent_at=sent, direct=True)
    yield PetitionReceived(**tell(1, received), received_at=received)
    yield PetitionAnswered(**tell(2, answered), answered_at=answered)
    yield PetitionPublished(**tell(3, published), published_at=published)
    yield PetitionRated(**tell(4, rated), likes=int(liked), dislikes=int(not liked))


def _envelope(unit: str, code: str, step: int, moment: datetime) -> dict[str, Any]:
    return {
        "v": 1,
        "event_id": f"{code}/{step + 1}",
        "source": SOURCE,
        "source_seq": step,
        "unit_code": unit,
        "petition_code": code,
        "occurred_at": moment,
        "recorded_at": moment + ON_RECORD + timedelta(seconds=step),
    }
