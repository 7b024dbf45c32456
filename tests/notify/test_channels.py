"""The contract that every channel is held to, and what is special of each."""

import hashlib
import hmac
from datetime import datetime

import pytest

from streams.core.alert_texts import alert_text
from streams.errors import UserError
from streams.notify.building import build_channel
from streams.notify.channels.alertmanager import Alertmanager
from streams.notify.channels.posting import Poster
from streams.notify.channels.webhook import Webhook
from streams.notify.notice import ChannelDownError, Letter, Notice, RefusedError
from streams.notify.routing_model import AlertmanagerChannel, AppriseChannel, Secret, WebhookChannel
from tests.notify.alerts import NINE, alert, raw
from tests.notify.receiver import receiving

SECRET = "planted-secret"
LETTER = Letter("digest:H09.50:2026-10-21", "Bản tin", "Không có hồ sơ trễ.", "<p>Không có hồ sơ trễ.</p>")
KINDS = ("apprise", "webhook", "alertmanager")


def notice(number=1, **values):
    """A notice as couriers make it."""
    said = alert(number, **values)
    text = alert_text(said, "Thành phố Thuận An")
    return Notice(
        number, f"{said.alert_id}:{said.seq}", said, text, "Thành phố Thuận An", raw(number, **values), NINE
    )


@pytest.fixture
def receiver():
    """What the channels post to."""
    with receiving() as made:
        yield made


@pytest.fixture
def patience():
    """Seconds that a channel is given; enough for a busy machine."""
    return 120.0


@pytest.fixture
def channel(request, receiver, monkeypatch, patience):
    """A channel of the kind."""
    address = receiver.url.removeprefix("http://")
    monkeypatch.setenv("APPRISE_URL", f"json://{address}/{SECRET}")
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    described = {
        "apprise": AppriseChannel(type="apprise", url=Secret(env="APPRISE_URL"), timeout_seconds=patience),
        "webhook": WebhookChannel(
            type="webhook", url=receiver.url, secret=Secret(env="HOOK_SECRET"), timeout_seconds=patience
        ),
        "alertmanager": AlertmanagerChannel(type="alertmanager", url=receiver.url, timeout_seconds=patience),
    }
    made = build_channel("tested", described[request.param])
    yield made
    made.close()


@pytest.mark.parametrize("channel", KINDS, indirect=True)
def test_what_is_told_arrives_before_telling_returns(channel, receiver):
    channel.tell([notice()])
    assert len(receiver.requests) == 1
    assert "trễ hạn" in str(receiver.requests[0].document)
    channel.send_letter(LETTER)
    assert "Bản tin" in str(receiver.requests[1].document)


@pytest.mark.parametrize("channel", KINDS, indirect=True)
@pytest.mark.parametrize("answer", [500, 503, 302, 404, 401])
def test_an_error_means_that_the_channel_is_down_and_tells_no_secret(channel, receiver, answer):
    receiver.reply = lambda _: answer
    with pytest.raises(ChannelDownError) as told:
        channel.tell([notice()])
    assert SECRET not in str(told.value)
    receiver.reply = lambda _: 200
    channel.tell([notice()])


@pytest.mark.parametrize("channel", KINDS, indirect=True)
@pytest.mark.parametrize("patience", [0.5])
def test_a_receiver_that_hangs_is_left_when_its_time_is_over(channel, receiver):
    receiver.reply = lambda _: None
    with pytest.raises(ChannelDownError):
        channel.tell([notice()])


@pytest.mark.parametrize("channel", KINDS, indirect=True)
def test_a_receiver_that_is_away_means_that_the_channel_is_down(channel, receiver):
    receiver.close()
    with pytest.raises(ChannelDownError):
        channel.tell([notice()])


@pytest.mark.parametrize("channel", ["webhook", "alertmanager"], indirect=True)
def test_a_receiver_that_calls_it_wrong_refuses_for_good(channel, receiver):
    receiver.reply = lambda _: 422
    with pytest.raises(RefusedError):
        channel.tell([notice()])


def test_a_webhook_is_signed_over_its_timestamp_and_body_and_keeps_its_key():
    with receiving() as receiver:
        hook = Webhook(Poster(receiver.url, 5.0), SECRET, lambda: 1_792_548_001.7)
        hook.tell([notice(7, seq=3, change="escalated", level=1)])
        hook.close()
    headers, body = receiver.requests[0].headers, receiver.requests[0].body
    expected = hmac.new(SECRET.encode(), b"1792548001." + body, hashlib.sha256).hexdigest()
    assert headers["nhip766-timestamp"] == "1792548001"
    assert headers["nhip766-signature"] == f"v1={expected}"
    assert headers["idempotency-key"] == f"{7:032x}:3"
    document = receiver.requests[0].document
    assert document["alert"]["dossier_code"] == "H09.50-261008-0007"
    assert document["text"]["title"] == "[Báo lên cấp trên] Hồ sơ H09.50-261008-0007 trễ hạn"


def test_an_alertmanager_hears_of_an_open_alert_until_tomorrow_and_of_an_ended_one_its_end():
    now = NINE / 1000 + 60
    with receiving() as receiver:
        manager = Alertmanager(Poster(receiver.url, 5.0), lambda: now)
        manager.tell([notice(1), notice(2, change="acknowledged", seq=2)])
        manager.close()
    first, second, *others = receiver.requests[0].document
    assert first["labels"] == {
        "alertname": "nhip766_dossier_late",
        "alert_id": f"{1:032x}",
        "severity": "serious",
        "unit": "H09.50",
        "dossier": "H09.50-261008-0001",
    }
    assert datetime.fromisoformat(first["startsAt"]).timestamp() == NINE / 1000
    assert datetime.fromisoformat(first["endsAt"]).timestamp() == now + 86_400
    assert {other["labels"]["severity"] for other in [second, *others]} == {
        "info",
        "warning",
        "serious",
        "critical",
    }
    assert {datetime.fromisoformat(other["endsAt"]).timestamp() for other in [second, *others]} == {now}


def test_a_secret_that_is_not_there_is_named_by_its_place_and_a_bad_url_is_not_shown(monkeypatch, tmp_path):
    hook = WebhookChannel(
        type="webhook", url="http://127.0.0.1:1", secret=Secret(file=str(tmp_path / "none"))
    )
    with pytest.raises(UserError, match="channel hook: cannot read"):
        build_channel("hook", hook)
    mail = AppriseChannel(type="apprise", url=Secret(env="NOT_SET_ANYWHERE"))
    with pytest.raises(UserError, match="NOT_SET_ANYWHERE is not set"):
        build_channel("mail", mail)
    monkeypatch.setenv("NOT_SET_ANYWHERE", f"bogus://{SECRET}")
    with pytest.raises(UserError, match="none that Apprise knows") as told:
        build_channel("mail", mail)
    assert SECRET not in str(told.value)


def test_nothing_that_apprise_logs_can_hold_a_secret(caplog, monkeypatch):
    monkeypatch.setenv("APPRISE_URL", f"json://127.0.0.1:1/{SECRET}")
    channel = build_channel("mail", AppriseChannel(type="apprise", url=Secret(env="APPRISE_URL")))
    with caplog.at_level("DEBUG"), pytest.raises(ChannelDownError):
        channel.tell([notice()])
    assert SECRET not in caplog.text
