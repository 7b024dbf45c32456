-- Indicators of units, in the same three grains as the scores. One row holds all indicators of a unit in parallel arrays:
-- they change together, and a twentieth of the rows is written. Readers see one line per indicator through the views.

CREATE TABLE IF NOT EXISTS indicator_snapshots
(
    formula          LowCardinality(String) COMMENT 'Version of the index, e.g. portal-2026',
    period           String                 COMMENT 'Key of the period: 2024-03, 2024-Q1, 2024, R7@2024-03-31, R30@2024-03-31',
    unit_code        String                 COMMENT 'Code of the unit (madonvi)',
    period_start     Date32                 COMMENT 'First local day of the period (Asia/Ho_Chi_Minh)',
    level            LowCardinality(String) COMMENT 'province, department, district or commune',
    indicators       Array(LowCardinality(String)) COMMENT 'Codes of the indicators, e.g. RESOLVED_ON_TIME',
    group_codes      Array(LowCardinality(String)) COMMENT 'Code of the group that each indicator belongs to, e.g. TDGQ',
    numerators       Array(Nullable(Int64)) COMMENT 'What counts; null where the index shows none',
    denominators     Array(Nullable(Int64)) COMMENT 'Of how many; null where the index shows none',
    ratios           Array(Nullable(Int64)) COMMENT 'Hundredths of a percent, half up; null if there is nothing to measure and the index says null',
    scores           Array(Nullable(Int32)) COMMENT 'Hundredths of a point, half up; null (not 0) if there is nothing to measure and the index says null',
    maxima           Array(Int32)           COMMENT 'Most points of each indicator, in hundredths',
    policies         Array(LowCardinality(String)) COMMENT 'Whose figures count at this level: OWN, INHERIT, ZERO or AWARD_MAX',
    final            UInt8                  COMMENT '1 once the period is closed: the row is never rewritten',
    as_of            DateTime64(3, 'UTC')   COMMENT 'Moment the figures are of: clock of the stream, never running backwards',
    version          UInt128                COMMENT 'epoch << 112 | sum of partial offsets << 48 | as_of in ms; the highest wins',
    inserted_at      DateTime('UTC') DEFAULT now() COMMENT 'When the row was written, by the clock of the server',
    minute           DateTime('UTC') MATERIALIZED toStartOfMinute(as_of) COMMENT 'Minute that as_of falls in',
    day              Date32 MATERIALIZED toDate32(as_of, 'Asia/Ho_Chi_Minh') COMMENT 'Local day that as_of falls in (Asia/Ho_Chi_Minh)'
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(period_start)
ORDER BY (formula, period_start, period, unit_code)
COMMENT 'Current figures of the indicators of each unit and period; read through the views indicator_detail and points_lost';

CREATE TABLE IF NOT EXISTS indicator_minutes AS indicator_snapshots
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, formula, period, unit_code)
TTL inserted_at + INTERVAL 30 DAY
COMMENT 'Indicators as they were, last of each minute, kept 30 days after insertion';

CREATE TABLE IF NOT EXISTS indicator_days AS indicator_snapshots
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(period_start)
ORDER BY (formula, period_start, period, unit_code, day)
COMMENT 'Indicators as they were, last of each local day on which they were written, kept for ever';

CREATE MATERIALIZED VIEW IF NOT EXISTS indicator_snapshots_to_minutes TO indicator_minutes
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT * FROM indicator_snapshots
COMMENT 'Copies every indicator row to its minute';

CREATE MATERIALIZED VIEW IF NOT EXISTS indicator_snapshots_to_days TO indicator_days
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT * FROM indicator_snapshots
COMMENT 'Copies every indicator row to its local day';
