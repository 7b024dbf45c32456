"""The hot struct of alerts and the model that defines them accept and refuse the same documents."""

import json

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.alert_wire import Alert, decode_alert, encode_alert
from schemas.alerts import AlertRecord
from schemas.errors import BadEvent
from schemas.export import FOLDER

EXAMPLE = json.loads((FOLDER / "examples" / "alert.json").read_text("utf-8"))
ODD = st.sampled_from(
    [
        None,
        True,
        1.5,
        0,
        -1,
        1,
        2,
        10**18,
        "",
        "x",
        "a b",
        "0" * 32,
        "late",
        "dossier_late",
        [],
        ["H15"],
        {},
        {"a": 1},
    ]
)
FIELDS = sorted(EXAMPLE)


def test_the_struct_has_the_fields_of_the_model_in_their_order():
    assert list(Alert.__struct_fields__) == list(AlertRecord.model_fields)


@given(
    st.dictionaries(st.sampled_from([*FIELDS, "strange"]), ODD, max_size=2),
    st.sets(st.sampled_from(FIELDS), max_size=1),
)
def test_both_accept_the_same_documents_and_read_the_same(changes, missing):
    document = {name: value for name, value in {**EXAMPLE, **changes}.items() if name not in missing}
    raw = json.dumps(document).encode()
    try:
        record = AlertRecord.model_validate_json(raw)
    except ValidationError:
        record = None
    try:
        alert = decode_alert(raw)
    except BadEvent:
        alert = None
    assert (record is None) == (alert is None), document
    if alert is not None:
        assert AlertRecord.model_validate_json(encode_alert(alert)) == record
