"""What people read when alerts come together."""

from streams.core.alert_texts import alert_text
from streams.notify.message import alerts_message
from streams.notify.notice import Notice
from tests.notify.alerts import NINE, alert


def notices(*alerts, names=("Thành phố Thuận An", "Huyện Phú Giáo")):
    """As couriers make them; the units take turns."""
    made = []
    for number, said in enumerate(alerts):
        name = names[number % len(names)]
        made.append(Notice(number, "k", said, alert_text(said, name), name, b"", NINE))
    return made


def test_one_alert_is_its_own_text():
    message = alerts_message(notices(alert(1)), 20)
    assert message.title == "Hồ sơ H09.50-261008-0001 trễ hạn"
    assert message.text.startswith(
        "Thành phố Thuận An\nNgày hẹn trả của hồ sơ tại Thành phố Thuận An là 09:00 21/10/2026"
    )
    assert "Việc cần làm: Giải quyết ngay" in message.text
    assert message.severity == "serious"


def test_several_are_counted_by_gravity_and_listed_by_unit_the_gravest_first():
    given = [
        alert(1, severity="info"),
        alert(2),
        alert(3, severity="critical"),
        alert(4, change="resolved", seq=2),
    ]
    message = alerts_message(notices(*given), 20)
    assert message.title == "4 cảnh báo: 1 khẩn cấp, 1 nghiêm trọng, 1 để biết, 1 đã hết"
    assert message.text.index("Huyện Phú Giáo (2)") < message.text.index("Thành phố Thuận An (2)")
    assert message.text.index("0003") < message.text.index("0001")
    assert message.severity == "critical"


def test_of_very_many_the_gravest_are_written_out_and_the_others_counted():
    given = [alert(number) for number in range(1, 1500)] + [alert(9999, severity="critical")]
    message = alerts_message(notices(*given), 3)
    assert message.title == "1.500 cảnh báo: 1 khẩn cấp, 1.499 nghiêm trọng"
    assert message.text.count("•") == 3
    assert "9999" in message.text
    assert message.text.endswith("… và 1.497 cảnh báo khác, xem trên bảng điều hành.")
