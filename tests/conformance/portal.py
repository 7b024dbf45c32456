"""The published figures as rows, and the scorer asked about them."""

import csv
from decimal import Decimal
from pathlib import Path

from schemas.index import load_index
from streams.core.figures import score_of_row
from streams.core.rounding import from_hundredths

DATA = Path(__file__).parent / "data"
PORTAL = load_index("portal-2026")


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def published(text):
    return Decimal(text) if text else None


def computed(row):
    score = score_of_row(PORTAL, row).score
    return None if score is None else from_hundredths(score)


def called(row):
    return "-".join(
        row[key] for key in ("indicator", "tree", "group", "unit", "period", "scope") if key in row
    )
