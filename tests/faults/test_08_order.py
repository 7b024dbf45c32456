"""The same events in other orders, some of them twice, taken in batches of other sizes, come to the same rows."""

from random import Random

from streams.core.periods import moment
from streams.settings import PREFIX
from streams.sinks.rows import DossierRow
from tests.faults.ground import facts
from tests.faults.load import BASE
from tests.integration.pipeline_world import Mix, raw, tick

SCENARIO = "8 order, repetition, batches"

OF_THE_LOG = {"epoch", "source_partition", "source_offset", "version"}
"""Columns that say where a row comes from: the only ones that may differ."""
SIZES = ("5000", "7", "3", "17", "200", "1")


def test_order_repetition_and_size_of_batches_change_no_row(lay, is_long, monkeypatch):
    monkeypatch.setenv(f"{PREFIX}CLOCK", "ticks")
    assert OF_THE_LOG.issubset(DossierRow._fields)
    events = Mix(8, dossiers=400 if is_long else 30, latest=BASE).events()
    rng = Random(8)
    found = []
    for size in SIZES if is_long else SIZES[:2]:
        ground = lay()
        ground.worker(batch_max=size)
        ground.send_raw([raw(one) for one in events])
        ground.pipeline.send([tick(BASE, last=True)])
        ground.acknowledged += ground.pipeline.settings.partitions
        ground.settle()
        ground.pipeline.await_scores(moment(BASE))
        found.append((_facts(ground), _scores(ground)))
        ground.judge()
        events = [*events, *rng.sample(events, len(events) // 10)]
        rng.shuffle(events)
    first, *others = found
    assert first[0]
    assert first[1]
    for other in others:
        assert other == first


def _facts(ground):
    return {
        key: {name: value for name, value in row.items() if name not in OF_THE_LOG}
        for key, row in facts(ground.pipeline).items()
    }


def _scores(ground):
    """Every figure that readers see, by unit, period and indicator."""
    figures = ground.pipeline.query(
        "SELECT unit_code, period, indicator, numerator, denominator, ratio, score FROM indicator_detail"
        " ORDER BY unit_code, period, indicator"
    )
    totals = ground.pipeline.query(
        "SELECT unit_code, period, total, grade, groups FROM scores ORDER BY unit_code, period"
    )
    return figures, totals
