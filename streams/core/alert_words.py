"""The sentences of the alerts in both languages; `{names}` are filled in by `alert_texts`."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Sentences(NamedTuple):
    """What one kind of alert says."""

    title: str
    explanation: str
    what_to_do: str


class Words(NamedTuple):
    """Everything that one language needs; grades are best first, `escalated` is by level."""

    kinds: Mapping[str, Sentences]
    changes: Mapping[str, str]
    limits: Mapping[str, str]
    grades: tuple[str, ...]
    escalated: tuple[str, ...]
    acknowledged: str
    snoozed: str
    computed: str
    nothing_to_do: str
    late: str
    just_late: str
    day: str
    hour: str
    minute: str


VIETNAMESE: Final = Words(
    kinds={
        "stage_80_percent": Sentences(
            "Công đoạn {stage} của hồ sơ {dossier} đã dùng 80% thời gian",
            "Công đoạn {stage} tại {unit} phải xong trước {due}.",
            "Hoàn thành công đoạn trước hạn; nếu vướng, báo lãnh đạo phụ trách ngay hôm nay.",
        ),
        "stage_late": Sentences(
            "Công đoạn {stage} của hồ sơ {dossier} trễ hạn",
            "Công đoạn {stage} tại {unit} phải xong lúc {due}, {late}.",
            "Hoàn thành công đoạn ngay để hồ sơ còn kịp ngày hẹn trả.",
        ),
        "dossier_due_tomorrow": Sentences(
            "Hồ sơ {dossier} đến hạn vào ngày làm việc tới",
            "Ngày hẹn trả của hồ sơ tại {unit} là {due}.",
            "Trả kết quả đúng hẹn. Nếu không kịp, phải gửi phiếu xin lỗi và hẹn lại ngày trả ngay HÔM NAY "
            "(ít nhất một ngày trước hạn, chỉ được hẹn lại một lần).",
        ),
        "dossier_due_today": Sentences(
            "Hồ sơ {dossier} đến hạn hôm nay",
            "Ngày hẹn trả của hồ sơ tại {unit} là {due}.",
            "Trả kết quả trước {due}. Sau giờ đó hồ sơ tính là trễ hạn.",
        ),
        "dossier_late": Sentences(
            "Hồ sơ {dossier} trễ hạn",
            "Ngày hẹn trả của hồ sơ tại {unit} là {due}, {late}.",
            "Giải quyết ngay và xin lỗi người nộp; hồ sơ này đang làm mất điểm chỉ tiêu đúng hạn.",
        ),
        "dossier_late_again": Sentences(
            "Hồ sơ {dossier} trễ hạn lần nữa sau khi đã hẹn lại",
            "Ngày hẹn lại của hồ sơ tại {unit} là {due}, {late}.",
            "Lãnh đạo đơn vị trực tiếp chỉ đạo giải quyết: không được hẹn lại lần thứ hai.",
        ),
        "supplement_unanswered": Sentences(
            "Hồ sơ {dossier}: quá 15 ngày chưa có giấy tờ bổ sung",
            "{unit} đã yêu cầu bổ sung và chờ đến {due} mà chưa nhận được.",
            "Liên hệ người nộp; nếu không bổ sung thì dừng giải quyết và trả lại hồ sơ theo quy định.",
        ),
        "second_supplement": Sentences(
            "Hồ sơ {dossier} bị yêu cầu bổ sung lần thứ hai",
            "{unit} yêu cầu bổ sung quá một lần: hồ sơ được tính là trễ hạn trong khi chờ.",
            "Xem lại yêu cầu, thu hồi nếu không cần thiết, hoặc hoàn tất việc bổ sung ngay.",
        ),
        "petition_due": Sentences(
            "Phản ánh {petition} sắp hết hạn {limit}",
            "Hạn {limit} của phản ánh tại {unit} là {due}.",
            "Xử lý phản ánh trước hạn.",
        ),
        "petition_late": Sentences(
            "Phản ánh {petition} quá hạn {limit}",
            "Hạn {limit} của phản ánh tại {unit} là {due}, {late}.",
            "Xử lý ngay; phản ánh này đang làm mất điểm chỉ tiêu xử lý phản ánh và mức độ hài lòng.",
        ),
        "resolved_not_synced": Sentences(
            "Hồ sơ {dossier} đã giải quyết xong nhưng chưa đồng bộ",
            "Hồ sơ tại {unit} đã xong mà đến {due} vẫn chưa lên Cổng Dịch vụ công quốc gia.",
            "Đồng bộ lại hồ sơ từ phần mềm một cửa; báo quản trị kỹ thuật nếu lỗi lặp lại.",
        ),
        "on_time_low": Sentences(
            "{unit}: tỷ lệ đúng hạn xuống {ratio}%",
            "Tỷ lệ giải quyết đúng hạn kỳ {subject} là {ratio}%, thấp hơn mức cảnh báo {threshold}%.",
            "Xem danh sách hồ sơ trễ và sắp đến hạn của đơn vị, ưu tiên giải quyết trong ngày.",
        ),
        "group_fell": Sentences(
            "{unit}: nhóm {subject} giảm {fell} điểm trong một ngày",
            "Điểm nhóm còn {points}, hôm qua là {points_before}.",
            "Xem giải thích điểm của đơn vị để biết chỉ tiêu nào giảm.",
        ),
        "grade_lost": Sentences(
            "{unit}: tụt xếp loại từ {grade_before} xuống {grade}",
            "Tổng điểm kỳ {subject} là {points}, hôm qua là {points_before}.",
            "Xem các chỉ tiêu mất điểm nhiều nhất và giao việc khắc phục.",
        ),
        "rank_fell": Sentences(
            "{unit}: tụt {places} bậc xếp hạng",
            "Thứ hạng kỳ {subject} là {rank}, hôm qua là {rank_before}.",
            "So sánh với đơn vị vừa vượt lên để biết chỉ tiêu cần cải thiện.",
        ),
        "source_silent": Sentences(
            "Nguồn {subject} không gửi dữ liệu",
            "Không có sự kiện nào từ nguồn {subject} trong {minutes_silent} làm việc (từ {due}).",
            "Kiểm tra kết nối và phần mềm của nguồn; điểm số đang thiếu dữ liệu của nguồn này.",
        ),
    },
    changes={
        "raised": "{title}",
        "escalated": "[Báo lên cấp trên] {title}",
        "acknowledged": "[Đã tiếp nhận] {title}",
        "snoozed": "[Tạm hoãn] {title}",
        "resolved": "[Đã hết] {title}",
    },
    limits={
        "refuse": "từ chối hoặc trả lại (2 ngày làm việc)",
        "ask": "yêu cầu bổ sung (5 ngày làm việc)",
        "answer": "trả lời (15 ngày làm việc)",
        "publish": "công khai kết quả (2 ngày làm việc)",
    },
    grades=("Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu"),
    escalated=(
        "Đơn vị chưa xử lý.",
        "Đơn vị chưa xử lý; báo lên cấp trên trực tiếp.",
        "Cấp dưới chưa xử lý; báo lên tỉnh.",
    ),
    acknowledged="{by} đã tiếp nhận.",
    snoozed="{by} tạm hoãn đến {until}.",
    computed="Hạn này do hệ thống tính vì nguồn không gửi.",
    nothing_to_do="Không cần làm gì thêm.",
    late="đã trễ {span} làm việc",
    just_late="vừa quá hạn",
    day="ngày",
    hour="giờ",
    minute="phút",
)

ENGLISH: Final = Words(
    kinds={
        "stage_80_percent": Sentences(
            "Stage {stage} of dossier {dossier} has used 80% of its time",
            "Stage {stage} at {unit} must be done by {due}.",
            "Finish the stage in time; if something is in the way, tell the leader in charge today.",
        ),
        "stage_late": Sentences(
            "Stage {stage} of dossier {dossier} is late",
            "Stage {stage} at {unit} was due at {due}, {late}.",
            "Finish the stage now, so that the dossier still meets its date.",
        ),
        "dossier_due_tomorrow": Sentences(
            "Dossier {dossier} is due on the next working day",
            "The promised date of the dossier at {unit} is {due}.",
            "Return the result in time. If that cannot be done, the letter of apology with a new date must go TODAY "
            "(at least one day before the date, and only once).",
        ),
        "dossier_due_today": Sentences(
            "Dossier {dossier} is due today",
            "The promised date of the dossier at {unit} is {due}.",
            "Return the result before {due}. After that it counts as late.",
        ),
        "dossier_late": Sentences(
            "Dossier {dossier} is late",
            "The promised date of the dossier at {unit} was {due}, {late}.",
            "Resolve it now and apologize to the applicant; it is costing points for resolving on time.",
        ),
        "dossier_late_again": Sentences(
            "Dossier {dossier} is late again after it was rescheduled",
            "The new date of the dossier at {unit} was {due}, {late}.",
            "The unit's leader takes it over: a second rescheduling is not allowed.",
        ),
        "supplement_unanswered": Sentences(
            "Dossier {dossier}: no supplement for 15 days",
            "{unit} asked for a supplement and has had no answer by {due}.",
            "Call the applicant; without the papers the dossier may be closed by the rules.",
        ),
        "second_supplement": Sentences(
            "Dossier {dossier} was asked for a supplement a second time",
            "{unit} asked more than once: the dossier counts as late while it waits.",
            "Look at the request again, withdraw it if it is not needed, or complete it now.",
        ),
        "petition_due": Sentences(
            "Petition {petition} is about to pass its limit to {limit}",
            "The limit to {limit} of the petition at {unit} is {due}.",
            "Handle the petition in time.",
        ),
        "petition_late": Sentences(
            "Petition {petition} is past its limit to {limit}",
            "The limit to {limit} of the petition at {unit} was {due}, {late}.",
            "Handle it now; it is costing points for petitions and satisfaction.",
        ),
        "resolved_not_synced": Sentences(
            "Dossier {dossier} is resolved and not synced",
            "The dossier at {unit} is resolved and by {due} had not reached the national portal.",
            "Sync it again from the one-stop software; tell the administrators if the error comes back.",
        ),
        "on_time_low": Sentences(
            "{unit}: {ratio}% resolved on time",
            "The share resolved on time in {subject} is {ratio}%, under the threshold of {threshold}%.",
            "Look at the unit's late dossiers and those about to be due, and resolve these first.",
        ),
        "group_fell": Sentences(
            "{unit}: group {subject} fell by {fell} points in a day",
            "The group has {points} points, yesterday it had {points_before}.",
            "Look at the explanation of the unit's score to see which indicator fell.",
        ),
        "grade_lost": Sentences(
            "{unit}: grade fell from {grade_before} to {grade}",
            "The total in {subject} is {points}, yesterday it was {points_before}.",
            "Look at the indicators that lose most points and see to them.",
        ),
        "rank_fell": Sentences(
            "{unit}: fell by {places} places in the ranking",
            "The rank in {subject} is {rank}, yesterday it was {rank_before}.",
            "Compare with the unit that has just passed this one.",
        ),
        "source_silent": Sentences(
            "Source {subject} sends nothing",
            "No event came from {subject} for {minutes_silent} of working time (since {due}).",
            "Look at the connection and at the source's software; scores lack its data.",
        ),
    },
    changes={
        "raised": "{title}",
        "escalated": "[Escalated] {title}",
        "acknowledged": "[Acknowledged] {title}",
        "snoozed": "[Snoozed] {title}",
        "resolved": "[Resolved] {title}",
    },
    limits={
        "refuse": "refuse or send back (2 working days)",
        "ask": "ask for a supplement (5 working days)",
        "answer": "answer (15 working days)",
        "publish": "publish the result (2 working days)",
    },
    grades=("excellent", "good", "fair", "average", "weak"),
    escalated=(
        "The unit has not seen to it.",
        "The unit has not seen to it; the unit above is told.",
        "The units below have not seen to it; the province is told.",
    ),
    acknowledged="Acknowledged by {by}.",
    snoozed="Snoozed by {by} until {until}.",
    computed="This deadline was computed: the source sent none.",
    nothing_to_do="Nothing more is to be done.",
    late="late by {span} of working time",
    just_late="just passed",
    day="d",
    hour="h",
    minute="min",
)
