"""The store that the settings ask for."""

from contextlib import closing

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from streams.agents.engine.copies import Join
from streams.agents.stores.memory import MemoryStores
from streams.agents.stores.port import Stores
from streams.agents.stores.rocks import RocksStores
from streams.settings import Settings


def open_stores(settings: Settings, changelog: str, join: Join) -> Stores:
    """Open the local store of the states whose changelog is named; blocks. Raises UserError for a folder that fails.

    `join` gives what records of several owners of a key come to.
    """
    if settings.store == "memory":
        return MemoryStores(join)
    root = settings.data_dir / "stores" / settings.topic_prefix / settings.group
    return RocksStores(root, _identity(settings.kafka, changelog), join)


def _identity(bootstrap: str, topic: str) -> str | None:
    """Return what tells a topic from a later one, or one elsewhere, of its name; None if nothing does."""
    try:
        with closing(KafkaAdminClient(bootstrap_servers=bootstrap.split(","))) as admin:
            found = admin.describe_topics([topic])
    except KafkaError:
        return None
    identity = str(found[0].get("topic_id", "")) if found else ""
    return identity if identity.strip("0-") else None
