"""P5, offset by offset: every source record is either merged, and then every row says so, or a dead letter, once."""

import json
from collections import Counter
from hashlib import sha256
from typing import NamedTuple

import pytest

from streams.core.periods import moment
from tests.integration.pipeline import Pipeline, Raw
from tests.integration.pipeline_account import Account, compare_facts, compare_scores, plain
from tests.integration.pipeline_world import (
    COMMUNES,
    DISTRICTS,
    PROVINCE,
    WITHOUT_FEE,
    Mix,
    event,
    local,
    raw,
    received,
    reference_records,
    resolved,
    tick,
)

SEED = 766
LATEST = local("2026-08-31 17:00")
TICKS = [local("2026-08-20 17:00"), local("2026-09-01 08:00")]
PLANTED = ["Nguyễn Thị Bí Mật", "079301009876", "0912345678", "bi.mat@example.vn"]
NAME, PAPER, PHONE, MAIL = PLANTED
A, B = COMMUNES[0], COMMUNES[2]


# ------------------------------------------------------------------ bad records


def _document(**changes):
    """A good reception, then changed; a change to `...` takes the field out."""
    good = received("H98.1.1-260801-9999", A, local("2026-08-10 08:00"), local("2026-08-12 08:00"))
    document = {**json.loads(good.model_dump_json(exclude_none=True)), **changes}
    return {name: value for name, value in document.items() if value is not ...}


def _sent(key="H98.1.1-260801-9999", **changes):
    return Raw(
        key.encode() if key is not None else None,
        json.dumps(_document(**changes), ensure_ascii=False).encode(),
    )


def bad_records() -> list[tuple[str, Raw]]:
    """Records that must be refused, each with its reason; personal data stand wherever a value or a key may."""
    key = b"H98.1.1-260801-9999"
    named = {"unit_code": A, "reason_code": NAME}
    return [
        ("not_json", Raw(key, f'{{"ChuHoSo": "{NAME}", "SoDienThoai": "{PHONE}'.encode())),
        ("not_json", Raw(key, b"")),
        ("not_json", Raw(key, b"\xff\xfe\x00" + PAPER.encode())),
        ("not_json", Raw(key, json.dumps(_document(source=NAME)).replace(f'"{A}"', "NaN").encode())),
        ("not_json", Raw(key, b"[" * 100_000)),
        ("not_an_object", Raw(key, json.dumps([_document(), NAME, PAPER]).encode())),
        ("not_an_object", Raw(key, json.dumps(NAME).encode())),
        ("not_an_object", Raw(key, b"null")),
        ("unknown_type", _sent(type="dossier.imagined", note=NAME)),
        ("unknown_type", _sent(type=NAME)),
        ("unknown_type", _sent(type=...)),
        ("unknown_version", _sent(v=2, applicant=NAME)),
        ("unknown_version", _sent(v=MAIL)),
        ("unknown_unit", _sent(unit_code="H97")),
        ("unknown_unit", _sent(handling_unit="H98.1.1.1")),
        ("unknown_procedure", _sent(procedure_code="9.999999")),
        ("from_the_future", _sent(recorded_at="2026-08-10T07:54:59+07:00")),
        ("due_before_received", _sent(due_at="2026-08-10T07:59:59+07:00")),
        ("null_key", _sent(key=None)),
        ("wrong_key", _sent(key=PAPER)),
        ("wrong_key", _sent(key="")),
        ("null_value", Raw(key, None)),
        ("oversize", _sent(source=NAME, reason="x" * 300_000)),
        ("invalid", _sent(received_at=NAME)),
        ("invalid", _sent(received_at=20260810080000)),
        ("invalid", _sent(received_at="2026-08-10T08:00:00")),
        ("invalid", _sent(received_at="9999-12-31T23:59:59+07:00")),
        ("invalid", _sent(channel="2")),
        ("invalid", _sent(dossier_code=f"{PAPER} {NAME}")),
        ("invalid", _sent(**{NAME: PHONE})),
        ("invalid", _sent(ChuHoSo=NAME)),
        ("invalid", _sent(dossier_code=...)),
        (
            "wrong_topic",
            Raw(A.encode(), json.dumps(_reference_event()).encode()),
        ),
        ("wrong_topic", Raw(None, json.dumps(_reference_event()).encode())),
        *(
            ("invalid", Raw(b"clock", json.dumps({"v": 1, "type": "clock.tick", **said}).encode()))
            for said in ({}, {**named, "at": "2026-08-31T00:00:00+07:00"})
        ),
    ]


def _reference_event():
    envelope = ("v", "event_id", "source", "unit_code", "occurred_at", "recorded_at")
    head = {name: value for name, value in _document().items() if name in envelope}
    return {**head, "type": "unit.closed", "closed_on": "2026-08-01", "successor": None}


# --------------------------------------------------------------- hand-counted


DESK = "H98.2.1-260803-0001"
LATE = "H98.2.1-260804-0002"
MOVED = "H98.2.1-260805-0003"


def hand_counted():
    """Three dossiers whose rows are worked out by hand below."""
    return [
        received(DESK, B, local("2026-08-03 08:00"), local("2026-08-07 17:00"), channel=1),
        resolved(DESK, B, local("2026-08-07 17:00")),
        received(LATE, B, local("2026-08-04 08:00"), local("2026-08-06 17:00"), channel=2),
        event(
            "dossier.rescheduled",
            LATE,
            B,
            local("2026-08-06 16:00"),
            apology_sent_at=local("2026-08-06 16:00"),
            due_after=local("2026-08-10 17:00"),
        ),
        event("dossier.returned", LATE, B, local("2026-08-11 09:00"), returned_at=local("2026-08-11 09:00")),
        received(MOVED, B, local("2026-08-05 08:00"), local("2026-08-07 08:00")),
        event(
            "dossier.transferred",
            MOVED,
            B,
            local("2026-08-06 08:00"),
            from_unit=B,
            to_unit="H98.D1",
            transferred_at=local("2026-08-06 08:00"),
        ),
    ]


WORKED_OUT = {
    DESK: {
        "unit_code": B,
        "procedure_code": WITHOUT_FEE,
        "channel": 1,
        "received_at": moment(local("2026-08-03 08:00")),
        "due_at": moment(local("2026-08-07 17:00")),
        "finished_at": moment(local("2026-08-07 17:00")),
        "returned_at": None,
        "status": 9,
        "contradictions": (),
    },
    LATE: {
        "unit_code": B,
        "channel": 2,
        "due_at": moment(local("2026-08-06 17:00")),
        "reschedule_due_after": (moment(local("2026-08-10 17:00")),),
        "reschedule_apology_at": (moment(local("2026-08-06 16:00")),),
        "finished_at": None,
        "returned_at": moment(local("2026-08-11 09:00")),
        "status": 10,
    },
    MOVED: {
        "unit_code": "H98.D1",
        "holding_units": (B, "H98.D1"),
        "holding_since": (None, moment(local("2026-08-06 08:00"))),
        "finished_at": None,
    },
}


# ------------------------------------------------------------------ the account


class Story(NamedTuple):
    """One installation after everything was sent: what was refused and why, and what the log comes to."""

    pipeline: Pipeline
    refused: dict[tuple[int, int], str]
    log: list
    account: Account


@pytest.fixture
def story(pipeline, monkeypatch) -> Story:
    """Two batches with repetitions, bad records among them, a tick after each."""
    pipeline.send_reference(reference_records())
    mix = Mix(SEED, dossiers=60, latest=LATEST)
    events = mix.events()
    assert {one.type for one in events} == mix.kinds()
    first, second = events[: len(events) // 2], events[len(events) // 3 :]
    bad = bad_records()
    with pipeline.running(clock="ticks") as worker:
        pipeline.send_raw([raw(one) for one in (*first, *hand_counted())])
        reasons = dict(zip(pipeline.send_raw([one for _, one in bad]), (why for why, _ in bad), strict=True))
        pipeline.send([tick(TICKS[0])])
        again = pipeline.send_raw([one for _, one in reversed(bad)])
        reasons |= dict(zip(again, (why for why, _ in reversed(bad)), strict=True))
        pipeline.send_raw([raw(one) for one in (*second, *reversed(hand_counted()))])
        pipeline.send([tick(TICKS[1], last=True)])
        pipeline.await_committed()
        pipeline.await_dossiers()
        pipeline.await_scores(moment(TICKS[1]))
        assert worker.is_running()
    log = pipeline.read("dossier-events")
    good = [
        (record.partition, record.offset, record.value)
        for record in log
        if (record.partition, record.offset) not in reasons and record.key != b"clock"
    ]
    return Story(pipeline, reasons, log, Account(good, reference_records(), pipeline.settings))


def test_every_source_offset_is_merged_or_a_dead_letter_once_and_every_row_says_so(story: Story):
    _every_refused_record_has_one_letter(story)
    compare_facts(story.pipeline, story.account)
    _the_rows_worked_out_by_hand_are_there(story)
    compare_scores(story.pipeline, story.account, moment(TICKS[1]))


def _every_refused_record_has_one_letter(story: Story):
    originals = {(record.partition, record.offset): record.value or b"" for record in story.log}
    letters = Counter()
    for letter in story.pipeline.read("dead-letters"):
        headers = {name: text.decode() for name, text in letter.headers}
        assert headers["topic"] == story.pipeline.topic("dossier-events")
        place = int(headers["partition"]), int(headers["offset"])
        letters[place, headers["reason"]] += 1
        value = json.loads(letter.value)
        assert value["sha256"] == sha256(originals[place]).hexdigest(), place
        assert value["bytes"] == len(originals[place])
        whole = b"\n".join([letter.key, letter.value, *(text for _, text in letter.headers)]).decode()
        for secret in PLANTED:
            assert secret not in whole
            assert json.dumps(secret)[1:-1] not in whole
    assert letters == Counter(dict.fromkeys(story.refused.items(), 1))


def _the_rows_worked_out_by_hand_are_there(story: Story):
    found = {row["dossier_code"]: row for row in story.pipeline.rows("dossiers")}
    for code, fields in WORKED_OUT.items():
        assert {name: plain(found[code][name]) for name in fields} == fields, code


def test_the_mix_counts_at_every_level_and_in_many_indicators(pipeline):
    """The account above would prove little if its dossiers counted nowhere."""
    events = [*Mix(SEED, dossiers=60, latest=LATEST).events(), *hand_counted()]
    log = [(0, offset, raw(one).value or b"") for offset, one in enumerate(events)]
    cards = Account(log, reference_records(), pipeline.settings).cards(moment(TICKS[1]))
    for code in (PROVINCE, *DISTRICTS, *COMMUNES):
        card = cards[code, "2026-08"]
        counted = {one.code for one in card.indicators if one.numerator}
        assert len(counted) >= 10, (code, counted)
