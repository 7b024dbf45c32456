"""One worker becomes three and one again, in good order, under load."""

from tests.faults.conftest import PARTITIONS

SCENARIO = "3 one, three, one"
BATCH = 20


def test_workers_that_come_and_go_in_good_order_repeat_at_most_a_batch_of_each_partition(ground, is_long):
    stays = ground.worker()
    moves = 0
    for _ in range(8 if is_long else 1):
        ground.send(400)
        guests = ground.workers(2)
        ground.send(400)
        ground.pipeline.await_committed()
        ground.send(400)
        with ground.recovery():
            for guest in guests:
                guest.process.stop()
                ground.send(100)
        moves += 2 * len(guests)
        assert stays.process.is_running()
    ground.judge()
    assert ground.outcome.repeated <= moves * PARTITIONS * BATCH
