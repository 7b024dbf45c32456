"""`nhip766 board`: pages and API over what ClickHouse holds."""

from typing import Annotated

import typer

from streams.board.server import serve
from streams.log import configure_logging
from streams.settings import load_settings

HELP = """Serve the board: rankings as they move, units, deadlines, in a browser and as an API (/api/docs).

It reads ClickHouse with the rights of a reader and listens on loopback unless NHIP766_BOARD_HOST says otherwise.
While ClickHouse is away it shows the last figures it knew, and says so.

\b
Examples:
  nhip766 board
  NHIP766_BOARD_PORT=8080 NHIP766_BOARD_TOKEN="a long random word" nhip766 board
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("board", help=HELP)(board)


def board(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port; default: NHIP766_BOARD_PORT.")
    ] = None,
) -> None:
    """Serve until SIGINT or SIGTERM."""
    settings = load_settings() if port is None else load_settings(board_port=port)
    configure_logging(settings.log_level, settings.log_format)
    serve(settings)
