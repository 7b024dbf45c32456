"""The local servers are real, survive faults, and never outlive their caller."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from clickhouse_driver import Client
from clickhouse_driver.errors import ServerException
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from streams.local.process import accepts
from streams.local.servers import LocalServers
from streams.settings import Account, Settings, load_settings

CACHE = Path(__file__).resolve().parents[3] / ".nhip766" / "cache"


def _client(servers: LocalServers, account: Account) -> Client:
    address = servers.clickhouse
    return Client(address.host, address.port, user=account.user, password=account.password)


def test_a_record_comes_back_from_kafka(servers, database):
    topic = f"{database.topic_prefix}.hello"
    admin = KafkaAdminClient(bootstrap_servers=servers.kafka_bootstrap)
    admin.create_topics([NewTopic(topic, 1, 1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=servers.kafka_bootstrap)
    producer.send(topic, b"xin chao").get(10)
    producer.close()
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=servers.kafka_bootstrap,
        auto_offset_reset="earliest",
        consumer_timeout_ms=10_000,
    )
    assert next(consumer).value == b"xin chao"
    consumer.close()


def test_the_migrator_makes_tables_the_writer_fills_them_and_the_reader_only_reads(servers, database):
    name = database.clickhouse_database
    migrator = _client(servers, database.clickhouse_account("migrator"))
    migrator.execute(f"CREATE DATABASE {name}")
    migrator.execute(f"CREATE TABLE {name}.t (n Int32) ENGINE = MergeTree ORDER BY n")
    writer = _client(servers, database.clickhouse_account("writer"))
    writer.execute(f"INSERT INTO {name}.t VALUES", [(766,)])
    reader = _client(servers, database.clickhouse_account("reader"))
    assert reader.execute(f"SELECT n FROM {name}.t") == [(766,)]
    for client, statement in (
        (reader, f"INSERT INTO {name}.t SELECT 1"),
        (reader, f"DROP TABLE {name}.t"),
        (writer, f"DROP TABLE {name}.t"),
    ):
        with pytest.raises(ServerException, match="Not enough privileges"):
            client.execute(statement)


def test_a_login_without_a_password_reads_nothing(servers, database):
    migrator = _client(servers, database.clickhouse_account("migrator"))
    migrator.execute(f"CREATE DATABASE {database.clickhouse_database}")
    migrator.execute(f"CREATE TABLE {database.clickhouse_database}.t (n Int32) ENGINE = MergeTree ORDER BY n")
    with pytest.raises(ServerException, match="Not enough privileges"):
        _client(servers, Account("default", "")).execute(f"SELECT * FROM {database.clickhouse_database}.t")


@pytest.fixture(scope="module")
def own(servers, tmp_path_factory):
    """Servers that a test may stop and kill."""
    del servers  # where a part is missing, its words are enough
    with LocalServers(tmp_path_factory.mktemp("own"), kafka="apache", cache=CACHE) as local:
        yield local


def test_data_survives_a_kill_of_both_servers(own):
    admin = KafkaAdminClient(bootstrap_servers=own.kafka_bootstrap)
    admin.create_topics([NewTopic("kept", 1, 1)])
    admin.close()
    client = _client(own, own.clickhouse.migrator)
    client.execute("CREATE TABLE default.kept (n Int32) ENGINE = MergeTree ORDER BY n")
    client.execute("INSERT INTO default.kept VALUES", [(1,)])
    client.disconnect()
    own.stop_kafka(kill=True)
    own.stop_clickhouse(kill=True)
    assert not accepts(own.clickhouse.port)
    own.start_kafka()
    own.start_clickhouse()
    admin = KafkaAdminClient(bootstrap_servers=own.kafka_bootstrap)
    assert "kept" in admin.list_topics()
    admin.close()
    assert _client(own, own.clickhouse.migrator).execute("SELECT n FROM default.kept") == [(1,)]


def test_a_clickhouse_that_dies_by_itself_is_started_again(own):
    pids = _server_pids(own, "libchdb.py", "clickhouse server")
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    while set(pids) & set(_server_pids(own, "libchdb.py", "clickhouse server")):
        pass
    own.await_clickhouse()
    assert _client(own, own.clickhouse.migrator).execute("SELECT 1") == [(1,)]


def test_running_servers_publish_their_addresses_to_other_commands(own, monkeypatch):
    monkeypatch.setenv("NHIP766_DATA_DIR", str(own.data_dir))
    settings = load_settings()
    assert settings.kafka == own.kafka_bootstrap
    assert settings.clickhouse_account("reader") == own.clickhouse.reader


def test_a_killed_caller_leaves_no_process_and_no_address_behind(servers, tmp_path, monkeypatch):
    del servers
    caller = subprocess.Popen(
        [sys.executable, "-c", _CALLER, str(tmp_path), str(CACHE)], stdout=subprocess.PIPE, text=True
    )
    assert caller.stdout
    ports = [int(port) for port in caller.stdout.readline().split()]
    assert len(ports) == 2
    assert all(accepts(port) for port in ports)
    caller.kill()
    caller.wait()
    caller.stdout.close()
    deadline = time.monotonic() + 30
    while any(accepts(port) for port in ports):
        assert time.monotonic() < deadline, "a server outlived its caller"
    monkeypatch.setenv("NHIP766_DATA_DIR", str(tmp_path))
    assert load_settings().kafka == Settings.model_fields["kafka"].default
    assert not _processes_with(str(tmp_path))


_CALLER = """
import sys, time
from pathlib import Path
from streams.local.servers import LocalServers
servers = LocalServers(Path(sys.argv[1]), kafka="apache", cache=Path(sys.argv[2]))
servers.start()
print(servers.kafka_bootstrap.split(":")[1], servers.clickhouse.port, flush=True)
time.sleep(600)
"""


def _server_pids(servers: LocalServers, *programs: str) -> list[int]:
    """Find the server itself, not its guardian."""
    found = _processes_with(str(servers.data_dir))
    return [
        pid for pid, line in found if any(program in line for program in programs) and "guardian" not in line
    ]


def _processes_with(text: str) -> list[tuple[int, str]]:
    listed = subprocess.run(["ps", "-eww", "-o", "pid=,args="], capture_output=True, text=True, check=True)
    lines = [line.split(None, 1) for line in listed.stdout.splitlines()]
    return [(int(pid), args) for pid, args in lines if text in args and int(pid) != os.getpid()]
