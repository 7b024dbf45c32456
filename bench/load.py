"""The load: seeded events of a province's ordinary days, as the bytes that a topic holds.

A dossier says about five typed events and, of four dossiers, three send one whole national record at their end. Each
lives a third of the load's days on average and dossiers begin evenly, so about a third of them are in flight at once.
"""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from typing import Any, Final, NamedTuple

import msgspec

from schemas.reference import ProcedureRecord, ReferenceRecord, ServiceRecord, UnitRecord
from streams.core.periods import LOCAL

UNITS: Final = 100
DISTRICTS: Final = 10
PROCEDURES: Final = 40
DAYS: Final = 20
EVENTS_PER_DOSSIER: Final = 6
"""About: typed events and national records."""
BEGINNING: Final = date(2020, 1, 1)

PROVINCE: Final = "H17"
ENVELOPE: Final = (
    "v",
    "event_id",
    "source",
    "source_seq",
    "unit_code",
    "dossier_code",
    "occurred_at",
    "recorded_at",
)
PAPER: Final = ("component_id", "has_file", "digitized", "reused", "from_personal_store")

_encode = msgspec.json.Encoder().encode


class Record(NamedTuple):
    """Key and value of one record of the event topic."""

    key: bytes
    value: bytes


def events(count: int, *, until: datetime, seed: int = 766) -> Iterator[Record]:
    """Give `count` events in time order, the last within a day before `until`; holds only what is in flight."""
    return itertools.islice(_in_time(count, until, seed), count)


def _in_time(count: int, until: datetime, seed: int) -> Iterator[Record]:
    random_ = random.Random(seed)
    dossiers = count // (EVENTS_PER_DOSSIER - 1) + 1
    first, waiting = until - timedelta(days=DAYS), []
    for number in range(dossiers):
        submitted = first + timedelta(days=DAYS * number / dossiers)
        while waiting and waiting[0][0] < submitted:
            yield _record(heappop(waiting)[2])
        for at, event in _life(random_, number, submitted):
            heappush(waiting, (at, event["event_id"], event))
    while waiting:
        yield _record(heappop(waiting)[2])


def _record(event: dict[str, Any]) -> Record:
    return Record(event["dossier_code"].encode(), _encode(event))


def open_dossiers(count: int, *, until: datetime, seed: int = 766) -> Iterator[Record]:
    """Give one whole national record of each of `count` dossiers that were received and stay open."""
    random_ = random.Random(seed)
    first = until - timedelta(days=DAYS)
    for number in range(count):
        life = _life(random_, number, first + timedelta(days=DAYS * number / count))
        (_, said), (_, received), (_, paper) = life[:3]
        yield _record(
            {name: said[name] for name in ENVELOPE}
            | {
                "type": "dossier.recorded",
                "procedure_code": said["procedure_code"],
                "channel": said["channel"],
                "applicant_kind": 1,
                "handling_unit": said["unit_code"],
                "status": 4,
                "submitted_at": said["submitted_at"],
                "received_at": received["received_at"],
                "due_at": received["due_at"],
                "components": [{name: value for name, value in paper.items() if name in PAPER}],
            }
        )


def later_events(
    count: int, *, dossiers: int, until: datetime, among: int | None = None, seed: int = 767
) -> Iterator[Record]:
    """Give `count` further events of the `open_dossiers` of the same `until`, each picked at random.

    With `among` they fall on so many of them, spread evenly over all.
    """
    random_ = random.Random(seed)
    among = among or dossiers
    first = until - timedelta(days=DAYS)
    for number in range(count):
        picked = random_.randrange(among) * dossiers // among
        submitted = first + timedelta(days=DAYS * picked / dossiers)
        code = _code(picked, submitted)
        yield _record(
            {
                "type": "component.attached",
                "v": 1,
                "event_id": f"{code}-L{number}",
                "source": "igate.example",
                "source_seq": number,
                "unit_code": unit_code(random_.randrange(UNITS)),
                "dossier_code": code,
                "occurred_at": _text(until),
                "recorded_at": _text(until + timedelta(seconds=40)),
                **_paper(random_),
            }
        )


def reception(code: str, unit: str, at: datetime) -> dict[str, Any]:
    """Return the reception of one more dossier at a moment, as a document."""
    return {
        "type": "dossier.received",
        "v": 1,
        "event_id": f"{code}-1",
        "source": "igate.example",
        "source_seq": 1,
        "unit_code": unit,
        "dossier_code": code,
        "occurred_at": _text(at),
        "recorded_at": _text(at),
        "procedure_code": _procedure(1),
        "received_at": _text(at),
        "due_at": _text(at + timedelta(days=5)),
        "channel": 2,
    }


def unit_code(number: int) -> str:
    """Return the code of a commune."""
    return f"{PROVINCE}.{1 + number % DISTRICTS}.{number}"


def _procedure(number: int) -> str:
    return f"1.{number:06}.000.00.00.{PROVINCE}"


def _code(number: int, submitted: datetime) -> str:
    return f"{PROVINCE}.{number % UNITS:02}-{submitted:%y%m%d}-{number:07}"


def _life(random_: random.Random, number: int, submitted: datetime) -> list[tuple[datetime, dict[str, Any]]]:
    """One dossier from its submission to its result: (moment, event), in time order."""
    code = _code(number, submitted)
    unit, procedure = unit_code(random_.randrange(UNITS)), _procedure(int(PROCEDURES * random_.random() ** 2))
    received = submitted + timedelta(hours=8 * random_.random())
    ended = received + timedelta(days=13 * random_.random())
    due = received + timedelta(days=12 * random_.random() + 1)
    channel, paper = random_.randint(1, 3), _paper(random_)
    life: list[tuple[datetime, dict[str, Any]]] = []

    def say(kind: str, at: datetime, **fields: Any) -> None:
        envelope = {
            "type": kind,
            "v": 1,
            "event_id": f"{code}-{len(life)}",
            "source": "igate.example",
            "source_seq": len(life),
            "unit_code": unit,
            "dossier_code": code,
            "occurred_at": _text(at),
            "recorded_at": _text(at + timedelta(seconds=40)),
        }
        life.append((at, envelope | fields))

    say(
        "dossier.submitted",
        submitted,
        procedure_code=procedure,
        channel=channel,
        applicant_kind=1,
        submitted_at=_text(submitted),
    )
    say(
        "dossier.received",
        received,
        procedure_code=procedure,
        received_at=_text(received),
        due_at=_text(due),
        channel=channel,
    )
    say("component.attached", received, **paper)
    if random_.random() < 0.5:
        say("dossier.paid", received, amount=25_000, online_payment=1, paid_at=_text(received))
    if random_.random() < 0.1:
        say("dossier.supplement_requested", received, round_id="1", requested_at=_text(received))
    say("dossier.resolved", ended, finished_at=_text(ended))
    if random_.random() < 0.5:
        say("result.issued", ended, result_id="R1", has_file=True)
    if random_.random() < 0.75:
        at = ended + timedelta(minutes=5)
        say(
            "dossier.recorded",
            at,
            procedure_code=procedure,
            channel=channel,
            applicant_kind=1,
            handling_unit=unit,
            status=9,
            submitted_at=_text(submitted),
            received_at=_text(received),
            due_at=_text(due),
            finished_at=_text(ended),
            has_digitized_component=True,
            vneid_verified=True,
            online_payment=1,
            databases=["CSDLQGDC"],
            components=[paper, {"component_id": "GT2", "has_file": True}],
            fees=[{"code": "LP", "amount": 25_000}],
            results=[{"result_id": "R1", "has_file": True}],
        )
    return life


def _paper(random_: random.Random) -> dict[str, Any]:
    flags = ("has_file", "digitized", "reused", "from_personal_store")
    return {"component_id": "GT1", **{flag: random_.random() < 0.6 for flag in flags}}


def _text(at: datetime) -> str:
    return at.astimezone(LOCAL).isoformat(timespec="seconds")


def reference_records() -> list[ReferenceRecord]:
    """Return a province of 10 districts and 100 communes, and a catalogue of 40 procedures with their services."""
    records: list[ReferenceRecord] = [_unit_record(PROVINCE, "province", None)]
    districts = [f"{PROVINCE}.{1 + number}" for number in range(DISTRICTS)]
    records += [_unit_record(code, "district", PROVINCE) for code in districts]
    records += [
        _unit_record(unit_code(number), "commune", districts[number % DISTRICTS]) for number in range(UNITS)
    ]
    records += [_procedure_record(number) for number in range(PROCEDURES)]
    records += [_service_record(number) for number in range(PROCEDURES)]
    return records


def _unit_record(code: str, level: str, parent: str | None) -> UnitRecord:
    row = {"valid_from": BEGINNING, "valid_to": None, "name": code, "level": level, "unit_kind": level}
    return UnitRecord.model_validate({"code": code, "history": ({**row, "parent": parent},)})


def _procedure_record(number: int) -> ProcedureRecord:
    row = {
        "valid_from": BEGINNING,
        "valid_to": None,
        "name": _procedure(number),
        "executing_levels": ("commune",),
        "max_time": 5,
        "time_unit": "working_day",
        "citizen_subject": True,
        "has_fee": number % 2 == 0,
        "requires_paper_result": False,
        "service_level": "full",
        "public_status": "public",
        "seven_parts_complete": True,
    }
    return ProcedureRecord.model_validate({"code": _procedure(number), "history": (row,)})


def _service_record(number: int) -> ServiceRecord:
    row = {
        "valid_from": BEGINNING,
        "valid_to": None,
        "name": _procedure(number),
        "procedures": (_procedure(number),),
        "status": "public",
        "levels": ("commune",),
        "units": (),
    }
    return ServiceRecord.model_validate({"code": f"{_procedure(number)}.DVC", "history": (row,)})


def now() -> datetime:
    """Return the wall time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
