"""Settings: one class, one order of sources, one line for a mistake."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from streams.cli.settings import example_file
from streams.errors import UserError
from streams.settings import Settings, load_settings, secret_fields, variable

ROOT = Path(__file__).resolve().parents[1]


def test_the_committed_example_is_what_the_settings_class_writes():
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example_file()


def test_an_uncommented_example_is_accepted_and_changes_nothing(tmp_path):
    lines = example_file().splitlines()
    values = [line[1:] for line in lines if line.startswith("#NHIP766_") and not line.endswith("=")]
    (tmp_path / ".env").write_text("\n".join(values), encoding="utf-8")
    assert load_settings(data_dir=".nhip766") == Settings(data_dir=Path(".nhip766"))


def test_the_environment_wins_over_dotenv_and_dotenv_over_the_local_servers(tmp_path, monkeypatch):
    data = tmp_path / "data"
    data.mkdir()
    (data / "local.env").write_text(
        "NHIP766_GROUP=local\nNHIP766_TOPIC_PREFIX=local\nNHIP766_KAFKA=local:1\n"
    )
    (tmp_path / ".env").write_text("NHIP766_GROUP=dotenv\nNHIP766_TOPIC_PREFIX=dotenv\n")
    monkeypatch.setenv("NHIP766_GROUP", "environment")
    settings = load_settings()
    assert (settings.group, settings.topic_prefix, settings.kafka) == ("environment", "dotenv", "local:1")
    assert load_settings(group="argument").group == "argument"


def test_a_secret_comes_from_a_file(tmp_path, monkeypatch):
    secret = tmp_path / "password"
    secret.write_text("from a file\n")
    monkeypatch.setenv("NHIP766_CLICKHOUSE_PASSWORD_FILE", str(secret))
    assert load_settings().clickhouse_account("writer").password == "from a file"


def test_a_role_without_an_account_of_its_own_uses_the_writers():
    settings = load_settings(clickhouse_user="w", clickhouse_password="1", clickhouse_reader_user="r")
    assert settings.clickhouse_account("migrator") == ("w", "1")
    assert settings.clickhouse_account("reader") == ("r", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NHIP766_PARTITIONS", "many"),
        ("NHIP766_PARTITIONS", "0"),
        ("NHIP766_KAFKA", "no port"),
        ("NHIP766_CLOCK", "sundial"),
        ("NHIP766_FORMULA", "portal-2025"),
        ("NHIP766_CLICKHOUSE_DATABASE", "drop table"),
        ("NHIP766_SNAPSHOT_INTERVAL", "0"),
        ("NHIP766_HASH_KEY", "short"),
        ("NHIP766_HASH_KEY_FILE", "/nowhere"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_its_variable(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=f"^{name}: .+$") as told:
        load_settings()
    assert "\n" not in str(told.value)


def test_a_wrong_secret_is_not_repeated(monkeypatch):
    monkeypatch.setenv("NHIP766_HASH_KEY", "planted")
    with pytest.raises(UserError) as told:
        load_settings()
    assert "planted" not in str(told.value)


def test_an_unknown_variable_is_refused_with_the_nearest_known_one(monkeypatch):
    monkeypatch.setenv("NHIP766_PARTITION", "12")
    with pytest.raises(UserError, match="did you mean NHIP766_PARTITIONS"):
        load_settings()


def test_a_variable_that_resembles_none_is_refused_without_a_guess(monkeypatch):
    monkeypatch.setenv("NHIP766_ZEBRA", "striped")
    with pytest.raises(UserError, match=r"^NHIP766_ZEBRA: there is no such setting$"):
        load_settings()


def test_an_unknown_formula_is_told_with_those_there_are(monkeypatch):
    monkeypatch.setenv("NHIP766_FORMULA", "portal-2025")
    with pytest.raises(UserError, match=r"there are article-2024, portal-2026 \(got 'portal-2025'\)$"):
        load_settings()


def test_no_secret_has_a_default_that_opens_anything():
    for name in secret_fields():
        default = Settings.model_fields[name].default
        assert default is None or default.get_secret_value() == "", variable(name)


def test_secrets_are_shown_neither_by_the_command_nor_by_the_object(monkeypatch):
    monkeypatch.setenv("NHIP766_CLICKHOUSE_PASSWORD", "planted password")
    monkeypatch.setenv("NHIP766_HASH_KEY", "planted key of enough letters")
    for arguments in (["settings"], ["settings", "--json"]):
        shown = CliRunner().invoke(app, arguments)
        assert shown.exit_code == 0
        assert "planted" not in shown.output
    assert "planted" not in repr(load_settings())
