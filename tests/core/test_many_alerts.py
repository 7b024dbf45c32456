"""A day on which everything is due at once: a hundred thousand deadlines in one minute, all told, each once."""

import time

from schemas.alert_wire import decode_alert
from streams.core.alert_book import AlertBook
from streams.core.alert_rules import AlertRules
from streams.core.dossier_partition import DossierPartition
from streams.core.rules import Rules
from streams.core.state import encode_state
from tests.core.alerting import REFERENCE
from tests.core.building import DOSSIER, at, received, state_of

COUNT = 100_000
MINUTE = 60_000


def test_a_hundred_thousand_deadlines_in_one_minute_are_each_told_once():
    state = state_of(f"d:{DOSSIER}", [received("03-04 08:00", "03-08 16:00")])
    due = state.due
    states = {}
    for number in range(COUNT):
        state.code = f"H44.100-240304-{number:06}"
        state.due = (*due[:3], at("03-08 16:00") + number * MINUTE // COUNT)
        states[f"d:{state.code}"] = encode_state(state)
    book = AlertBook(AlertRules(), states.get, [])
    partition = DossierPartition(
        0,
        stored=states.get,
        reference=REFERENCE,
        rules=Rules(),
        grace_days=45,
        as_of=at("03-04 09:00"),
        incarnation=1,
        alerts=book,
    )
    partition.rebuild(list(states))
    partition.flush()
    assert book.take().records == []
    partition.advance(at("03-08 16:01"))
    began = time.process_time()
    partition.flush()
    telling = book.take()
    print(f"{COUNT} deadlines of one minute told in {time.process_time() - began:.1f} s of processor time")
    assert len(telling.records) == COUNT
    assert len({alert_id for alert_id, _ in telling.records}) == COUNT
    assert {decode_alert(raw).kind for _, raw in telling.records[:100]} == {"dossier_late"}
