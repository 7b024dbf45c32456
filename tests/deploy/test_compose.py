"""The container way is valid and means the same as the local way."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from streams.cli.main import app
from streams.settings import PREFIX, Settings, variable

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
ONE_SHOT = ("topics", "migrate")
OURS = ("worker", "board", "notify")
LASTING = ("kafka", "clickhouse", *OURS)
PROGRAMS = (*ONE_SHOT, *OURS)
DOCKERFILE = (ROOT / "deploy" / "docker" / "Dockerfile").read_text(encoding="utf-8")


def _settings_of(service):
    given = {name: re.sub(r"\$\{[^}]+\}", "planted", text) for name, text in service["environment"].items()}
    return {name.removeprefix(PREFIX).lower(): text for name, text in given.items()}


def test_the_services_are_the_servers_the_one_shots_a_worker_the_board_and_the_notifier():
    assert sorted(SERVICES) == sorted((*ONE_SHOT, *LASTING))


@pytest.mark.parametrize("name", SERVICES)
def test_each_image_is_pinned_to_a_full_version(name):
    assert re.fullmatch(r"[a-z0-9/-]+:\d+\.\d+\.\d+(\.\d+)?", SERVICES[name]["image"])


def test_the_dockerfile_starts_from_a_pinned_image_and_does_not_run_as_root():
    assert re.search(r"^FROM python:3\.1[123]\.\d+-\S+$", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.count("--require-hashes") == 1


def test_the_dockerfile_copies_only_what_exists_and_is_let_in():
    copied = [
        word for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()
    ]
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert copied
    for name in copied:
        assert (ROOT / name).exists(), name
        assert any(name == one or name.startswith(f"{one}/") for one in let_in), name


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if "ports" in service])
def test_ports_are_published_on_loopback_only(name):
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in SERVICES[name]["ports"])


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_service_has_a_health_check_that_asks_it_something(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries"} <= set(check)
    asked = {
        "kafka": "kafka-topics.sh",
        "clickhouse": "SELECT 1",
        "worker": "nhip766 doctor",
        "board": f"http://127.0.0.1:{_default('board_metrics_port')}/readyz",
        "notify": f"http://127.0.0.1:{_default('notify_metrics_port')}/healthz",
    }
    assert asked[name] in " ".join(check["test"])
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ONE_SHOT)
def test_a_one_shot_service_waits_for_its_server_and_runs_once(name):
    server = {"topics": "kafka", "migrate": "clickhouse"}[name]
    assert SERVICES[name]["depends_on"] == {server: {"condition": "service_healthy"}}
    assert SERVICES[name]["restart"] == "no"


@pytest.mark.parametrize(
    ("name", "before"), [("worker", ONE_SHOT), ("notify", ONE_SHOT), ("board", ["migrate"])]
)
def test_our_programs_start_after_what_they_read_is_there(name, before):
    conditions = {other: wait["condition"] for other, wait in SERVICES[name]["depends_on"].items()}
    assert conditions == dict.fromkeys(before, "service_completed_successfully")


def test_the_board_listens_where_its_port_is_published_from():
    assert _settings_of(SERVICES["board"])["board_host"] == "0.0.0.0"  # noqa: S104 - of the container
    assert SERVICES["board"]["ports"] == ["127.0.0.1:{0}:{0}".format(_default("board_port"))]


def test_the_notifier_waits_to_be_asked_for_and_keeps_what_it_owes_outside_its_container():
    notify = SERVICES["notify"]
    assert notify["profiles"] == ["notify"]
    routing, state = notify["volumes"]
    assert notify["command"] == ["notify", "--routing", routing["target"]]
    assert routing["read_only"]
    assert routing["bind"] == {"create_host_path": False}
    volume, folder = state.split(":")
    assert volume in COMPOSE["volumes"]
    assert re.search(rf"^ENV NHIP766_DATA_DIR={folder}$", DOCKERFILE, re.MULTILINE)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_settings_of_a_program_are_settings_we_know_and_lead_to_the_other_services(name):
    settings = Settings(**_settings_of(SERVICES[name]))
    assert settings.kafka.split(":")[0] in SERVICES
    assert settings.clickhouse_host in SERVICES
    programs = {settings.clickhouse_account(role).user for role in ("writer", "reader", "migrator")}
    assert programs | {settings.clickhouse_bi_user} == set(_users())


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_command_of_a_program_is_one_of_ours(name):
    assert CliRunner().invoke(app, [*SERVICES[name]["command"], "--help"]).exit_code == 0


def _default(name):
    return Settings.model_fields[name].default


def test_no_password_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    given = re.findall(r"^ +(NHIP766_\w*PASSWORD): (.+)$", text, re.MULTILINE)
    assert len(given) >= 6
    assert all(value == f"${{{name}:?set it in .env}}" for name, value in given)


def _users():
    root = ET.parse(ROOT / "deploy" / "docker" / "clickhouse-users.xml").getroot()  # noqa: S314 - our own file
    return {user.tag: user for user in root.find("users")}


def test_the_servers_passwords_come_from_variables_its_container_has():
    for user, described in _users().items():
        source = described.find("password").attrib["from_env"]
        assert source in SERVICES["clickhouse"]["environment"], user
        assert source in {variable(name) for name in Settings.model_fields}


def test_the_roles_are_those_of_the_local_server_which_may_have_any_database():
    local = ET.parse(ROOT / "deploy" / "local" / "clickhouse" / "users.xml").getroot()  # noqa: S314 - our own file
    for name, described in _users().items():
        twin = local.find("users").find(name)
        assert described.findtext("profile") == twin.findtext("profile"), name
        if name != "reader":  # whose views have names, tests/sinks/test_migrations.py
            granted = (described.findtext("grants/query") or "").replace("nhip766.*", "*.*")
            assert granted == (twin.findtext("grants/query") or ""), name
