"""Petitions (phản ánh, kiến nghị): lodged, passed on, answered, published, rated."""

from typing import Literal

from schemas.events.envelope import PetitionEnvelope
from schemas.fields import Code, Count, Instant


class PetitionLodged(PetitionEnvelope):
    """Gửi PAKN. `rule`: about a regulation; `staff`: about conduct. `direct`: sent straight to the unit."""

    type: Literal["petition.lodged"] = "petition.lodged"
    petition_class: Literal["rule", "staff", "other"]
    sent_at: Instant
    direct: bool


class PetitionTransferred(PetitionEnvelope):
    """Chuyển PAKN; `by_agency`: by the Government Office or another agency, which restarts the clock."""

    type: Literal["petition.transferred"] = "petition.transferred"
    from_unit: Code | None = None
    to_unit: Code
    transferred_at: Instant
    by_agency: bool


class PetitionReceived(PetitionEnvelope):
    """Tiếp nhận PAKN."""

    type: Literal["petition.received"] = "petition.received"
    received_at: Instant


class PetitionRefused(PetitionEnvelope):
    """Từ chối tiếp nhận PAKN."""

    type: Literal["petition.refused"] = "petition.refused"
    refused_at: Instant


class PetitionReturned(PetitionEnvelope):
    """Trả lại PAKN."""

    type: Literal["petition.returned"] = "petition.returned"
    returned_at: Instant


class PetitionSupplementRequested(PetitionEnvelope):
    """Yêu cầu bổ sung PAKN."""

    type: Literal["petition.supplement_requested"] = "petition.supplement_requested"
    requested_at: Instant


class PetitionAnswered(PetitionEnvelope):
    """Chờ công khai: answered, waiting for publication."""

    type: Literal["petition.answered"] = "petition.answered"
    answered_at: Instant


class PetitionPublished(PetitionEnvelope):
    """Công khai kết quả trả lời."""

    type: Literal["petition.published"] = "petition.published"
    published_at: Instant


class PetitionRated(PetitionEnvelope):
    """Đánh giá: the counts so far, absolute."""

    type: Literal["petition.rated"] = "petition.rated"
    likes: Count
    dislikes: Count


class PetitionRepeated(PetitionEnvelope):
    """Phản ánh lại: `petition_code` is the new petition; the state and the key are the earlier one's."""

    type: Literal["petition.repeated"] = "petition.repeated"
    earlier_petition_code: Code
