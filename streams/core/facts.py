"""What is known of a dossier or a petition, as plain values for counting, overdue lists and stored rows.

Facts are derived from the state and never stored as a truth of their own. They hold the newest known values
whatever the cut-off is; whoever evaluates them compares their times with T. Times are epoch milliseconds UTC,
None if unknown.
"""

from typing import Final, NamedTuple

import msgspec

from streams.core.holdings import Holdings, holder

NEVER: Final = 1 << 62
ALWAYS: Final = -NEVER
"""Moment of an undated fact: it counts at every cut-off."""


class SupplementFact(NamedTuple):
    """One supplement round; `due_after` is a new due date the source set (NgayHenTraMoi)."""

    round_id: str
    requested_at: int | None
    completed_at: int | None
    due_before: int | None
    due_after: int | None


class RescheduleFact(NamedTuple):
    """One apology with a new due date (xin lỗi và hẹn lại ngày trả)."""

    apology_sent_at: int
    due_before: int | None
    due_after: int


class StageFact(NamedTuple):
    """One stage of handling (công đoạn)."""

    stage_id: str
    started_at: int | None
    due_at: int | None
    finished_at: int | None


class CountedDossier(msgspec.Struct, frozen=True, gc=False):
    """What of one dossier decides where it counts, and what follows from it for every period.

    `due_at` is the promised date (NgayHenTra), `due_stated_at` when it was last stated, `due_corrected`
    whether by a correction; `computed_due_at` follows from the procedure's maximum time and is set only where
    none is promised. `fees` are amounts in VND, None if no list was ever sent.

    `in_process` is false for a dossier that was never received or was withdrawn before reception. `began_at`
    is the reception of a dossier in process, else the submission; `ended_at` follows item 1 of the decision
    list of 2.1. A payment counts, if it is online, from `paid_online_at` (`ALWAYS` if undated, `NEVER` if not
    online). `unhappy_at` is the first complaint, or the last opinion if that is a dislike, whichever is
    earlier. `last_dated_at` is the newest of all times by which a contribution can change. `handled_bits` and
    `received_bits` are the counters that hold in every period in which the dossier is HANDLED or RECEIVED.
    """

    code: str
    offset: int
    procedure: str | None
    holdings: Holdings
    submitted_at: int | None
    received_at: int | None
    due_at: int | None
    due_stated_at: int
    due_corrected: bool
    original_due_at: int | None
    computed_due_at: int | None
    supplements: tuple[SupplementFact, ...]
    reschedules: tuple[RescheduleFact, ...]
    fees: tuple[int, ...] | None
    databases: tuple[str, ...]
    synced_at: int | None
    in_process: bool
    began_at: int | None
    ended_at: int | None
    paid_online_at: int
    unhappy_at: int
    last_dated_at: int
    handled_bits: int
    received_bits: int

    def holder(self, at: int) -> str:
        """Return the unit that handles the dossier at a moment."""
        return holder(self.holdings, at)

    @property
    def promised_at(self) -> int | None:
        """The due date before supplements and reschedulings: as promised, else computed, else None."""
        return self.computed_due_at if self.due_at is None else self.due_at

    @property
    def no_deadline(self) -> bool:
        """Whether a dossier in process has neither a due date nor a maximum time: on time, and flagged."""
        return self.in_process and self.promised_at is None and not self.supplements and not self.reschedules


class DossierFacts(CountedDossier, frozen=True, gc=False):
    """The facts of one dossier: what counts, and what only its row says.

    `online_payment` is the kind of payment. `digitized` and `reused` are the flags of 4.3 (HoSoCoThanhPhanSoHoa
    or DuocSoHoa; DuocTaiSuDung).
    """

    channel: int | None
    applicant_kind: int | None
    submitted_from: str | None
    refused_at: int | None
    finished_at: int | None
    returned_at: int | None
    withdrawn_at: int | None
    stopped_at: int | None
    return_form: int | None
    stages: tuple[StageFact, ...]
    online_payment: int | None
    paid_at: int | None
    has_result: bool
    has_component_file: bool
    digitized: bool
    reused: bool
    personal_store: bool
    vneid: bool
    rating: bool | None
    rated_at: int | None
    petitions: tuple[tuple[str, int], ...]
    status: int
    contradictions: tuple[str, ...]


class TransferFact(NamedTuple):
    """One transfer of a petition; by an agency it restarts the clock."""

    to_unit: str
    transferred_at: int
    by_agency: bool


class PetitionFacts(msgspec.Struct, frozen=True, gc=False):
    """The facts of one petition.

    `came_at` is when it reached the unit: the sending if direct, else the first transfer by an agency, or a
    reception before that. `began_at` is the first reception, else `came_at`. `ended_at` is the newest outcome
    (refused, sent back, answered, published), else a request for a supplement.
    """

    code: str
    offset: int
    dossier: str | None
    holdings: Holdings
    petition_class: str | None
    direct: bool
    sent_at: int | None
    transfers: tuple[TransferFact, ...]
    received_at: int | None
    supplement_requested_at: int | None
    refused_at: int | None
    returned_at: int | None
    answered_at: int | None
    published_at: int | None
    likes: int | None
    dislikes: int | None
    rated_at: int | None
    repeated_by: tuple[str, ...]
    repeated_at: int | None
    came_at: int | None
    began_at: int | None
    ended_at: int | None

    @property
    def procedure(self) -> str | None:
        """No procedure: presence counters are of dossiers."""
        return None

    def holder(self, at: int) -> str:
        """Return the unit that handles the petition at a moment."""
        return holder(self.holdings, at)
