"""Alerts of units: whatever the figures do and whenever workers die, each is told once and at most once a day."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.alert_units import UnitLook, unit_causes
from streams.core.periods import DAY_MS, day_start, local_day
from tests.core.building import at
from tests.core.test_unit_alerts import GOOD, RULES, UNIT, Watched

BEGIN = at("2024-03-02 00:00")
STANDINGS = st.builds(
    lambda rank, grade, points, ratio: GOOD._replace(
        rank=rank, grade=grade, groups={"CKMB": points}, ratio=ratio
    ),
    st.integers(1, 9),
    st.integers(0, 4),
    st.integers(1500, 1800),
    st.sampled_from([8999, 9000, 9500]),
)
LOOKS = st.lists(st.tuples(st.integers(1, DAY_MS // 2), STANDINGS), min_size=1, max_size=12)
FATES = st.lists(
    st.sampled_from(["lives", "restarts", "dies before sending", "dies after sending"]), max_size=12
)


def played(looks, fates):
    """What readers keep of a run: each change once."""
    desk, now = Watched("2024-03-02 00:00"), BEGIN
    for number, (step, standing) in enumerate(looks):
        now += step
        day = day_start(local_day(now))
        found = tuple(unit_causes({UNIT: standing}, {UNIT: GOOD}, "2024-03", day, RULES))
        desk.book.put_look(UnitLook(day, "2024-03", frozenset({UNIT}), frozenset(), found))
        fate = fates[number] if number < len(fates) else "lives"
        if fate.startswith("dies"):
            desk.partition.advance(now)
            desk.partition.flush()
            telling = desk.book.take()
            desk.states.update(telling.stored)
            if fate == "dies after sending":
                desk.told += telling.alerts
            desk.restart().deliver()
        else:
            desk.until(now)
        if fate == "restarts":
            desk.restart()
    return desk.told


@settings(max_examples=200, deadline=None)
@given(LOOKS, FATES)
def test_the_same_figures_tell_the_same_alerts_whoever_dies_and_each_is_raised_at_most_once_a_day(
    looks, fates
):
    plain = played(looks, [])
    other = played(looks, fates)
    assert sorted({repr(alert) for alert in other}) == sorted(map(repr, plain))
    raised = Counter(
        (alert.kind, alert.subject, local_day(alert.as_of)) for alert in plain if alert.change == "raised"
    )
    assert max(raised.values(), default=1) == 1
    assert max(Counter(alert.alert_id for alert in plain).values(), default=0) <= 2, "raised and resolved"
