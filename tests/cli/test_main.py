"""The door of the command line."""

import importlib.metadata
import re

import pytest
from typer.testing import CliRunner

from streams.cli.main import COMMANDS, app


def test_a_wrong_setting_ends_as_one_line_and_exit_code_2(monkeypatch):
    monkeypatch.setenv("NHIP766_BATCH_MAX", "a lot")
    result = CliRunner().invoke(app, ["settings"])
    assert result.exit_code == 2
    assert re.fullmatch(r"error: NHIP766_BATCH_MAX: [^\n]+\n", result.stderr)


def test_the_version_is_the_packages():
    assert (
        CliRunner().invoke(app, ["--version"]).output == f"nhip766 {importlib.metadata.version('nhip766')}\n"
    )


def test_help_lists_every_command():
    shown = CliRunner().invoke(app, ["--help"]).output
    listed = re.findall(r"^  (\w+)  ", shown.partition("Commands:")[2], re.MULTILINE)
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command):
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0, shown.output
    assert len(shown.output.splitlines()) > 4


def test_an_unknown_command_is_refused():
    assert CliRunner().invoke(app, ["nosuch"]).exit_code == 2
