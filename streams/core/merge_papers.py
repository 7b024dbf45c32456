"""How events about papers, data, money, synchronisation and opinions join the state of a dossier.

Signature and conventions as in `merge_life`.
"""

from schemas.events.component import Component, ComponentAttached, ComponentRemoved, DossierDigitized
from schemas.events.dossier import DossierDatabaseConsulted, DossierIdentityVerified, DossierRated
from schemas.events.payment import DossierPaid, Fee, ObligationRequested
from schemas.events.petition import PetitionLodged
from schemas.events.result import Result, ResultIssued
from schemas.events.sync import DossierSynced
from streams.core.dossier_state import DIGITIZED, HAS_FILE, PERSONAL_STORE, PRESENT, REUSED, DossierState
from streams.core.instants import instant
from streams.core.registers import STATED, earliest, latest


def component_attached(state: DossierState, event: ComponentAttached, at: int, seq: int) -> None:
    """Join a paper the citizen attached."""
    _set_component(state, event.component_id, (at, seq, _bits(event)))


def component_removed(state: DossierState, event: ComponentRemoved, at: int, seq: int) -> None:
    """Join the removal of a paper: a register without bits."""
    _set_component(state, event.component_id, (at, seq, 0))


def set_component(state: DossierState, component: Component, at: int, seq: int) -> None:
    """Join a paper as a national record has it (TaiLieuNop, IsDeleted)."""
    _set_component(state, component.component_id, (at, seq, 0 if component.deleted else _bits(component)))


def digitized(state: DossierState, event: DossierDigitized, at: int, seq: int) -> None:
    """Join HoSoCoThanhPhanSoHoa."""
    set_digitized(state, event.has_digitized_component, at, seq)


def identity_verified(state: DossierState, event: DossierIdentityVerified, at: int, seq: int) -> None:
    """Join TaiKhoanDuocXacThucVoiVNeID."""
    set_vneid(state, event.vneid_verified, at, seq)


def database_consulted(
    state: DossierState,
    event: DossierDatabaseConsulted,
    at: int,  # noqa: ARG001
    seq: int,  # noqa: ARG001
) -> None:
    """A database once consulted stays consulted."""
    add_database(state, event.database_code)


def obligation_requested(state: DossierState, event: ObligationRequested, at: int, seq: int) -> None:
    """Join the list of fee lines, replaced as a whole."""
    set_fees(state, event.fees, at, seq)


def paid(state: DossierState, event: DossierPaid, at: int, seq: int) -> None:
    """Join a payment; its kind counts from the moment of paying."""
    moment = instant(event.paid_at)
    state.paid = latest(state.paid, moment)
    if event.online_payment is not None:
        set_payment(state, event.online_payment, moment, at, seq)


def result_issued(state: DossierState, event: ResultIssued, at: int, seq: int) -> None:
    """Join an electronic result."""
    set_result(state, event, at, seq)


def synced(state: DossierState, event: DossierSynced, at: int, seq: int) -> None:  # noqa: ARG001
    """Only an accepted call brings the dossier to the national portal; the first one counts."""
    if event.accepted:
        state.synced = earliest(state.synced, instant(event.synced_at))


def rated(state: DossierState, event: DossierRated, at: int, seq: int) -> None:  # noqa: ARG001
    """Join the applicant's newest opinion."""
    rating = (instant(event.rated_at), seq, int(event.liked))
    if state.rating is None or rating > state.rating:
        state.rating = rating


def petition_lodged(state: DossierState, event: PetitionLodged, at: int, seq: int) -> None:  # noqa: ARG001
    """Join a petition about the dossier: its code and when it was first sent."""
    if state.petitions is None:
        state.petitions = {}
    code = event.petition_code
    state.petitions[code] = earliest(state.petitions.get(code), instant(event.sent_at))


def set_digitized(state: DossierState, flag: bool, at: int, seq: int) -> None:
    """Join whether any paper was digitized."""
    register = (STATED, at, seq, int(flag))
    if state.digitized is None or register > state.digitized:
        state.digitized = register


def set_vneid(state: DossierState, flag: bool, at: int, seq: int) -> None:
    """Join whether the applicant's account was verified."""
    register = (STATED, at, seq, int(flag))
    if state.vneid is None or register > state.vneid:
        state.vneid = register


def add_database(state: DossierState, code: str) -> None:
    """Join a consulted database."""
    if state.databases is None:
        state.databases = {code}
    else:
        state.databases.add(code)


def set_fees(state: DossierState, fees: tuple[Fee, ...], at: int, seq: int) -> None:
    """Join a whole list of fee lines; only the amounts (VND) are kept."""
    register = (STATED, at, seq, tuple(fee.amount for fee in fees))
    if state.fees is None or register > state.fees:
        state.fees = register


def set_payment(state: DossierState, kind: int, paid_at: int, at: int, seq: int) -> None:
    """Join DuocThanhToanTrucTuyen; `paid_at` is `NO_TIME` where the source gives no date."""
    register = (STATED, at, seq, kind, paid_at)
    if state.payment is None or register > state.payment:
        state.payment = register


def set_result(state: DossierState, result: Result | ResultIssued, at: int, seq: int) -> None:
    """Join a result by its id."""
    if state.results is None:
        state.results = {}
    register = (at, seq, int(result.has_file))
    held = state.results.get(result.result_id)
    if held is None or register > held:
        state.results[result.result_id] = register


def _bits(component: Component | ComponentAttached) -> int:
    return (
        PRESENT
        | HAS_FILE * component.has_file
        | DIGITIZED * component.digitized
        | REUSED * component.reused
        | PERSONAL_STORE * component.from_personal_store
    )


def _set_component(state: DossierState, code: str, register: tuple[int, int, int]) -> None:
    if state.components is None:
        state.components = {code: register}
        return
    held = state.components.get(code)
    if held is None or register > held:
        state.components[code] = register
