"""Whatever a worker held is gone: it reads its states back from the changelog, and how long that takes is told."""

import json
import time
from datetime import datetime, timedelta

from streams.core.periods import LOCAL
from tests.integration.pipeline import Raw
from tests.integration.pipeline_world import COMMUNES, WITHOUT_FEE, raw, received

SCENARIO = "9 local state lost"
PIECE = 20_000


def test_a_worker_that_lost_all_it_held_reads_it_back_and_every_row_is_right(ground, is_long):
    dossiers = 1_000_000 if is_long else 2_000
    worker = ground.worker(batch_max="5000")
    for first in range(0, dossiers, PIECE):
        ground.send_raw(_receptions(first, min(first + PIECE, dossiers)))
    ground.settle()
    ground.kill(worker, "logged")
    begun = time.monotonic()
    with ground.recovery():
        ground.worker(batch_max="5000")
        ground.outcome.remarks.append(
            f"{dossiers:,} dossiers read back and derived {time.monotonic() - begun:.1f} s after the kill, of which up"
            " to 12 s are the dead worker's session"
        )
    ground.judge()


def _receptions(first: int, end: int) -> list[Raw]:
    """Receptions of dossiers numbered `first` to `end`: one document with other codes, quick to make."""
    at = datetime.now(LOCAL) - timedelta(days=20)
    model = raw(received("CODE", "UNIT", at, at + timedelta(days=4), procedure_code=WITHOUT_FEE))
    text = (model.value or b"").decode()
    assert json.loads(text)["dossier_code"] == "CODE"
    made = []
    for number in range(first, end):
        unit = COMMUNES[number % len(COMMUNES)]
        code = f"{unit}-{at:%y%m%d}-{number:07}"
        made.append(Raw(code.encode(), text.replace("CODE", code).replace("UNIT", unit).encode()))
    return made
