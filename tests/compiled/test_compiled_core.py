"""The compiled core is the interpreted one, only faster: it passes the same tests and makes the same bytes."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

BUILD = ROOT / "deploy" / "compiled" / "build.py"
DIGEST = ROOT / "tests" / "compiled" / "digest.py"
SAME_TESTS = (
    "tests/compiled/test_which_core.py",
    "tests/core/test_calendar.py",
    "tests/core/test_delta.py",
    "tests/core/test_dossier_semantics.py",
    "tests/core/test_grades.py",
    "tests/core/test_periods.py",
    "tests/core/test_petitions.py",
    "tests/core/test_ranking.py",
    "tests/core/test_reference.py",
    "tests/core/test_resolved_on_time.py",
    "tests/core/test_rounding.py",
    "tests/core/test_state.py",
    "tests/core/test_tally.py",
    "tests/core/test_unit_partition.py",
    "tests/core/test_unit_snapshots.py",
    "tests/property/test_convergence.py",
    "tests/property/test_flips.py",
    "tests/property/test_partition_properties.py",
)
EVENTS = "12000"


def _build(**environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(BUILD)],
        check=False,
        capture_output=True,
        text=True,
        timeout=540,
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="module")
def copy() -> Path:
    """The folder of the copy; where it cannot be made CI fails, and elsewhere the tests are said not to be run."""
    ran = _build()
    if ran.returncode == 2 and os.environ.get("CI") != "true":
        pytest.skip(ran.stderr.strip())
    assert ran.returncode == 0, ran.stderr
    return Path(ran.stdout.strip())


def _run(*command: str, **environment: str) -> str:
    ran = subprocess.run(
        [sys.executable, *command],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=540,
        cwd=ROOT,
        env={**os.environ, "PYTHONSAFEPATH": "1", **environment},
    )
    assert ran.returncode == 0, ran.stdout[-8000:]
    return ran.stdout


def test_the_tests_of_the_core_hold_for_the_compiled_one(copy: Path):
    quiet = ("-q", "-p", "no:cacheprovider", "-o", f"pythonpath={copy} .")
    said = _run("-m", "pytest", *quiet, *SAME_TESTS, PYTHONPATH=str(copy), CORE_MEANT="compiled")
    assert " passed" in said.splitlines()[-1]


def test_both_make_the_same_states_and_tallies_of_the_same_events(copy: Path):
    digests = [_run(str(DIGEST), EVENTS, PYTHONPATH=path).split() for path in (str(ROOT), f"{copy}:{ROOT}")]
    assert [kind for kind, _ in digests] == ["interpreted", "compiled"]
    assert digests[0][1] == digests[1][1]


def test_its_launcher_runs_the_copy_from_wherever_it_is_started(copy: Path):
    ran = subprocess.run(
        [f"{copy}/nhip766", "doctor", "--json"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert '"found": "compiled"' in ran.stdout, ran.stderr


def test_a_copy_is_made_once_and_a_changed_source_has_another(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    again = _build()
    assert again.stdout.strip() == str(copy)
    assert "compiling" not in again.stderr
    spec = importlib.util.spec_from_file_location("build", BUILD)
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    monkeypatch.setattr(builder, "ROOT", tmp_path)
    for part in builder.PROGRAM:
        shutil.copytree(ROOT / part, tmp_path / part)
    assert builder._hash(builder.PROGRAM) == copy.name
    with (tmp_path / "streams" / "core" / "tally.py").open("a") as source:
        source.write("# another\n")
    assert builder._hash(builder.PROGRAM) != copy.name


def test_nothing_is_compiled_in_the_working_tree(copy: Path):
    for package in ("schemas", "streams"):
        assert not [*(ROOT / package).rglob("*.so"), *(ROOT / package).rglob("*.pyd")]


def test_without_a_c_compiler_one_line_says_what_to_install():
    ran = _build(CC="no-such-compiler")
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert len(ran.stderr.splitlines()) == 1
    assert "apt-get install gcc" in ran.stderr
