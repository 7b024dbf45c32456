"""Which core runs: the working tree's is always the one of its sources."""

import os

import pytest

from streams.ops.core_kind import core_kind


def test_the_core_that_runs_is_the_one_that_is_meant():
    assert core_kind() == os.environ.get("CORE_MEANT", "interpreted")


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("streams/core/tally.py", "interpreted"),
        ("streams/core/tally.cpython-311-x86_64-linux-gnu.so", "compiled"),
        ("streams/core/tally.abi3.so", "compiled"),
    ],
)
def test_the_file_of_a_module_tells_the_kind(file: str, kind: str):
    assert core_kind(file) == kind
