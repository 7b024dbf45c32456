"""Fees and charges (phí, lệ phí)."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.events.envelope import DossierEnvelope
from schemas.fields import MAX_ITEMS, Amount, Code, CollectedAtStep, Document, Instant, OnlinePayment


class Fee(Document):
    """One line of fees; a dossier whose every line is 0 owes nothing."""

    code: Code
    amount: Amount
    collected_at_step: CollectedAtStep | None = None


Fees = Annotated[tuple[Fee, ...], Field(max_length=MAX_ITEMS)]


class ObligationRequested(DossierEnvelope):
    """Yêu cầu thực hiện nghĩa vụ tài chính."""

    type: Literal["dossier.obligation_requested"] = "dossier.obligation_requested"
    fees: Fees


class DossierPaid(DossierEnvelope):
    """Nộp phí, lệ phí."""

    type: Literal["dossier.paid"] = "dossier.paid"
    amount: Amount | None = None
    online_payment: OnlinePayment | None = None
    paid_at: Instant
