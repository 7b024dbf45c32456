"""The numbered, reversible migrations of ClickHouse in `deploy/clickhouse`, applied by `clickhouse-migrations`.

`NNN_name.sql` goes up, `NNN_name.down.sql` goes down. What was applied is kept in the table `schema_versions` with
a checksum; an applied file that was changed since is refused. Every statement may be repeated, so a migration that
was cut short is simply run again.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from clickhouse_driver.errors import Error as DriverError
from clickhouse_migrations.clickhouse_cluster import ClickhouseCluster
from clickhouse_migrations.exceptions import MigrationException
from clickhouse_migrations.migration import MigrationStorage

from streams.errors import UserError
from streams.settings import Settings
from streams.sinks.connection import ANSWER_TIMEOUT, CONNECT_TIMEOUT, address, await_server, server_said

FOLDER: Final = Path(__file__).resolve().parents[2] / "deploy" / "clickhouse"

APPLIED: Final = "applied"
PENDING: Final = "pending"


class Migration(NamedTuple):
    """One migration; state is applied, pending, md5-mismatch (changed since) or unknown (its file is gone)."""

    version: int
    name: str
    state: str
    reversible: bool


class Migrations:
    """The migrations of one database; every method raises UserError if the server or the files do not allow it."""

    def __init__(self, settings: Settings, folder: Path = FOLDER) -> None:
        account = settings.clickhouse_account("migrator")
        self._folder = folder
        self._settings = settings
        self._database = settings.clickhouse_database
        self._cluster = ClickhouseCluster(
            db_host=settings.clickhouse_host,
            db_port=str(settings.clickhouse_port),
            db_user=account.user,
            db_password=account.password,
            db_name=self._database,
            connect_timeout=CONNECT_TIMEOUT,
            query_timeout=ANSWER_TIMEOUT,
        )

    def status(self) -> list[Migration]:
        """Return every migration, oldest first; changes nothing."""
        with self._explained():
            names = {
                **MigrationStorage(self._folder).down_filenames(),
                **MigrationStorage(self._folder).migration_filenames(),
            }
            found = self._cluster.status(self._database, self._folder)
        return [
            Migration(row.version, names.get(row.version, "").removesuffix(".sql"), row.state, row.has_down)
            for row in found
        ]

    def up(self, to: int | None = None) -> list[int]:
        """Create the database if need be and apply what is pending, up to a version; return what was applied."""
        with self._explained():
            applied: list[Any] = self._cluster.migrate(self._database, self._folder, to_version=to)
        return [migration.version for migration in applied]

    def down(self, steps: int = 1, to: int | None = None) -> list[int]:
        """Take back the newest `steps` migrations, or all above version `to`; return what was taken back."""
        with self._explained():
            taken: list[int] = self._cluster.rollback(
                self._database, self._folder, steps=steps, to_version=to
            )
        return taken

    def require_current(self) -> None:
        """Raise UserError unless every migration is applied and unchanged."""
        behind = [migration for migration in self.status() if migration.state != APPLIED]
        if behind:
            states = ", ".join(f"{migration.version} {migration.state}" for migration in behind)
            raise UserError(
                f"the tables of {self._database} are not current ({states}): run `nhip766 migrate up`"
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what libraries raise into one line, and keep their chatter on the root logger out of ours."""
        await_server(self._settings, "migrator")
        before = logging.root.manager.disable
        logging.disable(logging.INFO)
        try:
            yield
        except MigrationException as problem:
            raise UserError(f"migrations of {self._database}: {problem}") from None
        except (DriverError, OSError, EOFError) as problem:
            raise UserError(f"ClickHouse at {address(self._settings)}: {server_said(problem)}") from None
        finally:
            logging.disable(before)
