"""A worker is stopped (SIGSTOP) in a batch, past its session, and wakes when others have gone on."""

import signal

from tests.faults.gated import POINTS
from tests.integration.pipeline import until

SCENARIO = "4 stopped past its session"

EXPECTED = (
    "keepalive is not responding",
    "Heartbeat (session expired|failed)",
    "OffsetCommit failed .* will rejoin",
)
"""What a worker says that was away without knowing it."""


def test_a_worker_that_wakes_after_its_session_makes_no_row_older_and_the_changelog_is_whole(ground, is_long):
    workers = ground.workers(2)
    ground.send(400)
    for turn in range(4 if is_long else 1):
        zombie = workers[turn % 2]
        ground.stand_still(zombie, POINTS[turn % len(POINTS)])
        with ground.recovery():
            ground.send(400)
        began = len(zombie.taken())
        zombie.expected = list(EXPECTED)
        zombie.process.send_signal(signal.SIGCONT)

        def one_more(zombie=zombie, began=began) -> bool:
            ground.send(40)
            return len(zombie.taken()) > began

        until("the zombie is a worker again", one_more, pause=0.5)
    ground.judge()
    ground.rebuild()
