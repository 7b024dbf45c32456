"""SIGKILL of all workers at once, in bursts; at last everything is built again from the changelog alone."""

from tests.faults.gated import POINTS

SCENARIO = "2 all killed"


def test_all_workers_killed_in_bursts_leave_every_row_right_and_the_changelog_alone_gives_it_back(
    ground, is_long
):
    ground.send(300)
    for turn in range(6 if is_long else 1):
        workers = ground.workers(2)
        ground.send(200)
        for number, victim in enumerate(workers):
            ground.kill(victim, POINTS[(turn + 2 * number + 1) % len(POINTS)])
        ground.send(200)
    with ground.recovery():
        ground.workers(2)
    ground.judge()
    ground.rebuild()
