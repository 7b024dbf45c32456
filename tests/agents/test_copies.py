"""A changelog with records of several owners: none replaces another's, and what is void is known to be contained."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.agents.engine.copies import NO_OWNER, owned_key, split_key
from streams.agents.partition_mark import (
    NEVER,
    PartitionMark,
    decode_mark,
    encode_mark,
    join_marks,
    next_incarnation,
)
from streams.agents.stores.memory import MemoryStores
from streams.agents.stores.port import StateCopies
from streams.agents.stores.rocks import RocksStores

KEYS = ("d:1", "d:2")


def _union(key, copies):
    return b"".join(bytes([each]) for each in sorted(set(b"".join(copies))))


def test_a_key_names_its_owner_and_one_without_owner_is_whole():
    assert split_key(owned_key("d:H98/1-2.3", 12)) == ("d:H98/1-2.3", 12)
    assert split_key("d:H98") == ("d:H98", NO_OWNER)
    assert owned_key("d:H98", NO_OWNER) == "d:H98"


@pytest.fixture(params=["memory", "rocksdb"])
def stores(request, tmp_path):
    opened = (
        MemoryStores(_union) if request.param == "memory" else RocksStores(tmp_path, "changelog-1", _union)
    )
    yield opened
    opened.close()


@pytest.fixture
def copies(stores):
    return stores.copies(0)


def test_what_a_zombie_wrote_last_joins_what_the_new_owner_wrote(copies):
    for owner, value in ((1, b"a"), (2, b"ab"), (1, b"ac")):
        copies.hear([("d:1", owner, value)], 0)
    copies.settle()
    assert copies.states == {"d:1": b"abc"}
    assert set(copies.claim(["d:1"], 3)) == {"d:1@1", "d:1@2"}
    assert list(copies.claim(["d:1"], 3)) == []


def test_an_owner_voids_what_it_knew_and_deletes_nothing_else(copies):
    copies.hear([("d:1", 1, b"a")], 0)
    copies.hear([("d:1", 2, b"ab")], 0)
    copies.hear([("d:1", 1, None)], 0)
    copies.hear([("d:2", 2, b"x")], 0)
    copies.hear([("d:2", 1, None)], 0)
    copies.settle()
    assert copies.states == {"d:1": b"ab", "d:2": b"x"}
    copies.hear([("d:1", 2, None)], 0)
    assert copies.states == {"d:2": b"x"}


def test_a_tail_that_is_read_later_adds_to_what_was_joined(copies):
    copies.hear([("d:1", 1, b"a")], 0)
    copies.hear([("d:1", 2, b"b")], 0)
    copies.settle()
    copies.hear([("d:1", 2, b"bc")], 0)
    copies.settle()
    assert copies.states == {"d:1": b"abc"}
    copies.hear([("d:1", 2, None)], 0)
    assert copies.states == {"d:1": b"abc"}
    copies.hear([("d:1", 1, None)], 0)
    assert copies.states == {}


@st.composite
def histories(draw):
    """Lives that recover, write, and may be overtaken: each writes at any later time what it knew at its own."""
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from(["begin", "write"]),
                st.integers(0, 3),
                st.sampled_from(KEYS),
                st.integers(97, 122),
            ),
            max_size=40,
        )
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), st.randoms())
def test_whatever_lives_overlap_and_whatever_is_compacted_nothing_of_the_last_owner_is_lost(
    stores, history, chance
):
    """The last life to begin rereads what was not committed: all of its own knowledge must come back."""
    log: list[tuple[str, bytes | None]] = []
    lives: dict[int, tuple[int, StateCopies]] = {}
    owners = 0
    newest = None
    stores.clear()
    fresh = iter(range(1000))

    def recovered() -> StateCopies:
        last = {name: number for number, (name, _) in enumerate(log)}
        copies = stores.copies(next(fresh))
        for number, (name, value) in enumerate(log):
            if last[name] == number or chance.random() < 0.5:
                copies.hear([(*split_key(name), value)], number)
        copies.settle()
        return copies

    for action, life, key, letter in history:
        if action == "begin":
            owners += 1
            newest = life
            lives[life] = (owners, recovered())
        elif life in lives:
            owner, copies = lives[life]
            known = copies.states.get(key, b"")
            # A zombie adds only what its successor rereads; here: nothing new.
            copies.write({key: _union(key, [known, bytes([letter])] if life == newest else [known])})
            log.append((owned_key(key, owner), copies.states[key]))
            log += [(void, None) for void in copies.claim([key], owner)]
    if newest is not None:
        known = lives[newest][1].states
        found = recovered().states
        assert {key: found.get(key, b"") for key in known} == known


class EveryRecord:
    """The same by its definition: of each key, what every owner's live record says; None owns what is not logged."""

    def __init__(self):
        self.said: dict[str, dict[int | None, bytes]] = {}

    def hear(self, key, owner, value):
        said = self.said.setdefault(key, {})
        if value is None:
            said.pop(owner, None)
        else:
            said[owner] = value

    def settle(self):
        for key, said in self.said.items():
            self.said[key] = dict.fromkeys(said, _union(key, list(said.values())))

    def write(self, key, value):
        self.said[key] = dict.fromkeys(self.said.get(key) or [None], value)

    def claim(self, keys, owner):
        void = set()
        for key in keys:
            said = self.said[key]
            void |= {owned_key(key, other) for other in said if other not in (owner, None)}
            self.said[key] = {owner: next(iter(said.values()))}
        return void

    def states(self):
        return {key: next(iter(said.values())) for key, said in self.said.items() if said}


MANY_KEYS = st.sampled_from([f"d:{number}" for number in range(8)])
RECORDS = st.lists(
    st.tuples(MANY_KEYS, st.integers(0, 3), st.one_of(st.none(), st.sampled_from([b"a", b"b"]))), max_size=20
)
BATCHES = st.tuples(st.sets(MANY_KEYS, max_size=6), st.integers(4, 6))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(RECORDS, BATCHES), max_size=12))
def test_whoever_owned_how_many_keys_before_all_void_records_are_named(stores, steps):
    stores.clear()
    copies, model = stores.copies(0), EveryRecord()
    for step in steps:
        if isinstance(step, list):
            copies.hear(step, 0)
            for record in step:
                model.hear(*record)
            copies.settle()
            model.settle()
        else:
            keys, owner = step
            copies.write(dict.fromkeys(keys, b"c"))
            for key in keys:
                model.write(key, b"c")
            assert set(copies.claim(sorted(keys), owner)) == model.claim(keys, owner)
        assert dict(copies.states) == model.states()


def test_every_owner_of_a_partition_has_its_own_incarnation():
    begun = PartitionMark(1, 0, 40, -1, generation=7)
    slow, next_one = next_incarnation(begun, 8), next_incarnation(begun, 9)
    assert begun.incarnation < slow < next_one
    logged = PartitionMark(1, 0, next_one, -1, generation=9)
    assert next_incarnation(logged, 10) > next_one
    of_a_new_group = [next_incarnation(begun, generation) for generation in (1, 2)]
    assert begun.incarnation < of_a_new_group[0] < of_a_new_group[1]
    assert next_incarnation(NEVER, 1) > NO_OWNER


def test_marks_of_two_owners_join_to_the_newest_incarnation_and_never_run_backwards():
    old = PartitionMark(1, as_of=500, incarnation=3, offset=90, ended=True, generation=6)
    new = PartitionMark(1, as_of=400, incarnation=4, offset=80, generation=7)
    for copies in ([old, new], [new, old]):
        joined = decode_mark(join_marks([encode_mark(each) for each in copies]))
        assert joined == PartitionMark(1, as_of=500, incarnation=4, offset=90, ended=True, generation=7)
