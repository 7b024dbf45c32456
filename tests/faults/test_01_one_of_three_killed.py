"""SIGKILL of workers of three, again and again, each time in a batch that is not committed."""

from tests.faults.gated import POINTS

SCENARIO = "1 some of three killed"


def test_workers_of_three_killed_in_uncommitted_batches_leave_every_row_right(ground, is_long):
    workers = ground.workers(3)
    ground.send(600)
    points = iter(POINTS * 10)
    for turn in range(15 if is_long else 1):
        victims = ground.rng.sample(range(3), 1 if turn % 3 else 2)
        with ground.recovery():
            for victim in victims:
                ground.send(100)
                ground.kill(workers[victim], next(points))
            for victim, fresh in zip(victims, ground.workers(len(victims)), strict=True):
                workers[victim] = fresh
    ground.judge()
