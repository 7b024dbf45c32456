"""The catalogue: one place, one spelling, one page."""

import re
from pathlib import Path

import pytest

from streams.cli.metrics import page
from streams.ops.catalogue import CATALOGUE
from streams.ops.meters import Meters

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_page_is_what_the_catalogue_says():
    assert (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8") == page()


def test_no_name_stands_twice():
    names = [metric.name for metric in CATALOGUE]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_each_name_tells_type_and_unit_and_each_help_is_a_sentence(metric):
    assert re.fullmatch(r"nhip766_[a-z0-9_]+", metric.name)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert metric.name.endswith("_seconds") == (metric.unit == "seconds")
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert re.fullmatch(r"[A-Z0-9].*\.", metric.help)


def test_a_meter_of_another_type_than_the_catalogue_says_is_refused():
    meters = Meters("worker")
    with pytest.raises(TypeError, match="no counter"):
        meters.counter("nhip766_unsent_rows")
    with pytest.raises(KeyError):
        meters.gauge("nhip766_unheard_of")
