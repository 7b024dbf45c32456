-- What the board asks besides the rankings: which rankings have changed, and each day's points.

CREATE VIEW IF NOT EXISTS score_arrivals
(
    formula          LowCardinality(String) COMMENT 'Version of the index',
    level            LowCardinality(String) COMMENT 'province, department, district or commune',
    period           String                 COMMENT 'Key of the period',
    second           DateTime('UTC')        COMMENT 'When rows were written, by the clock of the server',
    mark             UInt64                 COMMENT 'Differs whenever other rows of scores or indicators were written in that second'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    formula, level, period, inserted_at AS second, groupBitXor(sipHash64(grain, unit_code, version)) AS mark
FROM
(
    SELECT formula, level, period, inserted_at, 1 AS grain, unit_code, version FROM score_snapshots
    UNION ALL
    SELECT formula, level, period, inserted_at, 2 AS grain, unit_code, version FROM indicator_snapshots
)
GROUP BY formula, level, period, second
COMMENT 'Seconds in which scores or indicators of a ranking were written; what was replaced since may be gone';

CREATE VIEW IF NOT EXISTS score_daily
(
    formula          LowCardinality(String) COMMENT 'Version of the index',
    level            LowCardinality(String) COMMENT 'province, department, district or commune',
    period           String                 COMMENT 'Key of the period',
    period_kind      LowCardinality(String) COMMENT 'month, quarter, year, R7 or R30',
    period_end       Date32                 COMMENT 'Last local day of the period',
    day              Date32                 COMMENT 'Local day on which the unit changed',
    unit_code        String                 COMMENT 'Code of the unit',
    unit_name        String                 COMMENT 'Name of the unit in the period',
    total            Nullable(Decimal(5, 2)) COMMENT 'Points of 100 at the end of the day; null if a group is missing',
    groups           Map(LowCardinality(String), Decimal(5, 2)) COMMENT 'Points by group code',
    as_of            DateTime64(3, 'UTC')   COMMENT 'Moment the score is of'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT formula, level, period, period_kind, period_end, day, unit_code, unit_name, total, groups, as_of
FROM score_days FINAL
COMMENT 'Points of each unit at the end of each local day on which they changed; the trend lines of the board';
