"""docs/intake.md names every reason and oddity there is, and no other."""

import re
from pathlib import Path
from typing import get_args

from schemas.errors import BadEventReason
from streams.intake.faults import HazardKind, RefusalReason

TEXT = (Path(__file__).parents[2] / "docs" / "intake.md").read_text(encoding="utf-8")


def first_column(heading):
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_every_reason_of_refusal_is_explained():
    assert first_column("Refusals") == {*get_args(RefusalReason), *get_args(BadEventReason), "clock_tick"}


def test_every_oddity_is_explained():
    assert first_column("Oddities") == set(get_args(HazardKind))
