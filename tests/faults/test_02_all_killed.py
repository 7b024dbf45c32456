"""SIGKILL of all workers at once, in bursts, with and without their stores; at last all is built again from both."""

import shutil

import pytest

from tests.faults.gated import POINTS

SCENARIO = "2 all killed"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take both kinds of stores at full length, and in short the one that outlives its worker."""
    is_long = metafunc.config.getoption("--long", default=False)
    metafunc.parametrize("store", ["rocksdb", "memory"] if is_long else ["rocksdb"])


def test_all_workers_killed_in_bursts_leave_every_row_right_and_stores_and_changelog_give_the_same_back(
    ground, is_long, store
):
    ground.environ["store"] = store
    ground.outcome.scenario += f", {store}"
    stores = ground.pipeline.settings.data_dir / "stores"
    ground.send(300)
    for turn in range(6 if is_long else 1):
        workers = ground.workers(2)
        ground.send(200)
        for number, victim in enumerate(workers):
            ground.kill(victim, POINTS[(turn + 2 * number + 1) % len(POINTS)])
        ground.send(200)
        if turn % 2:
            shutil.rmtree(stores, ignore_errors=True)
    with ground.recovery():
        ground.workers(2)
    ground.judge()
    if store == "rocksdb":
        assert list(stores.rglob("CURRENT")), "there is nothing on disk to begin from"
        ground.rebuild()
        shutil.rmtree(stores)
    ground.rebuild()
    assert "made anew" not in ground.pipeline.logs()
