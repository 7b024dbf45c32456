"""Electronic results (kết quả điện tử)."""

from typing import Literal

from schemas.events.envelope import DossierEnvelope
from schemas.fields import Code, Document


class Result(Document):
    """One electronic result; its address is not carried, only whether there is one."""

    result_id: Code
    has_file: bool = False


class ResultIssued(DossierEnvelope):
    """Cấp kết quả điện tử."""

    type: Literal["result.issued"] = "result.issued"
    result_id: Code
    has_file: bool = False
