"""Both sides of an audit over the same events, without a worker: recounted by the core, and by SQL over stored rows."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from schemas.events import Event
from schemas.fast import decode, encode
from schemas.index import load_index
from schemas.reference import ReferenceRecord
from streams.audit.recount import Formula, Recount, States
from streams.audit.reference_tables import reference_tables
from streams.audit.sql_side import SqlSide
from streams.core.facts import DossierFacts
from streams.core.periods import Period, open_periods, rolling_periods
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.read.reader import Reader
from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.fact_rows import dossier_row, petition_row

GRACE_DAYS = 45


class Sides(NamedTuple):
    """What is counted by either side, and the periods that are open."""

    log: Recount
    sql: SqlSide
    periods: Sequence[Period]


@contextmanager
def counted_by_both(
    tables: Settings,
    events: Iterable[Event],
    records: Sequence[ReferenceRecord],
    as_of: int,
    *,
    version: str = "portal-2026",
    rules: Rules | None = None,
) -> Iterator[Sides]:
    """Put the rows of these events alone into the tables and give both sides."""
    states, reference = States(), Reference(records)
    for offset, one in enumerate(events):
        states.merge(0, offset, decode(encode(one)))
    facts = list(states.facts(reference))
    _store(tables, facts)
    formula = Formula(load_index(version), rules or Rules())
    with Reader(tables) as reader:
        yield Sides(
            Recount(facts, reference, formula, as_of),
            SqlSide(reader, reference_tables(records, formula.version), formula.rules, as_of),
            [*open_periods(as_of, GRACE_DAYS), *rolling_periods(as_of)],
        )


def _store(tables, facts):
    client = connect(tables, "migrator")
    for table in ("dossiers", "petitions"):
        client.execute(f"TRUNCATE TABLE {table}")
    client.disconnect()
    sink = ClickHouseSink(connect(tables, "writer"))
    sink.write_dossiers([dossier_row(one, 1, 0) for one in facts if isinstance(one, DossierFacts)])
    sink.write_petitions([petition_row(one, 1, 0) for one in facts if not isinstance(one, DossierFacts)])
    sink.close()
