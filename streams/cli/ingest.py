"""`nhip766 ingest`: records of the national sync format, or our own events, into Kafka."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import yaml
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from schemas.events import Event
from schemas.fast import encode
from schemas.reference import ReferenceRecord, UnitRecord, encode_reference
from schemas.sources import Sources, load_sources
from streams.errors import UserError
from streams.intake.context import Intake
from streams.intake.dead_letters import DeadLetter
from streams.intake.documents import input_files, read_documents
from streams.intake.faults import Hazards
from streams.intake.ingest import Outlet, ingest
from streams.intake.producer import EventProducer
from streams.intake.reception import Accepted, receive
from streams.intake.report import IngestReport
from streams.intake.technical_ids import TechnicalIds
from streams.intake.unit_names import UnitNames
from streams.settings import Settings, load_settings

SOME_REFUSED = 3
NO_KEY = (
    "NHIP766_HASH_KEY is not set, and some records have identifiers that must be hashed: "
    "give a secret of at least 16 characters, always the same one, and send the input again"
)

HELP = """Send records of the national sync format, our own events or reference records to Kafka.

\b
Each input is a JSON document, a list of them, JSON lines (.jsonl, .ndjson), or a folder of such files.
The same input twice changes nothing; bad records go to the dead letters, the others on.
Exit code: 0 all sent, 3 some records were refused, 2 nothing could be done.

\b
Examples:
  nhip766 ingest docs/examples/dong-bo-ho-so.json
  nhip766 ingest calls.jsonl --dry-run
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="ingest", help=HELP)(ingest_files)


class _Screen:
    """The outlet of a dry run: events and reference records as JSON lines, refusals only in the report."""

    def __init__(self, *, silent: bool = False) -> None:
        self._silent = silent

    def send_event(self, event: Event) -> None:
        """Print an event."""
        self._print(encode(event))

    def send_reference(self, record: ReferenceRecord) -> None:
        """Print a reference record."""
        self._print(encode_reference(record))

    def send_dead_letter(self, letter: DeadLetter) -> None:
        """Print nothing: the report tells."""

    def _print(self, raw: bytes) -> None:
        if not self._silent:
            typer.echo(raw)


def ingest_files(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...", help="What to send.")],
    source: Annotated[
        str | None, typer.Option(help="Name of the sending system; its unit code if not given.")
    ] = None,
    sources: Annotated[
        Path | None, typer.Option(help="YAML of how sources speak, instead of the built-in one.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="Reference records with units, to resolve units sent by name.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print events, send nothing.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Send nothing at all if any record would be refused.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Send the inputs; exit 3 if some records were refused."""
    settings = load_settings()
    files = input_files(paths)
    intake = _intake(settings, source, sources, reference)
    if strict:
        _refuse_all_if_any(files, intake, as_json=as_json)
    if dry_run:
        report = ingest(files, intake, _Screen(silent=as_json))
    else:
        with EventProducer(settings, settings.kafka) as producer:
            report = _with_progress(files, intake, producer, quiet=as_json)
    _finish(report, as_json=as_json)


def _intake(settings: Settings, source: str | None, sources: Path | None, reference: Path | None) -> Intake:
    if source is not None and not 1 <= len(source) <= 64:
        raise UserError("--source must have 1 to 64 characters")
    key = settings.hash_key
    return Intake(
        recorded_at=datetime.now(UTC),
        ids=TechnicalIds(None if key is None else key.get_secret_value().encode()),
        sources=_sources(sources),
        source=source,
        units=None if reference is None else _unit_names(reference),
    )


def _sources(path: Path | None) -> Sources:
    try:
        return load_sources(None if path is None else path.read_text("utf-8"))
    except OSError as problem:
        raise UserError(f"{path}: {problem.strerror}") from problem
    except (yaml.YAMLError, UnicodeDecodeError):
        raise UserError(f"{path}: not a YAML file") from None
    except ValidationError as problem:
        first = problem.errors()[0]
        raise UserError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _unit_names(path: Path) -> UnitNames:
    """The units among the reference records at `path`; other documents do not matter here."""
    nothing = Intake(datetime.now(UTC), TechnicalIds(None), load_sources())
    outcomes = (
        outcome
        for file in input_files([path])
        for document in read_documents(file)
        if isinstance(document.value, dict) and document.value.get("kind") == "unit"
        for outcome in receive(document, nothing)
    )
    records = [outcome.reference for outcome in outcomes if isinstance(outcome, Accepted)]
    units = [record for record in records if isinstance(record, UnitRecord)]
    if not units:
        raise UserError(f"{path}: no reference record of a unit")
    return UnitNames(units)


def _refuse_all_if_any(files: list[Path], intake: Intake, *, as_json: bool) -> None:
    report = ingest(files, replace(intake, hazards=Hazards()), _Screen(silent=True))
    if report.refused:
        report.sent.clear()
        _finish(report, as_json=as_json)


def _with_progress(files: list[Path], intake: Intake, outlet: Outlet, *, quiet: bool) -> IngestReport:
    columns = (TextColumn("gửi"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("", total=sum(file.stat().st_size for file in files))
        return ingest(files, intake, outlet, progress=lambda size: progress.advance(task, size))


def _finish(report: IngestReport, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _show(report)
    if report.refused:
        raise typer.Exit(SOME_REFUSED)


def _show(report: IngestReport) -> None:
    console = Console(file=sys.stderr)
    table = Table("", "", "trường", "số lượng", box=None, show_header=False)
    for name, count in sorted(report.sent.items()):
        table.add_row("sent", name, "", str(count))
    for (reason, field), count in sorted(report.refused.items()):
        table.add_row("refused", reason, field, str(count))
    for (kind, field), count in sorted(report.hazards.counts.items()):
        table.add_row("odd", kind, field, str(count))
    console.print(table)
    for one in report.refusals:
        console.print(f"{one.position}: {one.reason} {one.field or ''}", markup=False, highlight=False)
    if any(reason == "no_hash_key" for reason, _ in report.refused):
        console.print(NO_KEY, highlight=False)
    total = sum(report.sent.values())
    refused = sum(report.refused.values())
    console.print(f"{report.documents} documents: {total} records sent, {refused} refused", highlight=False)
