"""What to do about an indicator, and what moved a dossier, in Vietnamese and English."""

from typing import Final

from schemas.index import IndexVersion, Indicator

HOW: Final = {
    "repair": ("làm bổ sung được", "can be repaired"),
    "keep": ("chỉ giữ được", "can only be kept"),
    "next": ("hồ sơ sắp tới", "dossiers to come"),
}

ADVICE: Final = {
    "received_synced": ("Đồng bộ hồ sơ lên Cổng DVCQG", "Send dossiers to the national portal"),
    "on_time": ("Giải quyết hồ sơ đang mở trước hạn", "Finish open dossiers before they are due"),
    "online_services": (
        "Hướng dẫn nộp trực tuyến ở dịch vụ chưa có hồ sơ",
        "Help people use services that have no dossier yet",
    ),
    "received_online": ("Hướng dẫn người dân nộp trực tuyến", "Help people submit online"),
    "fee_procedures_seen": (
        "Nhập phí, lệ phí cho thủ tục có nghĩa vụ tài chính",
        "Enter fees of procedures that have one",
    ),
    "fee_procedures_paid": (
        "Có giao dịch trực tuyến ở mỗi thủ tục có phí",
        "Have an online payment in every fee procedure",
    ),
    "fee_paid": ("Hướng dẫn thanh toán trực tuyến", "Help people pay online"),
    "result_available": ("Cấp kết quả điện tử", "Issue electronic results"),
    "digitized": ("Số hóa thành phần hồ sơ và kết quả", "Digitise papers and results"),
    "reused": ("Tái sử dụng dữ liệu đã số hóa", "Reuse digitised data"),
    "personal_store": ("Lấy giấy tờ từ kho dữ liệu cá nhân", "Take papers from the personal store"),
    "citizen_data": ("Khai thác dữ liệu dân cư, VNeID", "Use population data, VNeID"),
    "citizen_procedures_connected": (
        "Kết nối dữ liệu dân cư ở thủ tục chưa kết nối",
        "Connect procedures to population data",
    ),
    "certified_copy": ("Cung cấp chứng thực bản sao điện tử", "Provide electronic certified copies"),
    "petitions_on_time": ("Trả lời phản ánh, kiến nghị trước hạn", "Answer petitions in time"),
    "petitions_satisfied": (
        "Trả lời phản ánh, kiến nghị đúng hạn và đến nơi đến chốn",
        "Answer petitions in time, and to the point",
    ),
    "satisfied": (
        "Không để hồ sơ trễ, bị phản ánh hay đánh giá kém",
        "Avoid late and complained-about dossiers",
    ),
}

CAUSES: Final = {
    "clock": ("đến hạn mà chưa xong", "a due date passed"),
    "reference": ("danh mục thay đổi", "reference data changed"),
    "dossier.submitted": ("nộp hồ sơ", "submitted"),
    "dossier.received": ("tiếp nhận", "received"),
    "dossier.recorded": ("đồng bộ bản ghi hồ sơ", "record synchronised"),
    "dossier.progressed": ("cập nhật tiến độ", "progress reported"),
    "dossier.resolved": ("giải quyết xong", "resolved"),
    "dossier.returned": ("trả kết quả", "result handed over"),
    "dossier.refused": ("từ chối", "refused"),
    "dossier.withdrawn": ("rút hồ sơ", "withdrawn"),
    "dossier.stopped": ("dừng xử lý", "stopped"),
    "dossier.transferred": ("chuyển đơn vị", "transferred"),
    "dossier.supplement_requested": ("yêu cầu bổ sung", "supplement requested"),
    "dossier.supplement_completed": ("đã bổ sung", "supplement completed"),
    "dossier.rescheduled": ("xin lỗi và hẹn lại", "rescheduled with an apology"),
    "dossier.paid": ("thanh toán", "paid"),
    "dossier.digitized": ("số hóa", "digitised"),
    "dossier.identity_verified": ("xác thực định danh", "identity verified"),
    "dossier.database_consulted": ("khai thác cơ sở dữ liệu", "database consulted"),
    "dossier.rated": ("người dân đánh giá", "rated by the citizen"),
    "dossier.synced": ("đồng bộ lên Cổng DVCQG", "accepted by the national portal"),
    "dossier.corrected": ("đính chính", "corrected"),
    "dossier.obligation_requested": ("yêu cầu nghĩa vụ tài chính", "payment requested"),
    "component.attached": ("thêm thành phần hồ sơ", "paper attached"),
    "component.removed": ("bỏ thành phần hồ sơ", "paper removed"),
    "result.issued": ("cấp kết quả", "result issued"),
    "petition.lodged": ("gửi phản ánh, kiến nghị", "petition lodged"),
    "petition.received": ("tiếp nhận phản ánh, kiến nghị", "petition received"),
    "petition.answered": ("trả lời phản ánh, kiến nghị", "petition answered"),
    "petition.published": ("công khai trả lời", "answer published"),
    "petition.rated": ("đánh giá trả lời", "answer rated"),
    "petition.repeated": ("phản ánh lại", "raised again"),
    "petition.refused": ("từ chối phản ánh, kiến nghị", "petition refused"),
    "petition.returned": ("trả lại phản ánh, kiến nghị", "petition sent back"),
    "petition.transferred": ("chuyển phản ánh, kiến nghị", "petition transferred"),
    "petition.supplement_requested": ("yêu cầu bổ sung phản ánh", "petition supplement requested"),
}


def how(code: str, language: str = "vi") -> str:
    """Return how points of a kind are gained; `language` is vi or en."""
    return _of(HOW, code, language)


def advice(counter: str, language: str = "vi") -> str:
    """Return what to do for a counter; its name if nothing is known to do."""
    return _of(ADVICE, counter, language)


def cause(code: str, language: str = "vi") -> str:
    """Return what happened; the code of an event that has no words here."""
    return _of(CAUSES, code, language)


def indicators_of(index: IndexVersion | None) -> dict[str, Indicator]:
    """Return the indicators of a version by code."""
    return {} if index is None else {one.code: one for _, one in index.indicators()}


def _of(words: dict[str, tuple[str, str]], code: str, language: str) -> str:
    both = words.get(code)
    return code if both is None else both[language == "en"]
