"""The index by SQL alone: over the stored facts, and reference data that goes along as tables.

The statements in `sql/` are written from the index description; they share nothing with the core but the numbers that
come out.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from streams.audit.cells import FIELDS, Cell, Cells
from streams.audit.reference_tables import Table
from streams.core.periods import Period
from streams.core.rules import Rules
from streams.read.reader import Reader

_FIGURES: Final = (("unit", "String"), ("name", "String"), ("value", "Int64"))
_TREE: Final = (
    ("unit", "String"),
    ("above", "String"),
    ("steps", "Int32"),
    ("exists", "UInt8"),
    ("level", "String"),
    ("above_level", "String"),
)


class Wanted(NamedTuple):
    """A pair of counters of an indicator: those in the denominator only, or those at risk (in both, and open)."""

    indicator: str
    numerator: str
    denominator: str
    at_risk: bool


class Steady(NamedTuple):
    """How many dossiers of a holder and a procedure stand in the same counters, now as before."""

    holder: str
    procedure: str
    counters: frozenset[str]
    dossiers: int


class SqlSide:
    """Asks ClickHouse for what the index is at one moment."""

    def __init__(self, reader: Reader, reference: Iterable[Table], rules: Rules, as_of: int) -> None:
        self._reader = reader
        self._rules = rules
        self._as_of = as_of
        self._tables = {table.name: table for table in reference}

    def cells(self, periods: Iterable[Period]) -> Cells:
        """Return every cell of every unit that exists at the cut-off of each period."""
        found: Cells = {}
        for period in periods:
            found |= self._cells(period)
        return found

    def counted(self, unit: str, period: Period) -> dict[str, frozenset[str]]:
        """Return, by dossier or petition code, the counters in which it counts for a unit."""
        given = {**self._about(period), "unit": unit}
        rows = [
            *self._ask(
                "dossier_list", given, "ref_procedures", "ref_calendar", "tree", judged="judged_dossiers"
            ),
            *self._ask("petition_list", given, "ref_calendar", "tree", judged="judged_petitions"),
        ]
        return {row["code"]: frozenset(row["counters"]) for row in rows if row["counters"]}

    def worklist(
        self, unit: str, period: Period, wanted: Sequence[Wanted], *, most: int, petitions: bool
    ) -> list[dict[str, Any]]:
        """Return, of each thing wanted, the first dossiers (or petitions) of a unit to look at, at most `most`.

        A row has indicator, reason (`missed` or `at_risk`), code, procedure_code (of a petition: its dossier),
        unit_code, status, and the times received_at, due_at and ended_at.
        """
        given = {**self._about(period), "unit": unit, "most": most, "pairs": [tuple(one) for one in wanted]}
        kind = "petition" if petitions else "dossier"
        tables = ("ref_calendar", "tree") if petitions else ("ref_procedures", "ref_calendar", "tree")
        name = "petition_worklist" if petitions else "worklist"
        return self._ask(name, given, *tables, judged=f"judged_{kind}s", listed=f"{kind}_list")

    def steady(
        self, unit: str, period: Period, later: int, touched: Iterable[str]
    ) -> tuple[list[Steady], list[str]]:
        """Return the dossiers of a unit that count alike at the cut-off and at a later one, and codes of the others.

        Told by the facts of now, so those that anything came for in between must be among the `touched`, and are left
        out. Holds where no reference data change between the two cut-offs.
        """
        given = {**self._about(period), "unit": unit, "later": later}
        codes = [(code,) for code in touched]
        self._tables["touched"] = Table("touched", (("code", "String"),), codes)
        listed = statement("dossier_list").replace("{judged}", statement("judged_dossiers"))
        text = statement("steady").replace("{listed_later}", listed.replace("%(cutoff)s", "%(later)s"))
        text = text.replace("{listed}", listed).replace("{days}", statement("days"))
        needed = ("ref_procedures", "ref_calendar", "tree", "touched")
        rows = self._reader.rows(text, given, [_external(self._tables[name]) for name in needed])
        found = [
            Steady(row["holder"], row["procedure_code"], frozenset(row["counters"]), row["dossiers"])
            for row in rows
            if row["steady"]
        ]
        return found, [code for row in rows for code in row["codes"]]

    def _cells(self, period: Period) -> Cells:
        given = self._about(period)
        rows = [
            *self._ask("dossiers", given, "ref_procedures", "ref_calendar", "tree", judged="judged_dossiers"),
            *self._ask(
                "services",
                given,
                "ref_procedures",
                "ref_services",
                "ref_calendar",
                "tree",
                judged="judged_dossiers",
            ),
            *self._ask("petitions", given, "ref_calendar", "tree", judged="judged_petitions"),
            *self._ask(
                "catalogue", given, "ref_procedures", "ref_decisions", "ref_services", "ref_calendar", "tree"
            ),
        ]
        figures = [
            {"unit": row["unit"], "name": name, "value": value}
            for row in rows
            for name, value in row.items()
            if name != "unit"
        ]
        self._keep("figures", _FIGURES, figures)
        scored = self._ask(
            "score", given, "figures", "tree", "ref_index", "ref_grades", "ref_totals", "ref_flags"
        )
        return _cells_of(period.key, scored)

    def _about(self, period: Period) -> Mapping[str, Any]:
        """Return the parameters of a period, with the tree of its cut-off kept as a table."""
        given = {
            "start": period.start,
            "end": period.end,
            "cutoff": period.cutoff(self._as_of),
            "population": sorted(self._rules.population_databases),
            "supplement_rule": self._rules.supplement_rule,
        }
        self._keep("tree", _TREE, self._ask("tree", given, "ref_units"))
        return given

    def _keep(self, name: str, columns: tuple[tuple[str, str], ...], rows: list[dict[str, Any]]) -> None:
        names = [column for column, _ in columns]
        self._tables[name] = Table(name, columns, [tuple(row[each] for each in names) for row in rows])

    def _ask(
        self,
        name: str,
        given: Mapping[str, Any],
        *tables: str,
        judged: str | None = None,
        listed: str | None = None,
    ) -> list[dict[str, Any]]:
        text = statement(name)
        if listed is not None:
            text = text.replace("{listed}", statement(listed))
        if judged is not None:
            text = text.replace("{judged}", statement(judged))
        text = text.replace("{days}", statement("days"))
        return self._reader.rows(text, given, [_external(self._tables[table]) for table in tables])


@lru_cache
def statement(name: str) -> str:
    """Return the text of a statement by the name of its file."""
    return files(__package__).joinpath("sql", f"{name}.sql").read_text("utf-8")


def _external(table: Table) -> dict[str, Any]:
    names = [name for name, _ in table.columns]
    data = [dict(zip(names, row, strict=True)) for row in table.rows]
    return {"name": table.name, "structure": list(table.columns), "data": data}


def _cells_of(period: str, rows: Iterable[Mapping[str, Any]]) -> Cells:
    found: Cells = {}
    for row in rows:
        unit, indicator = row["unit"], row["indicator"]
        found[Cell(unit, period, "total")] = row["total"]
        found[Cell(unit, period, "grade")] = row["grade"]
        found[Cell(unit, period, f"group {row['group_code']}")] = row["group_score"]
        for field in FIELDS:
            found[Cell(unit, period, f"{indicator} {field}")] = row[field]
    return found
