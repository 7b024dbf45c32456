"""Intake against a real Kafka: topics, the producer, dead letters read back."""

import json
from contextlib import closing

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource
from typer.testing import CliRunner

from schemas.events import parse_event
from schemas.export import FOLDER
from schemas.fast import decode, encode
from schemas.reference import parse_reference
from schemas.topics import load_topic
from streams.cli.main import app
from streams.errors import UserError
from streams.intake.dead_letter_log import read_dead_letters
from streams.intake.dead_letters import dead_letter
from streams.intake.producer import EventProducer
from streams.intake.topic_admin import check_topics, create_topics, wanted_topics

RECORD = {"MaHoSo": "H44.100-241008-0975", "NgayTiepNhan": "20241008140000", "TrangThaiHoSo": "2"}
SECRETS = ["Nguyễn Thị Bí Mật", "079301009876"]


def topic(short, settings):
    return load_topic(short).full_name(settings)


def read_all(settings, short):
    """Every record of a topic, by partition and offset."""
    name = topic(short, settings)
    with closing(
        KafkaConsumer(bootstrap_servers=settings.kafka, group_id=None, auto_offset_reset="earliest")
    ) as consumer:
        partitions = [TopicPartition(name, number) for number in sorted(consumer.partitions_for_topic(name))]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        found = []
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            for records in consumer.poll(timeout_ms=1000).values():
                found += records
        return sorted(found, key=lambda record: (record.partition, record.offset))


@pytest.fixture
def installation(database):
    """Settings of an installation whose topics exist."""
    create_topics(database, database.kafka)
    return database


@pytest.fixture
def calls(tmp_path):
    """A folder of call bodies: a good record, a bad one, a damaged line, a reference record, an event of ours."""
    personal = {"ChuHoSo": SECRETS[0], "SoGiayToChuHoSo": SECRETS[1]}
    body = {
        "madonvi": "H44",
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
        "data": [{**RECORD, **personal}, {**RECORD, **personal, "NgayTiepNhan": SECRETS[0]}],
    }
    lines = [
        json.dumps(body, ensure_ascii=False),
        f'{{"ChuHoSo": "{SECRETS[0]}',
        json.dumps(json.loads((FOLDER / "examples" / "reference.unit.json").read_text("utf-8"))),
        json.dumps(json.loads((FOLDER / "examples" / "petition.lodged.json").read_text("utf-8"))),
    ]
    (tmp_path / "calls.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "calls.jsonl"


# -------------------------------------------------------------------- topics


def test_topics_are_created_once_as_their_files_say_and_found_in_order(database):
    assert {report.state for report in check_topics(database, database.kafka)} == {"missing"}
    names = [spec.name for spec in wanted_topics(database)]
    assert create_topics(database, database.kafka) == names
    assert create_topics(database, database.kafka) == []
    reports = check_topics(database, database.kafka)
    assert [(report.topic, report.state, report.differences) for report in reports] == [
        (n, "ok", ()) for n in names
    ]


def test_another_number_of_partitions_is_reported_and_refused(installation):
    grown = installation.model_copy(update={"partitions": installation.partitions + 1})
    states = {report.topic: report.state for report in check_topics(grown, installation.kafka)}
    parted = {topic(name, installation) for name in ("dossier-events", "dossiers-changelog", "alerts")}
    assert {name for name, state in states.items() if state == "differs"} == parted
    with pytest.raises(UserError, match="growth is a replay into new topics"):
        create_topics(grown, installation.kafka)


@pytest.mark.parametrize(
    ("short", "key", "value"),
    [("partials", "cleanup.policy", "delete"), ("dossier-events", "retention.ms", "1000")],
)
def test_another_cleanup_or_retention_is_reported(installation, short, key, value):
    name = topic(short, installation)
    with closing(KafkaAdminClient(bootstrap_servers=installation.kafka)) as admin:
        admin.alter_configs([ConfigResource("TOPIC", name, {key: value})])
    odd = None
    while odd is None:  # the broker takes a moment to see its own new configuration
        reports = check_topics(installation, installation.kafka)
        odd = next((report for report in reports if report.state != "ok"), None)
    assert odd.topic == name
    assert odd.differences == (
        f"{name} has {key}={value}, it must be {load_topic(short).resolve(installation).config[key]}",
    )


def test_the_command_creates_checks_and_tells_programs(database):
    missing = CliRunner().invoke(app, ["topics", "check", "--json"])
    assert missing.exit_code == 1
    assert {report["state"] for report in json.loads(missing.stdout)} == {"missing"}
    made = CliRunner().invoke(app, ["topics", "create", "--json"])
    assert json.loads(made.stdout)["created"] == [spec.name for spec in wanted_topics(database)]
    assert CliRunner().invoke(app, ["topics", "create"]).stdout == "all topics exist\n"
    found = CliRunner().invoke(app, ["topics", "check"])
    assert found.exit_code == 0
    assert found.stdout.count("đúng") == len(wanted_topics(database))


# ------------------------------------------------------------------ producer


def test_events_stand_under_their_key_in_the_partition_java_clients_would_choose(installation):
    example = json.loads((FOLDER / "examples" / "dossier.received.json").read_text("utf-8"))
    event = parse_event(json.dumps({**example, "dossier_code": "foobar"}).encode())
    with EventProducer(installation, installation.kafka) as producer:
        producer.send_event(event)
    (record,) = read_all(installation, "dossier-events")
    assert (record.key, record.value) == (b"foobar", encode(event))
    murmur2_of_foobar = -790332482  # from Kafka's own tests of its partitioner
    assert record.partition == (murmur2_of_foobar & 0x7FFFFFFF) % installation.partitions


def test_a_tick_reaches_every_partition(installation):
    tick = parse_event((FOLDER / "examples" / "clock.tick.json").read_bytes())
    with EventProducer(installation, installation.kafka) as producer:
        producer.send_tick(tick)
    records = read_all(installation, "dossier-events")
    assert [record.partition for record in records] == list(range(installation.partitions))
    assert {decode(record.value).type for record in records} == {"clock.tick"}


def test_a_record_the_broker_does_not_take_is_an_error_and_not_passed_over(installation):
    letter = dead_letter("invalid", b"{}", "t", 0, 0, 0)
    producer = EventProducer(installation, installation.kafka)
    producer.send_dead_letter(letter._replace(value=b"x" * 1_040_000))
    with pytest.raises(UserError, match="did not take a record"):
        producer.send_dead_letter(letter._replace(value=b"x" * 2_000_000))
    with pytest.raises(UserError, match="did not take a record"):
        producer.flush()


def test_a_missing_topic_is_named_with_the_command_that_makes_it(database):
    with pytest.raises(UserError, match=r"there is no topic .*nhip766 topics create"):
        EventProducer(database, database.kafka)
    with pytest.raises(UserError, match=r"there is no topic .*nhip766 topics create"):
        read_dead_letters(database, database.kafka)


# -------------------------------------------------------------------- ingest


def test_a_file_goes_in_whole_with_its_bad_records_in_the_dead_letters(installation, calls):
    result = CliRunner().invoke(app, ["ingest", str(calls), "--json"])
    assert result.exit_code == 3, result.stderr
    assert json.loads(result.stdout)["sent"] == {
        "dossier.recorded": 1,
        "dossier.synced": 1,
        "petition.lodged": 1,
        "reference.unit": 1,
    }
    events = {decode(record.value).type: record for record in read_all(installation, "dossier-events")}
    assert events["dossier.recorded"].key == events["dossier.synced"].key == b"H44.100-241008-0975"
    (reference,) = read_all(installation, "reference")
    assert reference.key == b"unit:H15.50.05.13"
    assert parse_reference(reference.value).code == "H15.50.05.13"
    letters = read_dead_letters(installation, installation.kafka)
    assert [(one.reason, one.field, one.position) for one in letters] == [
        ("bad_time", "NgayTiepNhan", "calls.jsonl:1/2"),
        ("not_json", None, "calls.jsonl:2"),
    ]


def test_the_same_file_twice_sends_the_same_events(installation, calls):
    for _ in range(2):
        CliRunner().invoke(app, ["ingest", str(calls)])
    records = read_all(installation, "dossier-events")
    assert len(records) == 6
    assert len({decode(record.value).event_id for record in records}) == 3


def test_what_is_buried_again_is_listed_once_with_a_count(installation, calls):
    for _ in range(3):
        CliRunner().invoke(app, ["ingest", str(calls)])
    letters = read_dead_letters(installation, installation.kafka)
    assert [(one.position, one.times) for one in letters] == [("calls.jsonl:1/2", 3), ("calls.jsonl:2", 3)]


def test_nothing_personal_is_found_in_any_topic(installation, calls):
    CliRunner().invoke(app, ["ingest", str(calls)])
    for short in ("dossier-events", "reference", "dead-letters"):
        for record in read_all(installation, short):
            whole = b"\n".join([record.key, record.value, *(text for _, text in record.headers)]).decode()
            for secret in SECRETS:
                assert secret not in whole
                assert json.dumps(secret)[1:-1] not in whole


def test_dead_letters_are_listed_newest_last_for_people_and_programs(installation):
    with EventProducer(installation, installation.kafka) as producer:
        for number in range(3):
            letter = dead_letter(
                "invalid", b'{"a": 1}', "events", 4, number, 1_790_000_000_000 + number, field="due_at"
            )
            producer.send_dead_letter(letter)
    listed = CliRunner().invoke(app, ["deadletters", "list", "--limit", "2"])
    assert listed.exit_code == 0
    assert "events[4]@1" in listed.stdout
    assert "events[4]@0" not in listed.stdout
    assert "2 of 3 dead letters" in listed.stdout
    lines = CliRunner().invoke(app, ["deadletters", "list", "--json"]).stdout.splitlines()
    assert [json.loads(line)["position"] for line in lines] == ["events[4]@0", "events[4]@1", "events[4]@2"]
    assert json.loads(lines[0])["redacted"] == {"a": "number"}
