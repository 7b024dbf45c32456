"""One record of a hundred is bad, also where a worker is killed; then a thousand in a row."""

from streams.errors import STOPPED_FOR_GOOD
from tests.faults.bad import KINDS, bad_in_a_row, bad_records
from tests.integration.pipeline import PROGRAM

SCENARIO = "7 bad records"
IN_A_ROW = 1000


def test_bad_records_are_each_a_dead_letter_once_and_many_in_a_row_stop_the_worker(ground, is_long):
    turns = 20 if is_long else 1
    for turn in range(turns):
        (worker,) = ground.workers(1)
        ground.send(200)
        ground.send_raw(bad_records(len(KINDS)))
        ground.send(200)
        ground.kill(worker, ("sent", "logged")[turn % 2])

    supervised = ground.pipeline.worker([*PROGRAM, "worker", "--workers", "2"], **ground.variables())
    ground.send_raw(bad_in_a_row(IN_A_ROW, 0))
    supervised.launch()
    code, said = supervised.wait()
    assert code == STOPPED_FOR_GOOD, said
    assert "bad records in a row" in said
    assert supervised.text().count("worker process started") == 2

    with ground.recovery():
        ground.worker(bad_in_a_row="0", bad_share="1")
    ground.send(100)
    report = ground.judge()
    assert report["account"]["dead letters"] == turns * len(KINDS) + IN_A_ROW
    ground.outcome.remarks.append(
        f"{report['account']['letters repeated']} letters were written twice by killed workers, and are listed once"
    )
