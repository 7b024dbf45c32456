"""A Kafka that is not there is waited for visibly, and then named in one line."""

import pytest
from kafka.errors import KafkaConnectionError

from streams.errors import UserError
from streams.intake.patience import patiently


def test_a_server_that_comes_late_is_used_and_the_wait_is_shown():
    said, attempts = [], iter([KafkaConnectionError("no"), OSError("no"), None])

    def attempt():
        problem = next(attempts)
        if problem:
            raise problem
        return "connected"

    assert patiently(attempt, "kafka:9092", pause=0, say=said.append) == "connected"
    assert [line.split(";")[0] for line in said] == ["Kafka at kafka:9092 does not answer yet"] * 2


def test_a_server_that_never_comes_is_a_clear_failure():
    def attempt():
        raise KafkaConnectionError("no")

    with pytest.raises(UserError, match=r"^Kafka at kafka:9092 does not answer .*NHIP766_KAFKA"):
        patiently(attempt, "kafka:9092", seconds=0, say=lambda _: None)


def test_a_mistake_that_is_not_kafkas_is_not_waited_for():
    with pytest.raises(ZeroDivisionError):
        patiently(lambda: 1 / 0, "kafka:9092", say=lambda _: None)
