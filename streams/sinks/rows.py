"""Rows of the ClickHouse tables, one NamedTuple per table, fields in the order of the table's columns.

Times are epoch milliseconds UTC (the driver takes them as they are for `DateTime64(3, 'UTC')`), dates are
local days (Asia/Ho_Chi_Minh), scores are decimals with two places. Every row is absolute and carries a
version (`streams.sinks.versions`): of two rows with one key the higher version is the truth, whichever came
last.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class ScoreKey(NamedTuple):
    """What identifies a score and its indicators: version of the index, period, unit."""

    formula: str
    period: str
    unit_code: str


class ScoreRow(NamedTuple):
    """Total and groups of one unit in one period, as of a moment (table `score_snapshots`)."""

    formula: str
    period: str
    unit_code: str
    period_kind: str
    period_start: date
    period_end: date
    previous_period: str
    level: str
    unit_name: str
    parent_code: str
    total: Decimal | None
    maximum: Decimal
    grade: str
    groups: Mapping[str, Decimal]
    group_maxima: Mapping[str, Decimal]
    final: int
    as_of: int
    version: int

    @property
    def key(self) -> ScoreKey:
        """What this row replaces."""
        return ScoreKey(self.formula, self.period, self.unit_code)


class IndicatorsRow(NamedTuple):
    """The indicators of one unit in one period, as of a moment (table `indicator_snapshots`), in parallel tuples.

    One row for all of them: a unit has some twenty, and they change together. `ratios` are hundredths of a percent,
    `scores` and `maxima` hundredths of a point; a score is null where the index says null and not zero.
    """

    formula: str
    period: str
    unit_code: str
    period_start: date
    level: str
    indicators: tuple[str, ...]
    group_codes: tuple[str, ...]
    numerators: tuple[int | None, ...]
    denominators: tuple[int | None, ...]
    ratios: tuple[int | None, ...]
    scores: tuple[int | None, ...]
    maxima: tuple[int, ...]
    policies: tuple[str, ...]
    final: int
    as_of: int
    version: int

    @property
    def key(self) -> ScoreKey:
        """What this row replaces."""
        return ScoreKey(self.formula, self.period, self.unit_code)


class DossierRow(NamedTuple):
    """What is known of one dossier (table `dossiers`): facts, from which contributions can be recomputed.

    Parallel arrays describe holdings (unit, since when), supplement rounds and reschedulings; a time that
    is not known is null. `fees` holds the amounts of the fee lines (VND); `fees_known` tells an empty list
    from none sent.
    """

    dossier_code: str
    procedure_code: str
    unit_code: str
    holding_units: tuple[str, ...]
    holding_since: tuple[int | None, ...]
    status: int
    channel: int | None
    applicant_kind: int | None
    submitted_from: str | None
    submitted_at: int | None
    received_at: int | None
    due_at: int | None
    due_stated_at: int | None
    due_corrected: int
    original_due_at: int | None
    computed_due_at: int | None
    refused_at: int | None
    finished_at: int | None
    returned_at: int | None
    withdrawn_at: int | None
    stopped_at: int | None
    return_form: int | None
    supplement_rounds: tuple[str, ...]
    supplement_requested_at: tuple[int | None, ...]
    supplement_completed_at: tuple[int | None, ...]
    supplement_due_before: tuple[int | None, ...]
    supplement_due_after: tuple[int | None, ...]
    reschedule_apology_at: tuple[int | None, ...]
    reschedule_due_before: tuple[int | None, ...]
    reschedule_due_after: tuple[int | None, ...]
    stages: tuple[str, ...]
    stage_started_at: tuple[int | None, ...]
    stage_due_at: tuple[int | None, ...]
    stage_finished_at: tuple[int | None, ...]
    online_payment: int | None
    paid_at: int | None
    paid_online_at: int | None
    fees_known: int
    fees: tuple[int, ...]
    has_result: int
    has_component_file: int
    digitized: int
    reused: int
    personal_store: int
    vneid_verified: int
    databases: tuple[str, ...]
    liked: int | None
    rated_at: int | None
    petition_codes: tuple[str, ...]
    petition_sent_at: tuple[int | None, ...]
    synced_at: int | None
    contradictions: tuple[str, ...]
    epoch: int
    source_partition: int
    source_offset: int
    version: int


class PetitionRow(NamedTuple):
    """What is known of one petition, phản ánh kiến nghị (table `petitions`); facts only, as `DossierRow`."""

    petition_code: str
    dossier_code: str
    unit_code: str
    holding_units: tuple[str, ...]
    holding_since: tuple[int | None, ...]
    petition_class: str
    direct: int
    sent_at: int | None
    transfer_units: tuple[str, ...]
    transferred_at: tuple[int, ...]
    transfer_by_agency: tuple[int, ...]
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
    epoch: int
    source_partition: int
    source_offset: int
    version: int


class ProgressRow(NamedTuple):
    """Every dossier and petition row of one source partition up to `offset` is in (table `sink_progress`)."""

    epoch: int
    topic: str
    source_partition: int
    source_offset: int


class ClockRow(NamedTuple):
    """Every score of the units of one partition up to `as_of` is in (table `score_progress`)."""

    epoch: int
    topic: str
    source_partition: int
    as_of: int


class ReferenceRow(NamedTuple):
    """What the reference topic last said of one entity (table `reference_records`): its record as it stands, JSON.

    A deleted entity keeps a row without a record. The version is that of `streams.sinks.versions.dossier_version`.
    """

    kind: str
    code: str
    deleted: int
    record: str
    epoch: int
    source_offset: int
    version: int


class EventBatch(NamedTuple):
    """Archived events of one source partition (table `events`), by column: place, arrival (ms), and bytes as they are.

    A row is a function of its place in the log (epoch, topic, partition, offset), so it needs no version.
    """

    epoch: int
    topic: str
    partition: int
    offsets: Sequence[int]
    appended_at: Sequence[int]
    events: Sequence[bytes]


class AlertRow(NamedTuple):
    """One change of one alert (table `alert_changes`), as it stands on its topic; codes that are none are empty."""

    alert_id: str
    seq: int
    kind: str
    severity: str
    change: str
    unit_code: str
    told_units: tuple[str, ...]
    level: int
    dossier_code: str
    petition_code: str
    procedure_code: str
    stage_id: str
    subject: str
    due_at: int | None
    computed: int
    raised_at: int
    changed_at: int
    ring_at: int
    until: int | None
    acted_by: str
    silent: int
    as_of: int
    figures: Mapping[str, int]
    version: int
