"""`nhip766 alerts test`: is the routing file right, and do the channels work?"""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.notify import routing_path
from streams.errors import UserError
from streams.notify.building import build_channel
from streams.notify.notice import ChannelDownError, Letter, RefusedError
from streams.notify.routing_file import read_routing
from streams.settings import load_settings

HELP = """Check the routing file, and send a test message by each of its channels (or by the one named).

A wrong file is one line that names the line and the field. Exit code 1 if a channel did not take the message.

\b
Examples:
  nhip766 alerts test --routing routing.yaml
  nhip766 alerts test --channel thuan-an-mail
  nhip766 alerts test --check-only                  the file alone; nothing is sent
"""

TITLE = "Nhịp 766: tin thử"
TEXT = "Kênh {channel} hoạt động. Đây là tin thử, không phải cảnh báo; không cần làm gì."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("test", help=HELP)(try_channels)


def try_channels(
    routing: Annotated[Path | None, typer.Option(help="Routing file instead of the setting's.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    check_only: Annotated[bool, typer.Option("--check-only", help="Send nothing.")] = False,
) -> None:
    """Validate, then send."""
    path = routing_path(load_settings(), routing)
    described = read_routing(path).channels
    if channel is not None and channel not in described:
        raise UserError(f"{path} has no channel {channel!r}; there are {', '.join(described)}")
    typer.echo(f"{path}: in order, {len(described)} channels")
    if check_only:
        return
    wanted = described if channel is None else {channel: described[channel]}
    built = {name: build_channel(name, it) for name, it in wanted.items()}
    failures = 0
    for name, made in built.items():
        text = TEXT.format(channel=name)
        try:
            made.send_letter(Letter(f"test:{secrets.token_hex(8)}", TITLE, text, f"<p>{text}</p>"))
        except (ChannelDownError, RefusedError) as problem:
            failures += 1
            typer.echo(f"{name}: not taken: {problem}")
        else:
            typer.echo(f"{name}: taken")
        made.close()
    if failures:
        raise typer.Exit(1)
