"""A small province for tests of the whole way: its reference records, and event documents of every kind.

Event documents are the committed examples, given other codes and moved in time by a seed; so a new kind of event is
here as soon as it has its example.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from schemas.events import Event, parse_event, partition_key
from schemas.events.clock import ClockTick
from schemas.export import FOLDER
from schemas.fast import encode
from schemas.reference import ReferenceRecord, parse_reference
from streams.core.dossier import DOSSIER_EVENTS
from streams.core.periods import LOCAL
from streams.core.petition import PETITION_EVENTS
from tests.integration.pipeline import Raw

PROVINCE: Final = "H98"
DEPARTMENT: Final = "H98.D1"
DISTRICTS: Final = ("H98.1", "H98.2")
COMMUNES: Final = ("H98.1.1", "H98.1.2", "H98.2.1", "H98.2.2")
WITH_FEE, WITHOUT_FEE, SLOW = "1.000001", "1.000002", "1.000003"
PROCEDURES: Final = (WITH_FEE, WITHOUT_FEE, SLOW)
SERVICE: Final = "DVC.000001"


def _record(kind: str, code: str, history: dict[str, Any] | None = None, **fields: Any) -> ReferenceRecord:
    document = {"v": 1, "kind": kind, "code": code, **fields}
    if history is not None:
        document["history"] = [{"valid_from": "2016-01-01", **history}]
    return parse_reference(json.dumps(document).encode())


def unit(code: str, level: str, parent: str | None, name: str = "", **fields: Any) -> ReferenceRecord:
    """A unit that is as it is since 2016."""
    row = {"name": name or f"Đơn vị {code}", "level": level, "unit_kind": level, "parent": parent, **fields}
    return _record("unit", code, row)


def procedure(code: str, **fields: Any) -> ReferenceRecord:
    """A procedure done at every commune and district."""
    row = {
        "name": f"Thủ tục {code}",
        "executing_levels": ["commune", "district"],
        "service_level": "full",
        "seven_parts_complete": True,
        **fields,
    }
    return _record("procedure", code, row)


def reference_records() -> list[ReferenceRecord]:
    """The province: a department, two districts of two communes, three procedures, a service, a calendar."""
    return [
        unit(PROVINCE, "province", None, "Tỉnh Thử"),
        unit(DEPARTMENT, "department", PROVINCE, "Sở Thử"),
        *(unit(code, "district", PROVINCE) for code in DISTRICTS),
        *(unit(code, "commune", code.rpartition(".")[0]) for code in COMMUNES),
        procedure(WITH_FEE, has_fee=True, citizen_subject=True, max_time=5, time_unit="working_day"),
        procedure(WITHOUT_FEE, citizen_subject=True, service_level="partial"),
        procedure(SLOW, max_time=1, time_unit="month", public_status="not_public"),
        _record(
            "service",
            SERVICE,
            {"name": "Dịch vụ", "procedures": [WITH_FEE, WITHOUT_FEE], "levels": ["commune"]},
        ),
        _record("calendar", "VN", version=1, off=["2026-09-02"], make_up=["2026-08-22"]),
        _record("flags", COMMUNES[0], electronic_certified_copy=False),
        _record("totals", COMMUNES[1], reported=[{"period": "2026-08", "received": 1000}]),
    ]


def local(text: str) -> datetime:
    """A local time, `2026-08-12 09:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def event(kind: str, code: str, unit_code: str, at: datetime, **fields: Any) -> Event:
    """One event; its subject is a dossier or, for a petition, the petition."""
    subject = "petition_code" if kind.startswith("petition.") else "dossier_code"
    document = {
        "v": 1,
        "type": kind,
        "event_id": f"{kind}-{code}-{at:%y%m%d%H%M%S}",
        "source": "test",
        "unit_code": unit_code,
        "occurred_at": at.isoformat(),
        "recorded_at": at.isoformat(),
        subject: code,
        **{
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in fields.items()
        },
    }
    return parse_event(json.dumps(document).encode())


def received(code: str, unit_code: str, at: datetime, due: datetime | None = None, **fields: Any) -> Event:
    """A reception."""
    named = {"procedure_code": WITHOUT_FEE, "received_at": at, "due_at": due, **fields}
    return event("dossier.received", code, unit_code, at, **named)


def resolved(code: str, unit_code: str, at: datetime) -> Event:
    """An end."""
    return event("dossier.resolved", code, unit_code, at, finished_at=at)


def tick(at: datetime, *, last: bool = False) -> ClockTick:
    """A tick of a replay."""
    return ClockTick(
        v=1, event_id=f"tick-{at:%y%m%d%H%M%S}", source="replay", at=at, last=last, recorded_at=at
    )


def raw(one: Event) -> Raw:
    """An event as it is sent."""
    return Raw(partition_key(one), encode(one))


# ------------------------------------------------------------------- the mix


def _examples() -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted((FOLDER / "examples").glob("*.json")):
        document = json.loads(path.read_text("utf-8"))
        if document.get("type") in DOSSIER_EVENTS | PETITION_EVENTS:
            found[document["type"]] = document
    return found


class Mix:
    """A seeded stream of event documents of all kinds about some dossiers and petitions, some of them repeated.

    Times are those of the examples moved by a whole number of hours, at most to `latest`.
    """

    def __init__(self, seed: int, dossiers: int, latest: datetime) -> None:
        self._rng = Random(seed)
        self._examples = _examples()
        self._dossiers = [
            f"{self._rng.choice(COMMUNES)}-2608{number % 28 + 1:02}-{number:04}" for number in range(dossiers)
        ]
        self._latest = latest

    def events(self) -> list[Event]:
        """Each dossier's reception and end, and of every kind of event some; shuffled."""
        found = [
            self._one(kind, code)
            for code in self._dossiers
            for kind in [*self._rng.sample(sorted(self._examples), 7), "dossier.received"]
        ]
        found += [self._one(kind, self._rng.choice(self._dossiers)) for kind in self._examples]
        self._rng.shuffle(found)
        return found

    def kinds(self) -> set[str]:
        """Every kind of event there is, but for those of reference data and ticks."""
        return set(self._examples)

    def _one(self, kind: str, code: str) -> Event:
        rng = self._rng
        document = deepcopy(self._examples[kind])
        by = timedelta(hours=-rng.randrange(0, 24 * 75), minutes=rng.randrange(60))
        document = dict(moved(document, by, self._latest))
        document["event_id"] = f"{rng.getrandbits(48):012x}"
        document["source_seq"] = rng.randrange(3)
        document["unit_code"] = code.partition("-")[0]
        document["recorded_at"] = self._latest.isoformat()
        self._rename(document, code)
        for name in ("liked", "has_file", "vneid_verified", "direct", "is_update", "by_agency"):
            if name in document:
                document[name] = rng.random() < 0.5
        if kind == "petition.lodged":
            document["petition_class"] = rng.choice(["rule", "staff", "other"])
        return parse_event(json.dumps(document).encode())

    def _rename(self, document: dict[str, Any], code: str) -> None:
        rng = self._rng
        petition = f"PAKN.{code}"
        if document["type"] in PETITION_EVENTS and rng.random() < 0.3:
            petition, document["dossier_code"] = f"PAKN.alone.{code}", None
        else:
            document["dossier_code"] = code
        names = {
            "petition_code": petition,
            "earlier_petition_code": petition,
            "procedure_code": rng.choice(PROCEDURES),
            "handling_unit": rng.choice([None, *COMMUNES, *DISTRICTS]),
            "from_unit": document["unit_code"],
            "to_unit": rng.choice([*COMMUNES, DEPARTMENT]),
        }
        document.update({name: value for name, value in names.items() if name in document})
        if document["type"] == "petition.repeated":
            document["petition_code"] = f"{petition}.2"


def moved(document: dict[str, Any], by: timedelta, latest: datetime) -> Iterator[tuple[str, Any]]:
    """A document with its times moved; what happened is never after `latest`, what is promised may be."""
    for name, value in document.items():
        if isinstance(value, dict):
            yield name, dict(moved(value, by, latest))
        elif isinstance(value, list):
            yield name, [dict(moved(one, by, latest)) if isinstance(one, dict) else one for one in value]
        elif isinstance(value, str) and value[10:11] == "T":
            at = datetime.fromisoformat(value) + by
            yield name, (at if "due" in name else min(at, latest)).isoformat()
        else:
            yield name, value
