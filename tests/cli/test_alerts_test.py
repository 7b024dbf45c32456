"""`nhip766 alerts test`: a wrong file is one line; a channel says whether it took the message."""

import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from tests.notify.receiver import receiving

FILE = """\
version: 1
channels:
  hook:
    type: webhook
    url: {url}
    secret: {{env: HOOK_SECRET}}
    timeout_seconds: 5.0
routes:
  - channels: [hook]
"""


@pytest.fixture
def receiver():
    """Takes what is sent."""
    with receiving() as made:
        yield made


@pytest.fixture
def run(monkeypatch, tmp_path, receiver):
    """Run the command on a file; `change` is made in it first."""
    monkeypatch.setenv("HOOK_SECRET", "planted")

    def run(*arguments, change=("", "")):
        path = tmp_path / "routing.yaml"
        path.write_text(FILE.format(url=receiver.url).replace(*change), encoding="utf-8")
        return CliRunner().invoke(app, ["alerts", "test", "--routing", str(path), *arguments])

    return run


def test_each_channel_is_sent_a_message_that_says_it_is_a_test(run, receiver):
    done = run()
    assert done.exit_code == 0
    assert "hook: taken" in done.output
    assert "tin thử" in receiver.requests[0].document["title"]


def test_a_channel_that_does_not_take_it_is_said_so(run, receiver):
    receiver.reply = lambda _: 500
    done = run()
    assert done.exit_code == 1
    assert "hook: not taken: HTTP 500" in done.output


def test_a_check_sends_nothing(run, receiver):
    assert run("--check-only").exit_code == 0
    assert receiver.requests == []


def test_a_wrong_file_is_one_line_with_line_and_field(run, receiver):
    done = run(change=("  - channels", "  - chanels"))
    assert done.exit_code == 2
    assert "routing.yaml, line 9, routes[0]" in done.output
    assert receiver.requests == []


def test_an_unknown_channel_is_said_with_those_that_there_are(run):
    done = run("--channel", "mail")
    assert done.exit_code == 2
    assert "there are hook" in done.output
