"""All settings, in one typed class.

Each field is read from the variable `NHIP766_<FIELD>`, in this order: an argument, the environment, a file
named by `NHIP766_<FIELD>_FILE` (secrets only), `.env` in the working folder, `<data_dir>/local.env` (written
by running local servers, removed when they stop), the default. No secret has a default that opens anything.
"""

import difflib
import os
from pathlib import Path
from typing import Any, Literal, NamedTuple

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from schemas.index import index_versions
from streams.errors import UserError

PREFIX = "NHIP766_"
DOTENV = Path(".env")
LOCAL_ENV = "local.env"
_NEAR = 0.85
_PLAINLY = {
    "kafka": "give host:port, several separated by commas",
    "hash_key": "give at least 16 characters",
    "board_token": "give at least 16 characters",
}
"""What a value must be, where the pattern or the library's words do not tell it to a person."""

ClickHouseRole = Literal["writer", "reader", "migrator"]


class Account(NamedTuple):
    """A ClickHouse user and its password."""

    user: str
    password: str


class Settings(BaseSettings):
    """What a process of this system must know; `load_settings` builds it and explains mistakes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(Path(".nhip766"), description="Folder for local servers, caches and stores.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    log_format: Literal["console", "json"] = Field(
        "console", description="Log lines for people or for programs."
    )

    kafka: str = Field(
        "127.0.0.1:9092",
        pattern=r"^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$",
        description="Brokers to start from, host:port, separated by commas.",
    )
    topic_prefix: str = Field(
        "nhip766", pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="First part of every topic's name."
    )
    group: str = Field(
        "nhip766", pattern=r"^[A-Za-z0-9._-]{1,100}$", description="Consumer group of the workers."
    )
    partitions: int = Field(24, ge=1, le=1024, description="Partitions of the event topic.")
    partials_partitions: int = Field(12, ge=1, le=1024, description="Partitions of the partial-tally topic.")

    clickhouse_host: str = Field("127.0.0.1", min_length=1, description="ClickHouse server.")
    clickhouse_port: int = Field(9000, ge=1, le=65535, description="Its native-protocol port.")
    clickhouse_http_port: int = Field(
        8123, ge=1, le=65535, description="Its HTTP port, which writes Parquet files for `export`."
    )
    clickhouse_database: str = Field(
        "nhip766", pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$", description="Database."
    )
    clickhouse_user: str = Field("default", min_length=1, description="User that writes rows.")
    clickhouse_password: SecretStr = Field(SecretStr(""), description="Its password.")
    clickhouse_reader_user: str | None = Field(None, description="User that only reads; unset: the writer.")
    clickhouse_reader_password: SecretStr = Field(SecretStr(""), description="Its password.")
    clickhouse_migrator_user: str | None = Field(None, description="User that migrates; unset: the writer.")
    clickhouse_migrator_password: SecretStr = Field(SecretStr(""), description="Its password.")
    clickhouse_bi_user: str = Field(
        "bi", min_length=1, description="User that BI tools log in as; no program does."
    )
    clickhouse_bi_password: SecretStr = Field(SecretStr(""), description="Its password.")

    formula: str = Field("portal-2026", description="Version of the index.")
    supplement_rule: Literal["subtract", "restart", "shift"] = Field(
        "subtract", description="What a supplement round does to a due date that was not sent anew."
    )
    clock: Literal["wall", "ticks"] = Field(
        "wall", description="Where time comes from: live, or told by a replay."
    )
    grace_days: int = Field(45, ge=0, le=3660, description="Days an ended period still accepts late events.")
    snapshot_interval: float = Field(
        1.0, gt=0, le=3600, description="Seconds between snapshots of changed units."
    )
    store: Literal["memory", "rocksdb"] = Field(
        "memory",
        description="Where a worker keeps states: rebuilt at each start, or below data_dir/stores and only caught up.",
    )
    batch_max: int = Field(5000, ge=1, le=100_000, description="Most records taken from a partition at once.")
    bad_in_a_row: int = Field(
        500, ge=0, description="Bad records of a partition in a row that stop the worker; 0: none do."
    )
    bad_share: float = Field(
        0.5, ge=0, le=1, description="Share of bad records that stops the worker if exceeded; 1: none does."
    )
    bad_window: int = Field(
        5000, ge=1, le=10_000_000, description="Newest records of a partition that the share is taken of."
    )
    stall_limit: float = Field(
        120.0,
        gt=0,
        description="Seconds that a recovery or a commit may stand still before the worker stops.",
    )
    recovery_limit: float = Field(
        1800.0, gt=0, description="Seconds that reading the changelog back may take before the worker stops."
    )
    alerts: bool = Field(True, description="Whether workers watch deadlines and raise alerts.")
    alert_stage_percent: int = Field(
        80, ge=1, le=99, description="Percent of a stage's working time after which it warns."
    )
    alert_stage_share: int = Field(
        50, ge=1, le=100, description="Percent of a dossier's time for a stage without a date of its own."
    )
    alert_supplement_days: int = Field(
        15, ge=1, le=366, description="Days after which a supplement that nobody answers is told."
    )
    alert_sync_hours: int = Field(
        8, ge=1, le=1000, description="Working hours in which a resolved dossier must be synced."
    )
    alert_district_hours: int = Field(
        8, ge=1, le=1000, description="Working hours late after which the unit above is told."
    )
    alert_province_hours: int = Field(
        24, ge=1, le=1000, description="Working hours late after which the province is told."
    )
    alert_horizon_hours: int = Field(
        72,
        ge=1,
        le=8784,
        description="Hours after its moment that an alert found then is history and silent.",
    )
    alert_units: bool = Field(True, description="Whether workers watch units and sources, too.")
    alert_units_seconds: float = Field(
        60.0, ge=0.1, le=3600, description="Seconds between two looks at units and sources."
    )
    alert_period: Literal["month", "quarter", "year"] = Field(
        "month", description="Running period in which units are watched."
    )
    alert_least_resolved: int = Field(
        20, ge=1, le=1_000_000, description="Dossiers that a unit must have resolved in it to be judged."
    )
    alert_on_time_percent: int = Field(
        90, ge=0, le=100, description="Percent resolved on time under which a unit is told; 0: never."
    )
    alert_group_points: float = Field(
        1.0, ge=0, le=100, description="Points that a group may lose in a day before it is told."
    )
    alert_rank_places: int = Field(
        3, ge=1, le=100_000, description="Places lost in a day from which on a unit is told."
    )
    alert_source_hours: int = Field(
        4, ge=1, le=1000, description="Working hours without an event after which a source counts as silent."
    )
    archive: bool = Field(True, description="Whether workers keep the events in ClickHouse, too.")
    metrics_port: int = Field(
        9766,
        ge=0,
        le=65535,
        description="Loopback port of the worker's /metrics, /healthz and /readyz; 0: none.",
    )
    supervisor_port: int = Field(
        9765,
        ge=0,
        le=65535,
        description="Loopback port of the pages of `worker --workers N` itself; 0: none.",
    )
    hang_limit: float = Field(
        60.0, gt=0, description="Seconds an event loop may stand still before it counts as hung."
    )
    ready_lag: float = Field(
        60.0, gt=0, description="Seconds a worker may be behind and still say that it is ready."
    )

    board_host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address that the board listens on; loopback unless a proxy is before it.",
    )
    board_port: int = Field(8766, ge=1, le=65535, description="Its port.")
    board_metrics_port: int = Field(
        8767,
        ge=0,
        le=65535,
        description="Loopback port of the board's /metrics, /healthz and /readyz; 0: none.",
    )
    board_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="Token that callers of the board must show (Bearer, or the password of Basic); unset: none.",
    )
    board_user_header: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        description="Header in which a trusted proxy names the person, e.g. X-Remote-User; set: refused without it.",
    )
    board_rate: int = Field(
        1200,
        ge=0,
        le=1_000_000,
        description="Requests a minute that one caller of the board may send; 0: any.",
    )
    board_actions: bool = Field(
        True, description="Whether people may acknowledge and snooze alerts on the board."
    )

    notify_routing: Path | None = Field(None, description="Routing file of the notifiers.")
    notify_state: Path | None = Field(
        None, description="SQLite file of what the notifiers owe; unset: notify.sqlite in the data folder."
    )
    notify_metrics_port: int = Field(
        8768,
        ge=0,
        le=65535,
        description="Loopback port of the notifiers' /metrics, /healthz and /readyz; 0: none.",
    )

    hash_key: SecretStr | None = Field(
        None, min_length=16, description="Key of the hash that replaces personal codes; intake needs it."
    )

    @field_validator("formula")
    @classmethod
    def _known(cls, formula: str) -> str:
        versions = index_versions()
        if formula not in versions:
            raise ValueError(f"there is no such version of the index; there are {', '.join(versions)}")
        return formula

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put our own chain, which knows files, behind arguments and environment."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, _Files(settings_cls)

    def clickhouse_account(self, role: ClickHouseRole) -> Account:
        """Give the account for a role; a role without one of its own uses the writer's."""
        if role == "reader" and self.clickhouse_reader_user:
            return Account(self.clickhouse_reader_user, self.clickhouse_reader_password.get_secret_value())
        if role == "migrator" and self.clickhouse_migrator_user:
            return Account(
                self.clickhouse_migrator_user, self.clickhouse_migrator_password.get_secret_value()
            )
        return Account(self.clickhouse_user, self.clickhouse_password.get_secret_value())


class _Files(PydanticBaseSettingsSource):
    """Secret files, then `.env`, then the addresses of running local servers."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Give one value (unused: `__call__` reads all at once)."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in _file_values().items() if name in Settings.model_fields}


def _file_values() -> dict[str, str]:
    """Read every file of the chain, weakest first, as field name -> text."""
    own = _dotenv(DOTENV)
    data_dir = os.environ.get(f"{PREFIX}DATA_DIR") or own.get(f"{PREFIX}DATA_DIR") or ".nhip766"
    chain = {**_dotenv(Path(data_dir) / LOCAL_ENV), **own}
    values = {name.removeprefix(PREFIX).lower(): text for name, text in chain.items()}
    for field in secret_fields():
        path = os.environ.get(f"{variable(field)}_FILE") or chain.get(f"{variable(field)}_FILE")
        if path:
            values[field] = _secret(variable(field), Path(path))
    return values


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    found = dotenv_values(path, interpolate=False, encoding="utf-8")
    return {name: text for name, text in found.items() if name.startswith(PREFIX) and text is not None}


def _secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise UserError(f"{name}_FILE: cannot read {path}: {problem.strerror}") from None


def variable(field: str) -> str:
    """Name the environment variable of a field."""
    return PREFIX + field.upper()


def secret_fields() -> tuple[str, ...]:
    """Name the fields whose values must never be shown; each may come from a file."""
    return tuple(
        name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
    )


def load_settings(**given: Any) -> Settings:
    """Read the settings; arguments win over every other source.

    Raises UserError, in one line naming the variable, for a value that does not fit and for a variable
    that no field knows (with the nearest known one).
    """
    _refuse_unknown()
    try:
        return Settings(**given)
    except ValidationError as problem:
        raise UserError(_explain(problem)) from None


def _refuse_unknown() -> None:
    known = {variable(name) for name in Settings.model_fields}
    known |= {f"{variable(name)}_FILE" for name in secret_fields()}
    seen = {name for name in os.environ if name.startswith(PREFIX)} | set(_dotenv(DOTENV))
    for name in sorted(seen - known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=_NEAR)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UserError(f"{name}: there is no such setting{hint}")


def _explain(problem: ValidationError) -> str:
    """Say each fault once, without repeating a value that may be a secret."""
    faults = []
    for fault in problem.errors(include_url=False, include_context=False):
        field = str(fault["loc"][0])
        shown = "" if field in secret_fields() else f" (got {fault['input']!r})"
        said = _PLAINLY.get(field) or fault["msg"].removeprefix("Value error, ")
        faults.append(f"{variable(field)}: {said}{shown}")
    return "; ".join(faults)
