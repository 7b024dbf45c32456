"""Papers of a dossier (thành phần hồ sơ): what the citizen attached, and what was digitized."""

from typing import Literal

from schemas.events.envelope import DossierEnvelope
from schemas.fields import Code, Document


class Component(Document):
    """One paper (giấy tờ). `deleted` takes it out of the set again; addresses of files are not carried."""

    component_id: Code
    deleted: bool = False
    has_file: bool = False
    digitized: bool = False
    reused: bool = False
    from_personal_store: bool = False


class ComponentAttached(DossierEnvelope):
    """Đính kèm giấy tờ."""

    type: Literal["component.attached"] = "component.attached"
    component_id: Code
    has_file: bool = False
    digitized: bool = False
    reused: bool = False
    from_personal_store: bool = False


class ComponentRemoved(DossierEnvelope):
    """Gỡ giấy tờ."""

    type: Literal["component.removed"] = "component.removed"
    component_id: Code


class DossierDigitized(DossierEnvelope):
    """Số hóa: whether the dossier has a digitized component."""

    type: Literal["dossier.digitized"] = "dossier.digitized"
    has_digitized_component: bool
