"""Sends what somebody does with an alert; the board and the command line use the same way."""

import secrets
import time
from contextlib import closing

from kafka import KafkaProducer
from kafka.errors import KafkaError

from schemas.alerts import ActionKind, AlertAction, encode_action
from schemas.topics import TopicSettings, load_topic
from streams.errors import UserError
from streams.intake.patience import ATTEMPT_MS, patiently
from streams.intake.topic_admin import partition_counts

SEND_SECONDS = 30


def new_action(
    alert_id: str, action: ActionKind, *, by: str, until: int | None = None, note: str | None = None
) -> AlertAction:
    """Return an action of now; moments are epoch ms. Raises pydantic's ValidationError for what does not fit."""
    return AlertAction(
        action_id=secrets.token_hex(16),
        alert_id=alert_id,
        action=action,
        until=until,
        by=by,
        at=time.time_ns() // 1_000_000,
        note=note,
    )


def send_action(settings: TopicSettings, bootstrap: str, action: AlertAction) -> None:
    """Send an action and wait for its acknowledgement; raises UserError if it is not acknowledged."""
    topic = load_topic("alert-actions").full_name(settings)
    partition_counts([topic], bootstrap)
    with closing(
        patiently(
            lambda: KafkaProducer(
                bootstrap_servers=bootstrap.split(","), acks="all", bootstrap_timeout_ms=ATTEMPT_MS
            ),
            bootstrap,
        )
    ) as producer:
        try:
            producer.send(topic, key=action.alert_id.encode(), value=encode_action(action)).get(SEND_SECONDS)
        except KafkaError as problem:
            raise UserError(
                f"Kafka at {bootstrap} did not take the action ({type(problem).__name__}); say it again"
            ) from problem
