"""The load: seeded events of a province's ordinary days, as the bytes that a topic holds.

A dossier says about five typed events and, of four dossiers, three send one whole national record at their end. Each
lives a third of the load's days on average and dossiers begin evenly, so about a third of them are in flight at once.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
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


class Record(NamedTuple):
    """Key and value of one record of the event topic."""

    key: bytes
    value: bytes


def events(count: int, *, until: datetime, seed: int = 766) -> list[Record]:
    """Return `count` events in time order, the last of them just before `until`."""
    random_ = random.Random(seed)
    dossiers = count // (EVENTS_PER_DOSSIER - 1)
    first = until - timedelta(days=DAYS)
    lives = (_life(random_, number, first) for number in range(dossiers))
    said = sorted(
        (event for life in lives for event in life), key=lambda event: (event[0], event[1]["event_id"])
    )
    before = [event for at, event in said if at < until]
    return [Record(event["dossier_code"].encode(), msgspec.json.encode(event)) for event in before[-count:]]


def open_dossiers(count: int, *, until: datetime, seed: int = 766) -> Iterator[Record]:
    """Give a submission, a reception and a paper of each of `count` dossiers that stay open, dossier by dossier."""
    random_ = random.Random(seed)
    for number in range(count):
        for at, event in _life(random_, number, until - timedelta(days=DAYS)):
            if (
                event["type"] in {"dossier.submitted", "dossier.received", "component.attached"}
                and at < until
            ):
                yield Record(event["dossier_code"].encode(), msgspec.json.encode(event))


def _unit(number: int) -> str:
    return f"{PROVINCE}.{1 + number % DISTRICTS}.{number}"


def _procedure(number: int) -> str:
    return f"1.{number:06}.000.00.00.{PROVINCE}"


def _life(random_: random.Random, number: int, first: datetime) -> list[tuple[datetime, dict[str, Any]]]:
    """One dossier from its submission to its result: (moment, event), in time order."""
    code = f"{PROVINCE}.{number % UNITS:02}-{first:%y%m%d}-{number:07}"
    unit, procedure = _unit(random_.randrange(UNITS)), _procedure(int(PROCEDURES * random_.random() ** 2))
    submitted = first + timedelta(days=DAYS * random_.random())
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
        _unit_record(_unit(number), "commune", districts[number % DISTRICTS]) for number in range(UNITS)
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
