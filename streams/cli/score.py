"""`nhip766 score`: scores from published figures alone, held against the published scores."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from schemas.index import IndexVersion, UnknownIndexVersionError, load_index
from streams.core.figures import FigureError, given_score, score_of_row
from streams.core.rounding import from_hundredths
from streams.errors import UserError

COMPUTED = "computed"

HELP = """Score figures: prints every row with a column `computed`; exits 1 if a given score differs.

\b
Columns: indicator,level,numerator,denominator[,score]
or:      tree,level[,score] and the tree's parameters as the portal names them.
Other columns pass through; an empty field is null; a tree row's score is its group's.
Levels: province, department, district, commune.

\b
Examples:
  nhip766 score figures.csv > scored.csv
  nhip766 score - --formula article-2024 < districts.csv
"""


class Line(NamedTuple):
    """One record of the table: the line of the file it begins on, and its fields."""

    number: int
    fields: list[str]


class Findings(NamedTuple):
    """What is said about a table: scores that differ, figures in doubt, and rows that have only a score."""

    differences: list[str]
    doubts: list[str]
    unscored: int


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="score", help=HELP)(score)


def score(
    file: Annotated[str, typer.Argument(help="CSV file with a header, UTF-8; - reads standard input.")],
    formula: Annotated[str, typer.Option(help="Index version to score with.")] = "portal-2026",
) -> None:
    """Print the table with the computed scores; exit 1 if a given score differs."""
    try:
        index = load_index(formula)
    except UnknownIndexVersionError as error:
        raise UserError(str(error)) from error
    header, *lines = _lines(_text(file), file)
    output = io.StringIO()
    found = _score_lines(index, header.fields, lines, output)
    typer.get_binary_stream("stdout").write(output.getvalue().encode())
    for doubt in found.doubts:
        typer.echo(f"warning: {doubt}", err=True)
    for difference in found.differences:
        typer.echo(difference, err=True)
    if found.unscored:
        rows = "1 tree row" if found.unscored == 1 else f"{found.unscored} tree rows"
        typer.echo(f"{rows} without figures: nothing to score", err=True)
    if found.differences:
        raise typer.Exit(1)


def _text(file: str) -> str:
    try:
        raw = typer.get_binary_stream("stdin").read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{file}: not UTF-8 at byte {error.start}; save it as CSV UTF-8") from error


def _lines(text: str, file: str) -> list[Line]:
    """Header and records, blank lines left out; every record has as many fields as the header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[Line] = []
    number = 1
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                lines.append(Line(number, fields))
            number = reader.line_num + 1
    except csv.Error as error:
        raise UserError(f"{file} line {number}: {error}; check the quotes") from error
    if not lines:
        raise UserError(f"{file}: empty; the first line names the columns")
    lines[0] = Line(lines[0].number, _header(lines[0].fields, file))
    width = len(lines[0].fields)
    for line in lines[1:]:
        if len(line.fields) != width:
            raise UserError(
                f"{file} line {line.number}: {len(line.fields)} fields, the header has {width}; "
                "quote names that contain commas"
            )
    return lines


def _header(fields: list[str], file: str) -> list[str]:
    names = [field.strip() for field in fields]
    for name in names:
        if name and names.count(name) > 1:
            raise UserError(f"{file} line 1: column {name} is there twice; remove one")
    if "level" not in names or not {"indicator", "tree"} & set(names):
        raise UserError(
            f"{file} line 1: column {'level' if 'level' not in names else 'indicator or tree'} is missing; "
            "the header needs level and indicator or tree, separated by commas"
        )
    return names


def _score_lines(index: IndexVersion, header: list[str], lines: list[Line], output: io.StringIO) -> Findings:
    """Write the table with the column `computed`, and give what is to be said about it."""
    writer = csv.writer(output, lineterminator="\n")
    kept = [position for position, name in enumerate(header) if name != COMPUTED]
    writer.writerow([*(header[position] for position in kept), COMPUTED])
    differences: list[str] = []
    doubts: list[str] = []
    unscored = 0
    for line in lines:
        row = dict(zip(header, line.fields, strict=True))
        try:
            computed, given = score_of_row(index, row), given_score(row)
        except FigureError as error:
            raise UserError(f"line {line.number}: {error}") from error
        value = None if computed.score is None else from_hundredths(computed.score)
        writer.writerow([*(line.fields[position] for position in kept), _text_of(value, "")])
        unscored += not computed.comparable
        doubts += (f"line {line.number}: {doubt}" for doubt in computed.doubts)
        if "score" in row and computed.comparable and given != value:
            subject = row.get("indicator", "").strip() or row["tree"].strip()
            told, found = _text_of(given, "null"), _text_of(value, "null")
            differences.append(f"line {line.number}: {subject}: score {told} given, {found} computed")
    return Findings(differences, doubts, unscored)


def _text_of(value: Decimal | None, null: str) -> str:
    return null if value is None else str(value)
