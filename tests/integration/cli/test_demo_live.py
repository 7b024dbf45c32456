"""`nhip766 demo --live`, until a ranking and an alert are seen, on servers of its own."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SEEN = re.compile(r" · cảnh báo đang mở: [1-9].* · 1\. ")


def test_a_live_demo_ranks_the_districts_and_raises_alerts_until_it_is_told_to_stop_and_leaves_nothing_behind(
    servers, tmp_path
):
    del servers  # their parts are fetched
    (tmp_path / "cache").symlink_to(ROOT / ".nhip766" / "cache")
    up = subprocess.Popen(
        [sys.executable, "-m", "streams.cli", "demo", "--live"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, "NHIP766_DATA_DIR": str(tmp_path)},
    )
    assert up.stdout
    said = []
    for line in up.stdout:
        said.append(line)
        if SEEN.search(line):
            break
    up.send_signal(signal.SIGTERM)
    rest, _ = up.communicate(timeout=120)
    assert SEEN.search(said[-1]), said
    assert any("nhip766 notify --routing deploy/notify/demo.yaml" in line for line in said)
    assert up.returncode == 0, "".join(said) + rest
    assert "Traceback" not in rest
    assert list((tmp_path / "servers").iterdir()) == []
