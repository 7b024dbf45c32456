-- Alerts: every change of every alert, and the newest of each. Written from the topic of alerts, so a row may be written
-- twice and is then the same. The table of the newest is filled by a view that only copies.

CREATE TABLE IF NOT EXISTS alert_changes
(
    alert_id           String                             COMMENT 'Identity of the alert: BLAKE2b of kind, subject and deadline, hexadecimal',
    seq                UInt32                             COMMENT 'Number of the change in the life of the alert, from 1',
    kind               LowCardinality(String)             COMMENT 'What it is about, e.g. dossier_late',
    severity           LowCardinality(String)             COMMENT 'info, warning, serious or critical; only critical rings at night',
    change             LowCardinality(String)             COMMENT 'raised, escalated, acknowledged, snoozed or resolved',
    unit_code          LowCardinality(String)             COMMENT 'Unit that owns the alert',
    told_units         Array(LowCardinality(String))      COMMENT 'Units that the step of the ladder addresses',
    level              UInt8                              COMMENT 'Step of the ladder: 0 the unit, 1 the unit above, 2 the province',
    dossier_code       String                             COMMENT 'Dossier it is about, empty if none',
    petition_code      String                             COMMENT 'Petition it is about, empty if none',
    procedure_code     String                             COMMENT 'Procedure of the dossier, empty if none',
    stage_id           String                             COMMENT 'Stage it is about, empty if none',
    subject            String                             COMMENT 'What else it is about: a limit, a group, a period, a source; empty if nothing',
    due_at             Nullable(DateTime64(3, 'UTC'))     COMMENT 'The deadline',
    computed           UInt8                              COMMENT '1 if the deadline was computed because no source sent it',
    raised_at          DateTime64(3, 'UTC')               COMMENT 'Moment at which it had to be raised, whenever it was found',
    changed_at         DateTime64(3, 'UTC')               COMMENT 'Moment of the change, likewise',
    ring_at            DateTime64(3, 'UTC')               COMMENT 'When to disturb people: in working hours unless critical',
    until              Nullable(DateTime64(3, 'UTC'))     COMMENT 'End of a snooze',
    acted_by           String                             COMMENT 'Who acknowledged or snoozed (an account or a role), empty if nobody',
    silent             UInt8                              COMMENT '1 for history: stored and never notified',
    as_of              DateTime64(3, 'UTC')               COMMENT 'How far the clock was that found the change',
    figures            Map(LowCardinality(String), Int64) COMMENT 'Figures of the alert, e.g. minutes_late in working time',
    version            UInt64                             COMMENT 'seq << 42 | as_of in ms; the highest wins',
    inserted_at        DateTime('UTC') DEFAULT now()      COMMENT 'When the row was written, by the clock of the server'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (alert_id, seq)
COMMENT 'Every change of every alert (lịch sử cảnh báo); read through alert_history';

CREATE TABLE IF NOT EXISTS alerts AS alert_changes
ENGINE = ReplacingMergeTree(version)
ORDER BY (alert_id)
COMMENT 'The newest change of each alert; read through alerts_view and open_alerts';

CREATE MATERIALIZED VIEW IF NOT EXISTS alert_changes_to_alerts TO alerts
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT * FROM alert_changes
COMMENT 'Copies every change to the newest of its alert';

CREATE VIEW IF NOT EXISTS alert_history
(
    alert_id           String                             COMMENT 'Identity of the alert: BLAKE2b of kind, subject and deadline, hexadecimal',
    seq                UInt32                             COMMENT 'Number of the change in the life of the alert, from 1',
    kind               LowCardinality(String)             COMMENT 'What it is about, e.g. dossier_late',
    severity           LowCardinality(String)             COMMENT 'info, warning, serious or critical; only critical rings at night',
    change             LowCardinality(String)             COMMENT 'raised, escalated, acknowledged, snoozed or resolved',
    unit_code          LowCardinality(String)             COMMENT 'Unit that owns the alert',
    told_units         Array(LowCardinality(String))      COMMENT 'Units that the step of the ladder addresses',
    level              UInt8                              COMMENT 'Step of the ladder: 0 the unit, 1 the unit above, 2 the province',
    dossier_code       String                             COMMENT 'Dossier it is about, empty if none',
    petition_code      String                             COMMENT 'Petition it is about, empty if none',
    procedure_code     String                             COMMENT 'Procedure of the dossier, empty if none',
    stage_id           String                             COMMENT 'Stage it is about, empty if none',
    subject            String                             COMMENT 'What else it is about: a limit, a group, a period, a source; empty if nothing',
    due_at             Nullable(DateTime64(3, 'UTC'))     COMMENT 'The deadline',
    computed           UInt8                              COMMENT '1 if the deadline was computed because no source sent it',
    raised_at          DateTime64(3, 'UTC')               COMMENT 'Moment at which it had to be raised, whenever it was found',
    changed_at         DateTime64(3, 'UTC')               COMMENT 'Moment of the change, likewise',
    ring_at            DateTime64(3, 'UTC')               COMMENT 'When to disturb people: in working hours unless critical',
    until              Nullable(DateTime64(3, 'UTC'))     COMMENT 'End of a snooze',
    acted_by           String                             COMMENT 'Who acknowledged or snoozed (an account or a role), empty if nobody',
    silent             UInt8                              COMMENT '1 for history: stored and never notified',
    as_of              DateTime64(3, 'UTC')               COMMENT 'How far the clock was that found the change',
    figures            Map(LowCardinality(String), Int64) COMMENT 'Figures of the alert, e.g. minutes_late in working time'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    alert_id, seq, kind, severity, change, unit_code, told_units, level, dossier_code, petition_code,
    procedure_code, stage_id, subject, due_at, computed, raised_at, changed_at, ring_at, until, acted_by, silent,
    as_of, figures
FROM alert_changes FINAL
COMMENT 'Every change of every alert, each once';

CREATE VIEW IF NOT EXISTS alerts_view
(
    alert_id           String                             COMMENT 'Identity of the alert: BLAKE2b of kind, subject and deadline, hexadecimal',
    seq                UInt32                             COMMENT 'Number of the change in the life of the alert, from 1',
    kind               LowCardinality(String)             COMMENT 'What it is about, e.g. dossier_late',
    severity           LowCardinality(String)             COMMENT 'info, warning, serious or critical; only critical rings at night',
    change             LowCardinality(String)             COMMENT 'raised, escalated, acknowledged, snoozed or resolved',
    unit_code          LowCardinality(String)             COMMENT 'Unit that owns the alert',
    told_units         Array(LowCardinality(String))      COMMENT 'Units that the step of the ladder addresses',
    level              UInt8                              COMMENT 'Step of the ladder: 0 the unit, 1 the unit above, 2 the province',
    dossier_code       String                             COMMENT 'Dossier it is about, empty if none',
    petition_code      String                             COMMENT 'Petition it is about, empty if none',
    procedure_code     String                             COMMENT 'Procedure of the dossier, empty if none',
    stage_id           String                             COMMENT 'Stage it is about, empty if none',
    subject            String                             COMMENT 'What else it is about: a limit, a group, a period, a source; empty if nothing',
    due_at             Nullable(DateTime64(3, 'UTC'))     COMMENT 'The deadline',
    computed           UInt8                              COMMENT '1 if the deadline was computed because no source sent it',
    raised_at          DateTime64(3, 'UTC')               COMMENT 'Moment at which it had to be raised, whenever it was found',
    changed_at         DateTime64(3, 'UTC')               COMMENT 'Moment of the change, likewise',
    ring_at            DateTime64(3, 'UTC')               COMMENT 'When to disturb people: in working hours unless critical',
    until              Nullable(DateTime64(3, 'UTC'))     COMMENT 'End of a snooze',
    acted_by           String                             COMMENT 'Who acknowledged or snoozed (an account or a role), empty if nobody',
    silent             UInt8                              COMMENT '1 for history: stored and never notified',
    as_of              DateTime64(3, 'UTC')               COMMENT 'How far the clock was that found the change',
    figures            Map(LowCardinality(String), Int64) COMMENT 'Figures of the alert, e.g. minutes_late in working time',
    status             LowCardinality(String)             COMMENT 'raised, acknowledged, snoozed or resolved'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    alert_id, seq, kind, severity, change, unit_code, told_units, level, dossier_code, petition_code,
    procedure_code, stage_id, subject, due_at, computed, raised_at, changed_at, ring_at, until, acted_by, silent,
    as_of, figures,
    if(change = 'escalated', 'raised', change) AS status
FROM alerts FINAL
COMMENT 'Every alert as it is now';

CREATE VIEW IF NOT EXISTS open_alerts
(
    alert_id           String                             COMMENT 'Identity of the alert: BLAKE2b of kind, subject and deadline, hexadecimal',
    seq                UInt32                             COMMENT 'Number of the change in the life of the alert, from 1',
    kind               LowCardinality(String)             COMMENT 'What it is about, e.g. dossier_late',
    severity           LowCardinality(String)             COMMENT 'info, warning, serious or critical; only critical rings at night',
    change             LowCardinality(String)             COMMENT 'raised, escalated, acknowledged, snoozed or resolved',
    unit_code          LowCardinality(String)             COMMENT 'Unit that owns the alert',
    told_units         Array(LowCardinality(String))      COMMENT 'Units that the step of the ladder addresses',
    level              UInt8                              COMMENT 'Step of the ladder: 0 the unit, 1 the unit above, 2 the province',
    dossier_code       String                             COMMENT 'Dossier it is about, empty if none',
    petition_code      String                             COMMENT 'Petition it is about, empty if none',
    procedure_code     String                             COMMENT 'Procedure of the dossier, empty if none',
    stage_id           String                             COMMENT 'Stage it is about, empty if none',
    subject            String                             COMMENT 'What else it is about: a limit, a group, a period, a source; empty if nothing',
    due_at             Nullable(DateTime64(3, 'UTC'))     COMMENT 'The deadline',
    computed           UInt8                              COMMENT '1 if the deadline was computed because no source sent it',
    raised_at          DateTime64(3, 'UTC')               COMMENT 'Moment at which it had to be raised, whenever it was found',
    changed_at         DateTime64(3, 'UTC')               COMMENT 'Moment of the change, likewise',
    ring_at            DateTime64(3, 'UTC')               COMMENT 'When to disturb people: in working hours unless critical',
    until              Nullable(DateTime64(3, 'UTC'))     COMMENT 'End of a snooze',
    acted_by           String                             COMMENT 'Who acknowledged or snoozed (an account or a role), empty if nobody',
    silent             UInt8                              COMMENT '1 for history: stored and never notified',
    as_of              DateTime64(3, 'UTC')               COMMENT 'How far the clock was that found the change',
    figures            Map(LowCardinality(String), Int64) COMMENT 'Figures of the alert, e.g. minutes_late in working time',
    status             LowCardinality(String)             COMMENT 'raised, acknowledged, snoozed or resolved'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    alert_id, seq, kind, severity, change, unit_code, told_units, level, dossier_code, petition_code,
    procedure_code, stage_id, subject, due_at, computed, raised_at, changed_at, ring_at, until, acted_by, silent,
    as_of, figures,
    if(change = 'escalated', 'raised', change) AS status
FROM alerts FINAL
WHERE change != 'resolved'
COMMENT 'Alerts that are not resolved, acknowledged and snoozed ones included';

CREATE VIEW IF NOT EXISTS deadlines
(
    state              LowCardinality(String)             COMMENT 'due_tomorrow, due_today, late, stage_soon, stage_late, petition_due, petition_late, supplement_unanswered, resolved_not_synced',
    alert_id           String                             COMMENT 'Identity of the alert: BLAKE2b of kind, subject and deadline, hexadecimal',
    unit_code          LowCardinality(String)             COMMENT 'Unit that owns the alert',
    level              UInt8                              COMMENT 'Step of the ladder: 0 the unit, 1 the unit above, 2 the province',
    dossier_code       String                             COMMENT 'Dossier it is about, empty if none',
    petition_code      String                             COMMENT 'Petition it is about, empty if none',
    procedure_code     String                             COMMENT 'Procedure of the dossier, empty if none',
    stage_id           String                             COMMENT 'Stage it is about, empty if none',
    subject            String                             COMMENT 'What else it is about: a limit, a group, a period, a source; empty if nothing',
    due_at             Nullable(DateTime64(3, 'UTC'))     COMMENT 'The deadline',
    computed           UInt8                              COMMENT '1 if the deadline was computed because no source sent it'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    multiIf(
        kind IN ('dossier_late', 'dossier_late_again', 'second_supplement'), 'late',
        kind = 'dossier_due_today', 'due_today',
        kind = 'dossier_due_tomorrow', 'due_tomorrow',
        kind = 'stage_80_percent', 'stage_soon',
        kind
    ) AS state,
    alert_id, unit_code, level, dossier_code, petition_code, procedure_code, stage_id, subject, due_at,
    computed
FROM alerts FINAL
WHERE change != 'resolved' AND (dossier_code != '' OR petition_code != '')
COMMENT 'Dossiers, stages and petitions whose deadline is near or past now; working days are those of the calendar';

CREATE VIEW IF NOT EXISTS deadline_counts
(
    unit_code          LowCardinality(String)             COMMENT 'Unit that holds them',
    state              LowCardinality(String)             COMMENT 'As in deadlines',
    stage_id           String                             COMMENT 'Stage, for states of stages; else empty',
    dossiers           UInt64                             COMMENT 'How many dossiers or petitions'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT unit_code, state, stage_id, uniqExact(dossier_code, petition_code) AS dossiers
FROM deadlines
GROUP BY unit_code, state, stage_id
COMMENT 'How many deadlines are near or past, by unit, state and stage';
