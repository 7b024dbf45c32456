"""Python and the packages this program needs, against what its own metadata asks for."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from streams.agents.engine.pin import check_engine
from streams.cli.checks.check import Check
from streams.errors import UserError
from streams.ops.core_kind import core_kind

OURS = "nhip766"
REINSTALL = "make setup"
PYTHONS = SpecifierSet(">=3.11,<3.14")


def check_packages() -> Iterator[Check]:
    """Compare each installed version with the one required; the engine's pin has a check of its own."""
    python = platform.python_version()
    fits = python in PYTHONS
    yield Check("python", "ok" if fits else "failed", python, "" if fits else f"use Python {PYTHONS}")
    for line in sorted(requires(OURS) or ()):
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            yield _package(wanted)
    yield _engine()
    yield Check("core", "ok", core_kind())


def _package(wanted: Requirement) -> Check:
    try:
        found = version(wanted.name)
    except PackageNotFoundError:
        return Check(wanted.name, "failed", f"missing, {wanted.specifier} is needed", REINSTALL)
    if not wanted.specifier.contains(found, prereleases=True):
        return Check(wanted.name, "failed", f"{found}, {wanted.specifier} is needed", REINSTALL)
    return Check(wanted.name, "ok", found)


def _engine() -> Check:
    try:
        check_engine()
    except UserError as problem:
        return Check("engine pin", "failed", str(problem), REINSTALL)
    return Check("engine pin", "ok", "the overrides were tested on this faust-streaming")
