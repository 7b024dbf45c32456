"""`nhip766 local`: up until told to stop; other commands find the servers."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from streams.local.process import accepts

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_servers_stay_until_told_to_stop_and_other_commands_find_them(servers, tmp_path, monkeypatch, end):
    del servers
    (tmp_path / "cache").symlink_to(ROOT / ".nhip766" / "cache")
    monkeypatch.setenv("NHIP766_DATA_DIR", str(tmp_path))
    up = subprocess.Popen(
        [sys.executable, "-c", "from streams.cli.main import app; app()", "local", "up", "--kafka", "light"],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert up.stdout
    shown = [next(up.stdout) for _ in range(4)]
    kafka = json.loads(CliRunner().invoke(app, ["settings", "--json"]).stdout)["NHIP766_KAFKA"]
    assert kafka in shown[0]
    port = int(kafka.rpartition(":")[2])
    assert accepts(port)
    up.send_signal(end)
    up.communicate(timeout=60)
    assert up.returncode == 0
    assert not accepts(port)
    assert not (tmp_path / "local.env").exists()
    assert list((tmp_path / "servers").iterdir()) == []


def test_fetching_again_fetches_nothing(servers, tmp_path, monkeypatch):
    del servers
    (tmp_path / "cache").symlink_to(ROOT / ".nhip766" / "cache")
    monkeypatch.setenv("NHIP766_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(app, ["local", "fetch"])
    assert (result.exit_code, result.output) == (0, "")
