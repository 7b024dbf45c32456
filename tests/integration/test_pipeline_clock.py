"""A running system on the wall clock: time alone moves a score."""

from datetime import datetime, timedelta

from streams.core.periods import LOCAL, calendar_periods
from tests.integration.pipeline import now_ms, until
from tests.integration.pipeline_world import COMMUNES, received, reference_records

UNIT = COMMUNES[0]
AHEAD = timedelta(seconds=10)


def test_a_dossier_falls_due_and_its_unit_loses_it_with_no_event_arriving(pipeline):
    pipeline.send_reference(reference_records())
    with pipeline.running():
        now = datetime.now(LOCAL)
        due = now + AHEAD
        pipeline.send([received("H98.1.1-260801-0001", UNIT, now - timedelta(hours=1), due)])
        year = calendar_periods(now_ms())[2].key
        until(
            "it counts as on time",
            lambda: pipeline.indicator(UNIT, year, "RESOLVED_ON_TIME") == (1, 1),
            AHEAD.total_seconds(),
        )
        ends = pipeline.ends()
        until("it is overdue", lambda: pipeline.indicator(UNIT, year, "RESOLVED_ON_TIME") == (0, 1))
        assert datetime.now(LOCAL) > due
        assert pipeline.ends() == ends
        (row,) = pipeline.query(
            "SELECT as_of FROM indicator_detail WHERE indicator = 'RESOLVED_ON_TIME'"
            " AND unit_code = %(unit)s AND period = %(period)s",
            unit=UNIT,
            period=year,
        )
        assert row["as_of"] > due
