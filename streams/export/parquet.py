"""Parquet as ClickHouse itself writes it, over its HTTP port: types as they are stored, and nothing to install."""

import re
import shutil
from collections.abc import Mapping
from typing import BinaryIO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from streams.errors import UserError
from streams.settings import Settings

ANSWER_SECONDS: Final = 300
_PARAMETER: Final = re.compile(r"%\((\w+)\)s")


def write_parquet(settings: Settings, statement: str, parameters: Mapping[str, str], out: BinaryIO) -> None:
    """Write the rows of a question; raises UserError if the server is away or refuses."""
    account = settings.clickhouse_account("reader")
    where = f"{settings.clickhouse_host}:{settings.clickhouse_http_port}"
    query = {"database": settings.clickhouse_database, "output_format_parquet_string_as_string": "1"}
    query |= {f"param_{name}": value for name, value in parameters.items()}
    body = _PARAMETER.sub(r"{\1:String}", statement) + " FORMAT Parquet"
    request = Request(
        f"http://{where}/?{urlencode(query)}",
        data=body.encode(),
        headers={"X-ClickHouse-User": account.user, "X-ClickHouse-Key": account.password},
    )
    try:
        with urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - as above
            shutil.copyfileobj(answer, out)
    except HTTPError as problem:
        said = problem.read().decode(errors="replace").splitlines()
        raise UserError(f"ClickHouse at {where}: {said[0] if said else problem}") from None
    except (URLError, OSError) as problem:
        raise UserError(
            f"ClickHouse at {where} does not answer by HTTP ({problem}): is NHIP766_CLICKHOUSE_HTTP_PORT right?"
        ) from None
