"""The routing file: strict, and every mistake in it is one line that names line and field."""

import json
from pathlib import Path

import pytest

from streams.errors import UserError
from streams.notify.matching import channels_for
from streams.notify.routing_file import json_schema, parse_routing, read_routing
from tests.notify.alerts import alert

ROOT = Path(__file__).resolve().parents[2]
GOOD = """\
version: 1
channels:
  mail:
    type: apprise
    url: {env: MAIL_URL}
  hook:
    type: webhook
    url: https://example.vn/hook
    secret: {file: /run/secrets/hook}
  ops:
    type: alertmanager
    url: http://127.0.0.1:9093
routes:
  - units: ["H09.50*"]
    levels: [0]
    channels: [mail]
  - severities: [critical]
    channels: [mail, ops]
  - channels: [hook]
digest:
  at: 10:30
  routes:
    - units: [H09.50]
      channels: [mail]
"""


def test_the_example_is_a_good_file_and_the_schema_beside_it_is_todays():
    assert read_routing(ROOT / "deploy" / "notify" / "routing.example.yaml").digest
    assert read_routing(ROOT / "deploy" / "notify" / "demo.yaml").digest
    stored = (ROOT / "deploy" / "notify" / "routing.schema.json").read_text("utf-8")
    assert stored == json_schema()
    assert json.loads(stored)["additionalProperties"] is False


def test_a_time_of_day_is_a_time_of_day_although_yaml_takes_it_for_a_number():
    assert parse_routing(GOOD, "r.yaml").digest.minute == 630


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "said"),
    [
        ("    type: webhook\n", "    type: webhok\n", 6, "channels.hook", "apprise, webhook or alertmanager"),
        ("    type: webhook\n", "", 6, "channels.hook", "say the type"),
        ("    url: https://example.vn/hook\n", "", 6, "channels.hook.url", "missing"),
        ("https://example.vn/hook", "ftp://example.vn", 8, "channels.hook.url", "https://host/path"),
        (
            "https://example.vn/hook",
            "https://u:p@example.vn",
            8,
            "channels.hook.url",
            "no user and no password",
        ),
        ("{file: /run/secrets/hook}", "hunter2", 9, "channels.hook.secret", "object"),
        ("{env: MAIL_URL}", "{env: A, file: b}", 5, "channels.mail.url", "one of them"),
        ("    levels: [0]", "    levels: [low]", 15, "routes[0].levels[0]", "integer"),
        ("    levels: [0]", "    leveles: [0]", 15, "routes[0].leveles", "there is no such field"),
        ("[critical]", "[fatal]", 17, "routes[1].severities[0]", "'critical'"),
        ("[mail, ops]", "[mail, opps]", 18, "routes[1].channels[1]", "did you mean ops?"),
        ("at: 10:30", "at: 25:30", 21, "digest.at", "pattern"),
        (
            "      channels: [mail]\n",
            "      channels: [ops]\n",
            24,
            "digest.routes[0].channels[0]",
            "no digest",
        ),
        ("  ops:", "  mail:", 10, "channels.mail", "twice"),
        ("  ops:", "  Ops Team:", 10, "channels.Ops Team", "pattern"),
        ("version: 1", "version: 2", 1, "version", "1"),
        ("version: 1", "version: [1", 2, "", "not YAML"),
        ("{env: MAIL_URL}", "&a {env: MAIL_URL}", 5, "", "anchors"),
    ],
)
def test_a_mistake_is_one_line_that_names_line_and_field(old, new, line, field, said):
    assert old in GOOD
    with pytest.raises(UserError) as told:
        parse_routing(GOOD.replace(old, new), "r.yaml")
    message = str(told.value)
    where = f"r.yaml, line {line}, {field}: " if field else f"r.yaml, line {line}: "
    assert message.startswith(where), message
    assert said in message
    assert "\n" not in message
    assert "hunter2" not in message


def test_an_empty_file_and_one_that_is_not_there_are_said_so(tmp_path):
    with pytest.raises(UserError, match="line 1: the file is empty"):
        parse_routing("# nothing\n", "r.yaml")
    with pytest.raises(UserError, match="cannot be read"):
        read_routing(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("given", "channels"),
    [
        ({}, ["mail", "hook"]),
        ({"told_units": ("H09.50.01",)}, ["mail", "hook"]),
        ({"told_units": ("H09",), "level": 2}, ["hook"]),
        ({"told_units": ("H09",), "level": 2, "severity": "critical"}, ["mail", "ops", "hook"]),
        ({"severity": "critical"}, ["mail", "ops", "hook"]),
    ],
)
def test_an_alert_goes_once_to_each_channel_whose_route_fits_its_unit_step_and_severity(given, channels):
    assert channels_for(alert(**given), parse_routing(GOOD, "r.yaml")) == channels
