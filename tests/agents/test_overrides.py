"""Every override is needed: with Faust as it is in its place, its test fails, and for the reason it was written for."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.agents.stock import OVERRIDES, Override

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]


@pytest.fixture(scope="module")
def failures(broker, tmp_path_factory) -> dict[str, str]:
    """What each of those tests says with its own override off, all of them in one process, on our broker."""
    there = tmp_path_factory.mktemp("overrides")
    environ = {
        **os.environ,
        "OVERRIDE_OFF": "each",
        "TEST_BROKER": broker,
        "HYPOTHESIS_STORAGE_DIRECTORY": str(there / "hypothesis"),
    }
    chosen = " or ".join(one.test for one in OVERRIDES)
    options = ["-q", "-p", "no:cacheprovider", "--timeout=120", f"--junitxml={there / 'report.xml'}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-k", chosen, FOLDER],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=550,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    said: dict[str, str] = {}
    for case in ET.parse(there / "report.xml").iter("testcase"):  # noqa: S314  (written by the process above)
        name = case.get("name", "").partition("[")[0]
        said[name] = said.get(name, "") + "".join(each.text or "" for each in case.iter("failure"))
    return said


@pytest.mark.parametrize("override", OVERRIDES, ids=lambda override: override.name)
def test_without_an_override_its_test_fails_for_its_reason(override: Override, failures: dict[str, str]):
    said = failures[override.test]
    assert re.search(override.reason, said), said[-3000:] or "it passed"
