"""One reader of ClickHouse; its errors are one line for a person."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from clickhouse_driver.errors import Error, ErrorCodes, ServerException

from streams.errors import UserError
from streams.settings import Settings
from streams.sinks.connection import address, await_server, connect, server_said

_NOT_MIGRATED = (ErrorCodes.UNKNOWN_TABLE, ErrorCodes.UNKNOWN_DATABASE, ErrorCodes.UNKNOWN_FUNCTION)


class NotMigratedError(UserError):
    """The database lacks a table or a view that a question needs."""


class Reader:
    """Asks with the rights of a reader; use as a context manager, in one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = connect(settings, "reader")

    def __enter__(self) -> Self:
        await_server(self._settings, "reader")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()

    def rows(
        self, statement: str, parameters: Mapping[str, Any], tables: Sequence[Mapping[str, Any]] = ()
    ) -> list[dict[str, Any]]:
        """Return the rows of an answer by column name; raises UserError if the server is away or not migrated.

        `tables` go along with the question: each has `name`, `structure` (columns with their types) and `data`.
        """
        where = address(self._settings)
        try:
            found, columns = self._client.execute(
                statement, dict(parameters), with_column_types=True, external_tables=list(tables) or None
            )
        except ServerException as problem:
            if problem.code in _NOT_MIGRATED:
                raise NotMigratedError(
                    f"ClickHouse at {where} has no tables yet: run `nhip766 migrate up`"
                ) from None
            raise UserError(f"ClickHouse at {where}: {server_said(problem)}") from None
        except (Error, OSError, EOFError) as problem:
            raise UserError(f"ClickHouse at {where} does not answer: {server_said(problem)}") from None
        names = [name for name, _ in columns]
        return [dict(zip(names, row, strict=True)) for row in found]
