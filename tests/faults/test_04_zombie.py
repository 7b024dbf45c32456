"""Workers are stopped (SIGSTOP) in a batch and about to tell, past their sessions, and wake when others have gone on.

Meanwhile dossiers become late that nobody does anything about: each is told once.
"""

import signal

import pytest

from tests.faults.gated import POINTS
from tests.faults.told import await_told, judge_told, late, notifying
from tests.integration.pipeline import until

SCENARIO = "4 stopped past its session"

EXPECTED = (
    "keepalive is not responding",
    "Heartbeat (session expired|failed)",
    "OffsetCommit failed .* will rejoin",
)
"""What a worker says that was away without knowing it."""

AHEAD = 600_000
"""From sending dossiers to their being late (ms): the clock is stepped over it when all is ready."""


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", "of the tests")


def test_workers_that_wake_after_their_sessions_make_no_row_older_tell_nothing_twice_and_the_changelog_is_whole(
    ground, is_long, tmp_path
):
    in_time = []
    with notifying(ground.pipeline, tmp_path) as receiver:
        workers = ground.workers(3)
        ground.send(400)
        for turn, point in enumerate(POINTS if is_long else POINTS[:1]):
            in_time += _sleep_and_wake(ground, workers[turn % 3], point, workers[(turn + 1) % 3])
        repeated = judge_told(ground.pipeline, receiver, ground.dues, ground.now())
        ground.judge()
    assert late(ground.pipeline, in_time) == {}, "a worker that slept told what had ceased to be"
    ground.outcome.remarks.append(
        f"{len(ground.dues)} dossiers became late meanwhile and were told once each, {len(in_time)} were done in time"
        f" and never told; {repeated} records came to the topic twice, under their key"
    )
    ground.rebuild()


def _sleep_and_wake(ground, zombie, point, teller) -> list[str]:
    """Stop one worker in a batch and one about to tell; when the third has told everything, wake them.

    Return dossiers that were done in time, of which the sleepers do not know it when they wake after their due moment.
    """
    due = ground.now() + AHEAD
    ground.dues |= dict.fromkeys(ground.send_due_everywhere(due), due)
    in_time = ground.send_due_everywhere(due + AHEAD)
    ground.pipeline.await_committed()
    ground.stand_still(zombie, point)
    ground.stand_before_telling(teller, due)
    with ground.recovery():
        ground.send(400)
    ground.send_resolved(in_time)
    ground.pipeline.await_committed()
    ground.shift(ground.shifted + AHEAD)
    await_told(ground.pipeline, ground.dues, ground.now())
    began = {worker: len(worker.taken()) for worker in (zombie, teller)}
    for worker in began:
        worker.expected = list(EXPECTED)
        worker.process.send_signal(signal.SIGCONT)

    def one_more() -> bool:
        ground.send(40)
        return all(len(worker.taken()) > count for worker, count in began.items())

    until("the zombies are workers again", one_more, pause=0.5)
    return in_time
