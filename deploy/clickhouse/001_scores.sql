-- Scores of units. One row per (index version, period, unit); of two rows with one key the higher version is the truth.
-- The partition key is a function of the sorting key, so that all versions of a row meet in one partition.
-- History is filled by materialized views that only copy, into tables that replace: a retried insert changes nothing.

CREATE TABLE IF NOT EXISTS score_snapshots
(
    formula          LowCardinality(String) COMMENT 'Version of the index, e.g. portal-2026',
    period           String                 COMMENT 'Key of the period: 2024-03, 2024-Q1, 2024, R7@2024-03-31, R30@2024-03-31',
    unit_code        String                 COMMENT 'Code of the unit (madonvi)',
    period_kind      LowCardinality(String) COMMENT 'month, quarter, year, R7 or R30',
    period_start     Date32                 COMMENT 'First local day of the period (Asia/Ho_Chi_Minh)',
    period_end       Date32                 COMMENT 'Last local day of the period (Asia/Ho_Chi_Minh)',
    previous_period  String                 COMMENT 'Key of the period of the same kind before this one',
    level            LowCardinality(String) COMMENT 'province, department, district or commune; units are ranked within it',
    unit_name        String                 COMMENT 'Name of the unit in the period, Vietnamese',
    parent_code      String                 COMMENT 'Code of the unit above, empty for a province',
    total            Nullable(Decimal(5, 2)) COMMENT 'Points of 100: sum of the rounded group scores; null if a group is missing',
    maximum          Decimal(5, 2)          COMMENT 'Most points the index version gives',
    grade            LowCardinality(String) COMMENT 'Code of the grade (xếp loại) of the rounded total, empty without a total',
    groups           Map(LowCardinality(String), Decimal(5, 2)) COMMENT 'Points by group code, e.g. CKMB; a group that is missing is unknown, not 0',
    group_maxima     Map(LowCardinality(String), Decimal(5, 2)) COMMENT 'Most points by group code',
    final            UInt8                  COMMENT '1 once the period is closed: the row is never rewritten',
    as_of            DateTime64(3, 'UTC')   COMMENT 'Moment the score is of: clock of the stream, never running backwards',
    version          UInt128                COMMENT 'epoch << 112 | sum of partial offsets << 48 | as_of in ms; the highest wins',
    inserted_at      DateTime('UTC') DEFAULT now() COMMENT 'When the row was written, by the clock of the server',
    minute           DateTime('UTC') MATERIALIZED toStartOfMinute(as_of) COMMENT 'Minute that as_of falls in',
    day              Date32 MATERIALIZED toDate32(as_of, 'Asia/Ho_Chi_Minh') COMMENT 'Local day that as_of falls in (Asia/Ho_Chi_Minh)'
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(period_start)
ORDER BY (formula, period_start, period, unit_code)
COMMENT 'Current score of each unit and period; read through the views ranking and group_ranking';

CREATE TABLE IF NOT EXISTS score_minutes AS score_snapshots
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, formula, period, unit_code)
TTL inserted_at + INTERVAL 90 DAY
COMMENT 'Scores as they were, last of each minute, kept 90 days after insertion (a replayed past lives as long as the present)';

CREATE TABLE IF NOT EXISTS score_days AS score_snapshots
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(period_start)
ORDER BY (formula, period_start, period, unit_code, day)
COMMENT 'Scores as they were, last of each local day on which they were written, kept for ever';

CREATE MATERIALIZED VIEW IF NOT EXISTS score_snapshots_to_minutes TO score_minutes
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT * FROM score_snapshots
COMMENT 'Copies every score row to its minute';

CREATE MATERIALIZED VIEW IF NOT EXISTS score_snapshots_to_days TO score_days
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT * FROM score_snapshots
COMMENT 'Copies every score row to its local day';
