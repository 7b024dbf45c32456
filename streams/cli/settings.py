"""`nhip766 settings`: what this process would run with."""

import json
from typing import Annotated, Any

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from streams.settings import Settings, load_settings, secret_fields, variable

EXAMPLE_HEAD = """\
# Settings of Nhịp 766, with their defaults. Copy to `.env`, uncomment and change what differs.
# Made from the settings class by `nhip766 settings --example`; a test compares the two.
# An environment variable wins over this file; a secret may come from a file: NAME_FILE=/run/secrets/name.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("settings")(show)


def show(
    example: Annotated[bool, typer.Option("--example", help="Print the contents of .env.example.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show every setting, its variable and what it is for; secrets stay hidden.

    \b
    Examples:
      nhip766 settings
      nhip766 settings --example > .env
    """
    if example:
        typer.echo(example_file(), nl=False)
        return
    settings = load_settings()
    if as_json:
        shown = {variable(name): _shown(getattr(settings, name)) for name in Settings.model_fields}
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    table = Table("variable", "value", "meaning", box=None)
    for name, field in Settings.model_fields.items():
        table.add_row(variable(name), str(_shown(getattr(settings, name))), field.description)
    Console().print(table)


def example_file() -> str:
    """Write every setting with its meaning and its default, commented out; a secret has none."""
    lines = [EXAMPLE_HEAD]
    for name, field in Settings.model_fields.items():
        default = "" if name in secret_fields() or field.default is None else field.default
        lines.append(f"\n# {field.description}\n")
        lines.append(f"#{variable(name)}={default}\n")
    return "".join(lines)


def _shown(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else "(empty)"
    return value if value is None or isinstance(value, int | float | str) else str(value)
