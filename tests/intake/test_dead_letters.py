"""A dead letter tells why, where and which, and nothing of what the record said."""

import json
from hashlib import sha256

import pytest

from streams.intake.dead_letters import MAX_VALUE_BYTES, dead_letter, file_dead_letter
from streams.intake.redact import redacted

RAW = (
    '{"MaHoSo": "H44-1", "ChuHoSo": "Nguyễn Văn A", "tuoi": 41, "vneid": true, "x": null, "ds": [{"a": 1.5}]}'
).encode()


def test_the_dead_letter_of_a_record_names_its_position_reason_and_time():
    key, value, headers = dead_letter(
        "invalid", RAW, "nhip766.dossier-events.v1", 7, 4711, 1_700, field="due_at"
    )
    assert key == b"nhip766.dossier-events.v1-7"
    assert dict(headers) == {
        "reason": b"invalid",
        "topic": b"nhip766.dossier-events.v1",
        "partition": b"7",
        "offset": b"4711",
        "time": b"1700",
        "field": b"due_at",
    }
    assert json.loads(value) == {
        "sha256": sha256(RAW).hexdigest(),
        "bytes": len(RAW),
        "redacted": {
            "MaHoSo": "string",
            "ChuHoSo": "string",
            "tuoi": "number",
            "vneid": "boolean",
            "x": "null",
            "ds": [{"a": "number"}],
        },
    }


def test_the_dead_letter_of_a_file_names_file_line_and_record():
    letter = file_dead_letter("bad_time", RAW, "calls.jsonl", 12, "3", 1_700)
    assert letter.key == b"file:calls.jsonl"
    assert dict(letter.headers) == {
        "reason": b"bad_time",
        "file": b"calls.jsonl",
        "line": b"12",
        "record": b"3",
        "time": b"1700",
    }
    assert "record" not in dict(file_dead_letter("not_json", RAW, "calls.jsonl", 12, None, 1_700).headers)


def test_a_record_without_value_has_the_hash_of_nothing():
    value = json.loads(dead_letter("null_value", None, "t", 0, 0, 0).value)
    assert value == {"sha256": sha256(b"").hexdigest(), "bytes": 0, "redacted": None}


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"Nguy\xe1\xbb\x85n V\xc4\x83n A, 079123456789", b"[" * 100_000]
)
def test_of_bytes_that_are_not_json_only_length_and_hash_are_kept(raw):
    value = json.loads(dead_letter("not_json", raw, "t", 0, 0, 0).value)
    assert value == {"sha256": sha256(raw).hexdigest(), "bytes": len(raw), "redacted": None}


def test_keys_that_could_be_names_or_numbers_are_masked():
    shape = redacted(b'{"079123456789": 1, "Nguy\xe1\xbb\x85n": 2, "a b": 3, "MaHoSo": 4}')
    assert shape == {"?": "number", "MaHoSo": "number"}


def test_a_huge_or_deep_document_leaves_a_small_dead_letter():
    deep = b'{"a":' * 500 + b"1" + b"}" * 500
    wide = json.dumps([{f"k{i}": i for i in range(1000)}] * 1000).encode()
    for raw in (deep, wide):
        assert len(dead_letter("invalid", raw, "t", 0, 0, 0).value) <= MAX_VALUE_BYTES
