"""What an audit found. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from streams.audit.cells import Difference, Value
from streams.audit.ledger import Fault
from streams.core.periods import LOCAL
from streams.read.moment import shown

COUNTED = (
    "records",
    "merged, changed",
    "merged, repetition",
    "merged under other reference data",
    "ticks",
    "dead letters",
    "missing",
    "double",
    "letters repeated",
    "letters without a record",
)
"""The lines of the account, in order."""
DETAILS = (
    "merged, changed",
    "merged, repetition",
    "merged under other reference data",
    "double",
    "letters repeated",
    "letters without a record",
)
"""Those that people are shown beside the balance, if there are any."""


@dataclass
class Report:
    """One audit: figures compared and differing, the account of offsets, and stored facts that are not the log's."""

    formula: str
    as_of: Any
    log_cells: int = 0
    sql_cells: int = 0
    differences: list[Difference] = field(default_factory=list)
    account: Mapping[str, int] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    facts: int = 0
    stale: Sequence[tuple[str, str]] = ()
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything agrees and the account closes."""
        return not (self.differences or self.faults or self.stale)

    def document(self) -> dict[str, Any]:
        """Return the report as JSON has it; points and ratios in hundredths."""
        return {
            "ok": self.ok,
            "formula": self.formula,
            "as_of": self.as_of.isoformat(timespec="milliseconds"),
            "cells": {"log": self.log_cells, "sql": self.sql_cells, "differing": len(self.differences)},
            "differences": [
                {
                    **one.cell._asdict(),
                    "live": one.live,
                    "log": one.log,
                    "sql": one.sql,
                    "dossiers": one.dossiers,
                }
                for one in self.differences
            ],
            "account": {
                **{name: self.account.get(name, 0) for name in COUNTED},
                "faults": [one._asdict() for one in self.faults],
            },
            "facts": {
                "compared": self.facts,
                "differing": [{"key": key, "problem": problem} for key, problem in self.stale],
            },
            "notes": self.notes,
        }

    def lines(self, most: int) -> list[str]:
        """Return the report as people read it, at most so many differences of each kind."""
        return [
            f"{self.formula}, as of {shown(self.as_of.astimezone(LOCAL))}",
            f"cells: {self.log_cells} recounted from the log, {self.sql_cells} by SQL, {len(self.differences)} differ",
            *_some([_said(one) for one in self.differences], most),
            self._balance(),
            *(f"  {name}: {self.account[name]}" for name in DETAILS if self.account.get(name)),
            *_some([f"event {one.partition}@{one.offset}: {one.problem}" for one in self.faults], most),
            f"facts: {self.facts} rows of dossiers and petitions, {len(self.stale)} not of the log's last event",
            *_some([f"{key[2:]} {problem}" for key, problem in self.stale], most),
            *self.notes,
            "everything agrees" if self.ok else "the audit found differences",
        ]

    def _balance(self) -> str:
        """Return the account in one line: what stands left of the equals sign is what stands right of it."""
        counts = {name: self.account.get(name, 0) for name in COUNTED}
        merged = counts["merged, changed"] + counts["merged, repetition"]
        return (
            f"account: {counts['records']} records = {merged} merged + {counts['ticks']} ticks"
            f" + {counts['dead letters']} dead letters + {counts['missing']} missing"
        )


def _some(lines: list[str], most: int) -> list[str]:
    more = len(lines) - most
    return [f"  {line}" for line in lines[:most]] + ([f"  … and {more} more"] if more > 0 else [])


def _said(one: Difference) -> str:
    cell = one.cell
    sides = f"stored {_value(one.live)}, log {_value(one.log)}" + (
        "" if one.sql is None and one.log is not None else f", SQL {_value(one.sql)}"
    )
    dossiers = f"; counted differently: {', '.join(one.dossiers)}" if one.dossiers else ""
    return f"{cell.unit} {cell.period} {cell.what}: {sides}{dossiers}"


def _value(value: Value) -> str:
    return "null" if value is None else str(value)
