"""From the routing file to working channels and couriers."""

import time
from collections.abc import Callable

from streams.notify.channels.alertmanager import API, Alertmanager
from streams.notify.channels.by_apprise import ByApprise
from streams.notify.channels.port import Channel
from streams.notify.channels.posting import Poster
from streams.notify.channels.webhook import Webhook
from streams.notify.courier import Courier, Desk
from streams.notify.couriers import AsState, ForPeople, OneByOne
from streams.notify.database import Database
from streams.notify.outbox import Outbox
from streams.notify.routing_model import AlertmanagerChannel, AppriseChannel, WebhookChannel
from streams.notify.secrets import reveal

Described = AppriseChannel | WebhookChannel | AlertmanagerChannel


def build_channel(name: str, described: Described) -> Channel:
    """Return a channel by its description; raises UserError for a secret that is not there or a URL that is none."""
    match described:
        case AppriseChannel():
            return ByApprise(name, reveal(described.url, name), described.timeout_seconds, described.lines)
        case WebhookChannel():
            secret = reveal(described.secret, name)
            return Webhook(Poster(described.url, described.timeout_seconds), secret, time.time)
        case AlertmanagerChannel():
            address = described.url.rstrip("/") + API
            return Alertmanager(Poster(address, described.timeout_seconds), time.time)


def hire(
    name: str,
    described: Described,
    channel: Channel,
    database: Database,
    unit_name: Callable[[str], str],
) -> Courier:
    """Return the courier for a channel; to be called in the thread that will work it."""
    outbox = Outbox(database.connect(), name, waits=described.rings == "working_hours")
    desk = Desk(name, outbox, channel, unit_name, now_ms)
    match described:
        case AppriseChannel():
            return ForPeople(
                desk,
                group_seconds=described.group_seconds,
                messages_per_hour=described.messages_per_hour,
            )
        case WebhookChannel():
            return OneByOne(desk)
        case AlertmanagerChannel():
            return AsState(desk, resend_seconds=described.resend_seconds)


def now_ms() -> int:
    """Return the wall time in epoch milliseconds."""
    return time.time_ns() // 1_000_000
