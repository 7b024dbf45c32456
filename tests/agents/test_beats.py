"""When a worker pulses: right after a beat, and never so soon that events get no turn."""

import pytest

from streams.agents.context import AFTER_BEAT, seconds_to_beat


@pytest.mark.parametrize(
    ("now", "interval", "seconds"),
    [
        (5_000, 1000, 1.0),
        (5_001, 1000, 0.999),
        (5_500, 1000, 0.5),
        (5_501, 1000, 1.499),
        (5_999, 1000, 1.001),
        (7, 1, 0.001),
        (4_100, 200, 0.1),
    ],
)
def test_a_pulse_comes_just_after_a_beat_and_at_least_half_an_interval_from_now(
    now: int, interval: int, seconds: float
):
    assert seconds_to_beat(now, interval) == pytest.approx(seconds + AFTER_BEAT)
