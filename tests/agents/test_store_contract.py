"""What every local store does; and what RocksDB does over the death of a process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.agents.engine.copies import Logged
from streams.agents.stores.memory import MemoryStores
from streams.agents.stores.rocks import RocksStores
from tests.agents.engine_probe import newest


@pytest.fixture(params=["memory", "rocksdb"])
def stores(request, tmp_path):
    opened = (
        MemoryStores(newest) if request.param == "memory" else RocksStores(tmp_path, "changelog-1", newest)
    )
    yield opened
    opened.close()


def reopened(root: Path, identity: str | None = "changelog-1") -> RocksStores:
    """The store of a process that starts after the one before it has ended."""
    return RocksStores(root, identity, newest)


def test_a_state_is_read_as_it_was_written(stores):
    stores.copies(0).write({"d:1": b"one", "p:1": b"two"})
    states = stores.copies(0).states
    assert states["d:1"] == b"one"
    assert states.get("p:1") == b"two"
    assert states.get("d:2") is None
    assert "d:2" not in states
    with pytest.raises(KeyError):
        states["d:2"]


def test_a_later_state_takes_the_place_of_an_earlier_one_and_a_void_record_deletes(stores):
    copies = stores.copies(3)
    copies.hear([("d:1", 1, b"one"), ("d:2", 1, b"two"), ("d:1", 1, b"newer")], 2)
    copies.hear([("d:2", 1, None), ("d:3", 1, None)], 4)
    assert dict(copies.states) == {"d:1": b"newer"}


def test_an_empty_state_is_a_state(stores):
    copies = stores.copies(0)
    copies.write({"d:1": b""})
    copies.hear([("d:2", 1, b"")], 0)
    assert dict(copies.states) == {"d:1": b"", "d:2": b""}


def test_partitions_are_apart_even_with_the_same_keys(stores):
    for number in (0, 1, 255, 256, 1023):
        stores.copies(number).write({"d:1": str(number).encode(), f"d:only-{number}": b"x"})
    assert dict(stores.copies(255).states) == {"d:1": b"255", "d:only-255": b"x"}
    assert len(stores.copies(1023).states) == 2


def test_keys_may_hold_any_letters(stores):
    stores.copies(0).write({"d:Hồ sơ/1": b"one", "m:": b"mark"})
    assert set(stores.copies(0).states) == {"d:Hồ sơ/1", "m:"}


def test_states_can_be_written_while_their_keys_are_read(stores):
    copies = stores.copies(0)
    copies.write({f"d:{number}": b"x" for number in range(10)})
    for key in list(copies.states):
        copies.write({key: b"y"})
    assert set(copies.states.values()) == {b"y"}
    assert len(copies.states) == 10


def test_the_owner_of_a_record_is_known_until_another_claims_the_key(stores):
    copies = stores.copies(0)
    copies.hear([("d:1", 7, b"one")], 0)
    copies.write({"d:1": b"two", "d:new": b"new"})
    assert list(copies.claim(["d:1", "d:new"], 8)) == ["d:1@7"]
    assert list(copies.claim(["d:1", "d:new"], 8)) == []
    assert dict(copies.states) == {"d:1": b"two", "d:new": b"new"}
    assert list(copies.claim(["d:new"], 9)) == ["d:new@8"]


def test_a_partition_that_stays_keeps_its_states_when_others_leave(stores):
    for number in (0, 1):
        stores.copies(number).write({"d:1": b"one"})
    stores.keep({1})
    assert dict(stores.copies(1).states) == {"d:1": b"one"}


def test_a_partition_whose_states_are_gone_reaches_nowhere(stores):
    stores.copies(0).hear([("d:1", 1, b"one")], 7)
    stores.clear()
    assert dict(stores.copies(0).states) == {}
    assert stores.reached(0) is None


def test_memory_forgets_a_partition_that_left():
    stores = MemoryStores(newest)
    stores.copies(0).hear([("d:1", 1, b"one")], 7)
    stores.keep(set())
    assert stores.reached(0) is None
    assert dict(stores.copies(0).states) == {}


def test_rocksdb_knows_a_partition_that_left_and_its_owners_when_it_comes_again(tmp_path):
    stores = reopened(tmp_path)
    stores.copies(0).hear([("d:1", 3, b"one"), ("d:2", 3, b"old"), ("d:2", 4, b"new")], 7)
    stores.copies(0).logged([Logged(8, 9)])
    stores.keep(set())
    assert stores.reached(0) == 9
    copies = stores.copies(0)
    copies.settle()
    assert dict(copies.states) == {"d:1": b"one", "d:2": b"new"}
    assert list(copies.claim(["d:1", "d:2"], 5)) == ["d:1@3", "d:2@3", "d:2@4"]
    stores.close()


def test_rocksdb_goes_on_where_a_process_that_stopped_was(tmp_path):
    before = reopened(tmp_path)
    before.copies(5).hear([("d:1", 1, b"one")], 7)
    before.copies(5).logged([Logged(8, 8)])
    before.close()
    after = reopened(tmp_path)
    assert (after.reached(5), dict(after.copies(5).states)) == (8, {"d:1": b"one"})
    after.close()


def test_what_another_wrote_between_our_records_is_read_again(tmp_path):
    stores = reopened(tmp_path)
    copies = stores.copies(0)
    copies.logged([Logged(0, 4), Logged(5, 9)])
    assert stores.reached(0) == 9
    copies.logged([Logged(12, 13)])
    copies.logged([Logged(14, 20)])
    assert stores.reached(0) == 9
    stores.close()


def logged(caplog):
    """What the stores have logged, line by line."""
    return [record.msg for record in caplog.records if record.name.startswith("streams.agents.stores")]


KILLED = """
import os, signal, sys
from pathlib import Path
from streams.agents.engine.copies import Logged
from streams.agents.stores.rocks import RocksStores

copies = RocksStores(Path(sys.argv[1]), "changelog-1", None).copies(0)
copies.hear([("d:1", 1, b"one")], 10)
copies.write({"d:1": b"two", "d:2": b"two"})
copies.logged([Logged(11, 12)])
copies.write({"d:3": b"three"})
copies.logged([Logged(13, 13)])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_after_a_kill_rocksdb_has_every_write_and_reaches_no_further_than_they_do(tmp_path):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, cwd=Path.cwd())
    assert killed.returncode == -signal.SIGKILL
    after = reopened(tmp_path)
    assert dict(after.copies(0).states) == {"d:1": b"two", "d:2": b"two", "d:3": b"three"}
    assert after.reached(0) == 12
    after.close()


def test_two_processes_on_one_machine_hold_a_store_each(tmp_path):
    first, second = reopened(tmp_path), reopened(tmp_path)
    assert first.folder != second.folder
    second.close()
    first.close()


def test_a_store_that_cannot_be_read_is_made_anew_with_one_line(tmp_path, caplog):
    before = reopened(tmp_path)
    before.copies(0).hear([("d:1", 1, b"one")], 7)
    before.close()
    next(before.folder.glob("MANIFEST-*")).write_bytes(b"no manifest")
    after = reopened(tmp_path)
    assert after.reached(0) is None
    assert dict(after.copies(0).states) == {}
    assert [line["event"] for line in logged(caplog)] == ["local store made anew from the changelog"]
    assert "Corruption" in logged(caplog)[0]["reason"]
    after.close()


def test_a_store_whose_files_are_found_broken_while_it_works_is_made_anew_at_the_next_start(tmp_path, caplog):
    before = reopened(tmp_path)
    before.copies(0).write({f"d:{number}": os.urandom(100) for number in range(3000)})
    before.close()
    again = reopened(tmp_path)
    (table,) = again.folder.glob("*.sst")
    with table.open("r+b") as file:
        file.seek(20_000)
        file.write(b"no block" * 1000)
    with pytest.raises(Exception, match="Corruption"):
        dict(again.copies(0).states)
    again.close()
    after = reopened(tmp_path)
    assert after.reached(0) is None
    assert [line["reason"] for line in logged(caplog)] == ["it was found broken"]
    after.close()


@pytest.mark.parametrize("identity", ["changelog-2", None])
def test_a_store_of_another_changelog_is_made_anew(tmp_path, caplog, identity):
    before = reopened(tmp_path)
    before.copies(0).hear([("d:1", 1, b"one")], 7)
    before.close()
    after = reopened(tmp_path, identity)
    assert after.reached(0) is None
    assert dict(after.copies(0).states) == {}
    assert len(logged(caplog)) == 1
    after.close()


def test_a_new_store_says_nothing(tmp_path, caplog):
    reopened(tmp_path, None).close()
    assert logged(caplog) == []
