"""Topics as data: every file is strict, complete and resolves to what the broker is told."""

from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from schemas.topics import Topic, load_topic, load_topics

SETTINGS = SimpleNamespace(topic_prefix="demo", group="workers", partitions=6, partials_partitions=3)


def test_the_topics_of_the_way_of_an_event_are_described():
    assert {topic.full_name(SETTINGS) for topic in load_topics().values()} == {
        "demo.dossier-events.v1",
        "demo.partials.v1",
        "demo.reference.v1",
        "demo.dead-letters.v1",
        "demo.alerts.v1",
        "demo.alert-actions.v1",
        "workers-dossiers-changelog",
    }


def test_the_changelog_has_the_partitions_of_the_events_its_table_is_derived_from():
    assert load_topic("dossiers-changelog").resolve(SETTINGS).partitions == 6
    assert load_topic("dossier-events").resolve(SETTINGS).partitions == 6
    assert load_topic("partials").resolve(SETTINGS).partitions == 3


def test_a_compacted_topic_keeps_its_records_and_events_expire_by_arrival():
    assert load_topic("partials").resolve(SETTINGS).config["retention.ms"] == "-1"
    events = load_topic("dossier-events").resolve(SETTINGS).config
    assert events["cleanup.policy"] == "delete"
    assert events["message.timestamp.type"] == "LogAppendTime"


@pytest.mark.parametrize(
    "change",
    [
        {"cleanup": "compact"},
        {"partitions": 0},
        {"partitions": "many"},
        {"name": "dossier-events"},
        {"value": "text"},
        {"epoch": 0},
        {"retention": 3},
    ],
)
def test_a_topic_file_that_says_something_else_is_refused(change):
    given = load_topic("dossier-events").model_dump()
    with pytest.raises(ValidationError):
        Topic.model_validate({**given, **change})
