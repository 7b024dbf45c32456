"""`nhip766 deadletters list|show|replay`: what was refused, why, where the original stands, and what becomes of it."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from streams.agents.letter_replay import GONE, NO_ORIGINAL, Judge, LetterReplay, Policy, ReplayReport
from streams.core.reference import Reference
from streams.errors import UserError
from streams.intake.dead_letter_log import OPEN, BuriedRecord, read_dead_letters
from streams.intake.lenient import VIETNAM
from streams.intake.producer import EventProducer
from streams.intake.reference_log import read_reference
from streams.intake.topic_reading import RecordsByPlace
from streams.settings import Settings, load_settings

STOPPED = 3
STATES_VI = {OPEN: "mở", "reinserted": "đã gửi lại", "dropped": "đã bỏ"}
HINTS = {
    NO_ORIGINAL: "they come from files, of which no topic holds the original: mend the file and send it again "
    "with `nhip766 ingest`",
    GONE: "the event topic no longer holds their originals",
}

AsJson = Annotated[bool, typer.Option("--json", help="Print for programs.")]

group = typer.Typer(help="Show what was refused, and put back what is valid by now.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    app.add_typer(group, name="deadletters")


# ----------------------------------------------------------------------- list


@group.command("list")
def list_letters(
    limit: Annotated[int, typer.Option(min=1, help="Show only the newest ones.")] = 50,
    every: Annotated[bool, typer.Option("--all", help="Also those that were put back or dropped.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines, with shapes and hashes.")
    ] = False,
) -> None:
    """List the dead letters that are open, oldest first.

    \b
    Examples:
      nhip766 deadletters list --limit 10
      nhip766 deadletters list --all --json
    """
    settings = load_settings()
    found = read_dead_letters(settings, settings.kafka)
    letters = [letter for letter in found if every or letter.state == OPEN]
    shown = letters[-limit:]
    if as_json:
        for letter in shown:
            typer.echo(json.dumps(letter._asdict(), ensure_ascii=False))
        return
    _print_table(shown)
    closed = "" if every else f" ({len(found) - len(letters)} closed; --all shows them)"
    typer.echo(f"{len(shown)} of {len(letters)} dead letters{closed}")


def _print_table(letters: list[BuriedRecord]) -> None:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("thời điểm", no_wrap=True)
    table.add_column("lý do", no_wrap=True)
    table.add_column("trường", overflow="fold")
    table.add_column("vị trí", overflow="fold")
    table.add_column("bytes", justify="right")
    table.add_column("lần", justify="right")
    table.add_column("trạng thái")
    for letter in letters:
        table.add_row(
            _moment(letter.time),
            letter.reason,
            letter.field or "",
            letter.position,
            str(letter.size),
            str(letter.times),
            STATES_VI[letter.state],
        )
    Console().print(table)


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, VIETNAM):%Y-%m-%d %H:%M:%S}"


# ----------------------------------------------------------------------- show


@group.command("show")
def show(
    position: Annotated[
        str, typer.Argument(metavar="POSITION", help="As `list` shows it: topic[3]@41, or file:line/record.")
    ],
    as_json: AsJson = False,
) -> None:
    """Show everything known of one dead letter: reason, shape, hash, and what a worker would say to it now.

    \b
    Examples:
      nhip766 deadletters show 'nhip766.dossier-events.v1[3]@41'
      nhip766 deadletters show calls.jsonl:12/3 --json
    """
    settings = load_settings()
    letters = [one for one in read_dead_letters(settings, settings.kafka) if one.position == position]
    if not letters:
        raise UserError(
            f"no dead letter of {position}; `nhip766 deadletters list --all` shows every position"
        )
    with _judge(settings) as judge:
        documents = [{**one._asdict(), "today": judge.judge(one).reason or "valid"} for one in letters]
    for document in documents:
        if as_json:
            typer.echo(json.dumps(document, ensure_ascii=False))
        else:
            _print_letter(document)


def _print_letter(document: dict[str, Any]) -> None:
    shape = json.dumps(document["redacted"], ensure_ascii=False, indent=2)
    rows = {
        "vị trí": document["position"],
        "lý do": document["reason"],
        "trường": document["field"] or "-",
        "thời điểm": _moment(document["time"]),
        "lần": document["times"],
        "trạng thái": STATES_VI[document["state"]],
        "đóng lúc": "-" if document["closed_at"] is None else _moment(document["closed_at"]),
        "hôm nay": document["today"],
        "bytes": document["size"],
        "sha256": document["sha256"],
    }
    for name, value in rows.items():
        typer.echo(f"{name:<11} {value}")
    typer.echo(f"hình dạng\n{shape}")
    if document["today"] in HINTS:
        typer.echo(HINTS[document["today"]])


@contextmanager
def _judge(settings: Settings) -> Iterator[Judge]:
    reference = Reference(read_reference(settings, settings.kafka))
    with RecordsByPlace(settings.kafka) as records:
        yield Judge(records, reference)


# --------------------------------------------------------------------- replay


@group.command("replay")
def replay(
    policy: Annotated[
        Policy,
        typer.Option(help="What to do with one that is still not valid: stop there, leave it, or drop it."),
    ] = "stop",
    most: Annotated[int | None, typer.Option("--max", min=1, help="Look at so many, oldest first.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Judge open dead letters by today's reference data, and put the valid ones back among the events.

    The original is read from its position in the event topic; putting one back twice changes nothing. A letter that
    was put back or dropped is closed and not looked at again. Exit code 3 if the policy stopped the replay.

    \b
    Examples:
      nhip766 deadletters replay --dry-run --policy reinsert
      nhip766 deadletters replay --policy reinsert --max 1000 --json
      nhip766 deadletters replay --policy drop
    """
    settings = load_settings()
    letters = [one for one in read_dead_letters(settings, settings.kafka) if one.state == OPEN][:most]
    with _judge(settings) as judge:
        if dry_run:
            report = LetterReplay(judge, policy, None, _now_ms).run(letters)
        else:
            with EventProducer(settings, settings.kafka) as producer:
                report = LetterReplay(judge, policy, producer, _now_ms).run(letters)
    _say(report, dry_run=dry_run, as_json=as_json)
    if report.stopped_at is not None:
        raise typer.Exit(STOPPED)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _say(report: ReplayReport, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, **vars(report)}, ensure_ascii=False))
        return
    would = "would be " if dry_run else ""
    typer.echo(
        f"{report.looked_at} looked at: {report.reinserted} {would}put back, {report.dropped} {would}dropped, "
        f"{report.left} left open"
    )
    for reason, count in sorted(report.refused.items()):
        typer.echo(f"  {count} still refused: {reason}")
        if reason in HINTS:
            typer.echo(f"    {HINTS[reason]}")
    if report.stopped_at is not None:
        print(f"stopped at {report.stopped_at}; --policy reinsert leaves such letters", file=sys.stderr)
