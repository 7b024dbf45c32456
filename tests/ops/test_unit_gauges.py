"""Gauges by unit are bounded."""

from prometheus_client import CollectorRegistry, Gauge

from streams.ops.unit_gauges import UnitGauges


def _gauges(most):
    registry = CollectorRegistry()
    made = [Gauge(name, name, ["level", "unit"], registry=registry) for name in ("open", "late")]
    return registry, UnitGauges(*made, most=most)


def _series(registry, name):
    (family,) = [family for family in registry.collect() if family.name == name]
    return {(s.labels["level"], s.labels["unit"]): s.value for s in family.samples}


def test_units_past_the_cap_are_summed_by_level_and_follow_their_changes():
    registry, gauges = _gauges(2)
    for number, unit in enumerate(("a", "b", "c", "d"), start=1):
        gauges.set("commune", unit, (number, 0))
    gauges.set("commune", "d", (10, 4))
    gauges.set("commune", "a", (7, 1))
    gauges.set("district", "x", (20, 5))
    assert _series(registry, "open") == {
        ("commune", "a"): 7,
        ("commune", "b"): 2,
        ("commune", "other"): 13,
        ("district", "x"): 20,
    }
    assert _series(registry, "late")["commune", "other"] == 4


def test_units_that_are_given_up_leave_no_series():
    registry, gauges = _gauges(1)
    gauges.set("commune", "a", (1, 0))
    gauges.set("commune", "b", (1, 0))
    gauges.forget()
    assert _series(registry, "open") == {}
    gauges.set("commune", "b", (3, 0))
    assert _series(registry, "open") == {("commune", "b"): 3}
