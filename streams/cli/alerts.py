"""`nhip766 alerts …`: the alerts and who is told of them; each command in a file of its own, `alerts_<command>.py`."""

import importlib
from typing import Final

import typer

HELP: Final = "See alerts, take them on, and try who is told of them."
PARTS: Final = ("alerts_list", "alerts_act", "alerts_digest", "alerts_test")


def register(app: typer.Typer) -> None:
    """Add the group with every command of it."""
    group = typer.Typer(help=HELP, no_args_is_help=True)
    for part in PARTS:
        importlib.import_module(f"streams.cli.{part}").register(group)
    app.add_typer(group, name="alerts")
