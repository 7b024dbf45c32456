"""The receiver in docs/examples, as a process of its own, with our channel before it."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.notify.channels.posting import Poster
from streams.notify.channels.webhook import Webhook
from streams.notify.notice import ChannelDownError, Letter

RECEIVER = Path(__file__).resolve().parents[2] / "docs" / "examples" / "webhook_receiver.py"


def test_the_example_takes_what_is_signed_once_by_its_key_and_nothing_else():
    process = subprocess.Popen(
        [sys.executable, str(RECEIVER), "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HOOK_SECRET": "planted"},
    )
    assert process.stdout
    try:
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url

        def send(title, key="planted", clock=time.time):
            channel = Webhook(Poster(url[0], 60.0), key, clock)
            try:
                channel.send_letter(Letter(f"key:{title}", title, "t", "h"))
            finally:
                channel.close()

        send("first")
        send("first")
        with pytest.raises(ChannelDownError):
            send("forged", key="another")
        with pytest.raises(ChannelDownError):
            send("old", clock=lambda: time.time() - 3600)
        send("last")
        said = [process.stdout.readline().split()[1] for _ in range(2)]
        assert said == ["first", "last"]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
