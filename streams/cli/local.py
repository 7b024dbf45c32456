"""`nhip766 local`: Kafka and ClickHouse on this machine."""

import shutil
import signal
import threading
from typing import Annotated

import typer

from streams.errors import UserError
from streams.local.kafka import KafkaKind, light_broker
from streams.local.parts import clickhouse_library, java, kafka_jars
from streams.local.servers import LocalServers, say_on_stderr
from streams.settings import LOCAL_ENV, load_settings

local = typer.Typer(
    help="Kafka and ClickHouse on this machine, without containers.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(local, name="local")


@local.command()
def up(
    kafka: Annotated[
        KafkaKind, typer.Option(help="Apache Kafka, the light broker, or what is there.")
    ] = "auto",
) -> None:
    """Start both servers on free ports and stay until Ctrl-C.

    \b
    Other commands in the same folder find them by themselves:
      nhip766 local up &
      nhip766 doctor
    """
    settings = load_settings()
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    with LocalServers(settings, kafka=kafka) as servers:
        address = servers.clickhouse
        typer.echo(f"Kafka       {servers.kafka_bootstrap}  ({servers.kafka_name})")
        typer.echo(f"ClickHouse  {address.host}:{address.port}  (HTTP {address.http_port})")
        typer.echo(f"Settings    {settings.data_dir / LOCAL_ENV}")
        typer.echo("Ctrl-C stops both and removes their data.")
        try:
            asked.wait()
        except KeyboardInterrupt:
            typer.echo("stopping")


@local.command()
def fetch() -> None:
    """Fetch what the local servers need into the cache, once."""
    cache = load_settings().data_dir / "cache"
    try:
        java()
        kafka_jars(cache, say_on_stderr)
    except UserError as missing:
        if not light_broker():
            raise
        say_on_stderr(f"{missing}; the light broker will stand in")
    if not shutil.which("clickhouse"):
        clickhouse_library(cache, say_on_stderr)
