"""Alerts are a function of what is known and of the clock: no order, batch, repetition or restart makes another one."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alert_wire import decode_alert
from schemas.fast import decode
from streams.core.alert_petition_windows import petition_windows
from streams.core.alert_rules import AlertRules
from streams.core.alert_windows import Law, dossier_windows
from streams.core.facts import DossierFacts
from streams.core.rules import Rules
from streams.core.state import facts_of, load, merge_event
from tests.core.alerting import REFERENCE, Desk
from tests.core.building import at
from tests.property.random_events import DOSSIER, DOSSIER_DOCUMENTS, PETITION, PETITION_DOCUMENTS

DAY = 86_400_000
BEGIN = "2024-01-01 00:00"
CLOCKS = st.lists(st.integers(1, 40 * 24).map(lambda hours: hours * DAY // 24), min_size=1, max_size=6).map(
    lambda steps: [at(BEGIN) + sum(steps[: index + 1]) for index in range(len(steps))]
)
DOCUMENTS = st.lists(DOSSIER_DOCUMENTS | PETITION_DOCUMENTS, min_size=1, max_size=8)


def events(documents):
    return [decode(json.dumps(document).encode()) for document in documents]


def history(desk):
    """What was told, each change once, as a reader of the topic keeps it."""
    kept = {}
    for alert in desk.told:
        kept.setdefault((alert.alert_id, alert.seq), alert)
    return list(kept.values())


def as_told(desk, by_clock):
    for moment, batch in by_clock:
        desk.hear(*batch).until(moment)
    return desk


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, CLOCKS, st.randoms(use_true_random=False))
def test_between_two_looks_neither_order_nor_batches_nor_repetition_matter(documents, clock, random):
    parts = [[] for _ in clock]
    for one in events(documents):
        parts[random.randrange(len(parts))].append(one)
    plain = as_told(Desk(BEGIN), zip(clock, parts, strict=True))
    other = Desk(BEGIN)
    for moment, part in zip(clock, parts, strict=True):
        shuffled = [*part, *(random.choices(part, k=2) if part else [])]
        random.shuffle(shuffled)
        for one in shuffled:
            other.hear(one)
        other.until(moment).until(moment)
    assert sorted(map(repr, other.told)) == sorted(map(repr, plain.told))


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, CLOCKS, st.randoms(use_true_random=False))
def test_restarts_and_kills_at_any_moment_tell_the_same(documents, clock, random):
    parts = [[] for _ in clock]
    for one in events(documents):
        parts[random.randrange(len(parts))].append(one)
    plain = as_told(Desk(BEGIN), zip(clock, parts, strict=True))
    other = Desk(BEGIN)
    for moment, part in zip(clock, parts, strict=True):
        other.hear(*part)
        fate = random.choice(["lives", "restarts", "dies before sending", "dies after sending"])
        if fate == "restarts":
            other.restart()
        if fate.startswith("dies"):
            other.partition.advance(moment)
            other.partition.flush()
            telling = other.book.take()
            other.states.update(telling.stored)
            if fate == "dies after sending":
                other.told += [decode_alert(raw) for _, raw in telling.records]
            other.restart()
        other.until(moment)
    assert [repr(alert) for alert in history(other)] == [repr(alert) for alert in history(plain)]


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, CLOCKS)
def test_an_alert_is_numbered_without_gaps_and_never_before_its_moment(documents, clock):
    desk = as_told(Desk(BEGIN), zip(clock, [events(documents), *([[]] * (len(clock) - 1))], strict=True))
    last = {}
    for alert in desk.told:
        number, changed_at = last.get(alert.alert_id, (0, 0))
        assert alert.seq == number + 1
        assert changed_at <= alert.changed_at <= alert.as_of <= alert.ring_at or alert.severity == "critical"
        assert alert.change in {"raised", "escalated", "resolved"}
        assert (number == 0) <= (alert.change == "raised")
        last[alert.alert_id] = (alert.seq, alert.changed_at)


def known(key, documents):
    state = load(key, None)
    for one in events(documents):
        merge_event(state, one, 0)
    return facts_of(state, REFERENCE)


def in_force(facts, moment):
    law = Law(REFERENCE, Rules(), AlertRules())
    if isinstance(facts, DossierFacts):
        windows = dossier_windows(facts, moment, law)
    else:
        windows = petition_windows(facts, moment, law.calendar)
    return sorted(
        (each.kind, each.due, each.stage_id or "") for each in windows if each.begins <= moment < each.ends
    )


SUBJECTS = st.one_of(
    st.lists(DOSSIER_DOCUMENTS, min_size=1, max_size=7).map(lambda some: (f"d:{DOSSIER}", some)),
    st.lists(PETITION_DOCUMENTS, min_size=1, max_size=7).map(lambda some: (f"p:{PETITION}", some)),
)


@settings(max_examples=300, deadline=None)
@given(SUBJECTS, CLOCKS)
def test_the_schedule_misses_no_moment(subject, clock):
    """What is open after a clock that went straight to a moment is what its causes are at that moment."""
    key, documents = subject
    desk = Desk(BEGIN).hear(*events(documents)).until(at(BEGIN) + 1)
    for moment in clock:
        desk.until(moment)
        facts = known(key, documents)
        if not facts.holder(moment):
            continue
        newest = {alert.alert_id: alert for alert in desk.told}
        still_open = sorted(
            (alert.kind, alert.due_at, alert.stage_id or "")
            for alert in newest.values()
            if alert.change != "resolved" and (alert.petition_code is None) == (key[0] == "d")
        )
        assert still_open == in_force(facts, moment)
