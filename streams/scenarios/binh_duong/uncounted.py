"""Dossiers that no population counts: refused at the counter, withdrawn before reception, just submitted."""

from collections.abc import Iterator
from random import Random

from streams.scenarios.binh_duong import catalogue
from streams.scenarios.binh_duong.catalogue import Cohort
from streams.scenarios.binh_duong.life import Life, window
from streams.scenarios.binh_duong.native import Teller, Told
from streams.scenarios.binh_duong.plan import Planned
from streams.scenarios.binh_duong.workdays import HOUR, MINUTE, instant, moment, office_clock, on_day

UNCOUNTED = "uncounted"
SHARE = 100
"""One such dossier for so many received ones."""
PUBLISHED_ON = "2024-04-04"


def uncounted(target: Cohort, rng: Random) -> list[Life]:
    """The uncounted dossiers of a cohort; `received` of such a life is when it would have been."""
    if target.cohort == "carried":
        return []
    where = window(target.cohort)
    free = [p for p in catalogue.procedures().values() if not p.fee and "district" in p.levels]
    lives = []
    for number in range(max(2, target.received // SHARE)):
        submitted = on_day(rng.randint(where.first, where.last), office_clock(rng))
        row = Planned(target.unit, target.cohort, rng.choice(free), target.unit, fee=False, shape=UNCOUNTED)
        life = Life(row, submitted, submitted, submitted, promised=False)
        if target.cohort == "2024-04":
            life.submitted = life.received = moment(PUBLISHED_ON, "21:40") + number * MINUTE
        elif number % 2:
            life.refused = submitted + rng.randrange(30, 150) * MINUTE
        else:
            life.withdrawn = submitted + HOUR
        lives.append(life)
    return lives


def uncounted_events(life: Life, rng: Random) -> Iterator[Told]:
    """Submission, and the refusal or withdrawal that ended it before reception."""
    teller = Teller(life, rng)
    yield teller.say(
        "dossier.submitted",
        life.submitted,
        procedure_code=life.row.procedure.code,
        channel=1,
        applicant_kind=1,
        submitted_at=instant(life.submitted),
    )
    if life.refused is not None:
        yield teller.say(
            "dossier.refused", life.refused, refused_at=instant(life.refused), reason_code="KHONG-DU-GIAY-TO"
        )
    if life.withdrawn is not None:
        yield teller.say("dossier.withdrawn", life.withdrawn, withdrawn_at=instant(life.withdrawn))
