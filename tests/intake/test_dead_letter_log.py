"""Reading the dead letters back: each once, closed ones as closed, and what is no dead letter passed over."""

from typing import NamedTuple

from streams.intake.dead_letter_log import OPEN, once
from streams.intake.dead_letters import DeadLetter, Headers, dead_letter, outcome_letter


class Record(NamedTuple):
    """What a consumer gives of a record."""

    value: bytes | None
    headers: Headers


def record(letter: DeadLetter) -> Record:
    return Record(letter.value, letter.headers)


def buried(offset: int, at_ms: int) -> Record:
    return record(dead_letter("not_json", b"{", "events", 0, offset, at_ms))


def test_a_letter_buried_twice_is_one_of_its_first_time():
    letters, foreign = once([buried(7, 20), buried(8, 10), buried(7, 30)])
    assert [(letter.position, letter.time, letter.times) for letter in letters] == [
        ("events[0]@8", 10, 1),
        ("events[0]@7", 20, 2),
    ]
    assert foreign == 0


def test_a_closed_letter_says_what_became_of_it_even_if_it_is_buried_again():
    (letter,), _ = once([buried(7, 20)])
    assert letter.state == OPEN
    closing = outcome_letter("dropped", letter.reason, letter.place, letter.sha256, letter.size, 40)
    (letter,), _ = once([buried(7, 20), record(closing), buried(7, 50)])
    assert (letter.state, letter.closed_at, letter.times) == ("dropped", 40, 2)


def test_records_of_somebody_else_are_counted_and_passed_over():
    good = buried(7, 20)
    strangers = [
        Record(b"hello", []),
        Record(good.value, []),
        Record(None, good.headers),
        Record(b"[1]", good.headers),
        Record(b"{}", good.headers),
        Record(good.value, [("reason", b"\xff")]),
        Record(good.value, [("reason", b"x"), ("topic", b"t"), ("time", b"soon")]),
    ]
    letters, foreign = once([*strangers, good])
    assert ([letter.position for letter in letters], foreign) == (["events[0]@7"], len(strangers))
