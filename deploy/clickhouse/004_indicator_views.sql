-- Views over the indicators that resolve versions.

CREATE VIEW IF NOT EXISTS indicator_detail
(
    formula          LowCardinality(String) COMMENT 'Version of the index',
    level            LowCardinality(String) COMMENT 'province, department, district or commune',
    period           String                 COMMENT 'Key of the period',
    unit_code        String                 COMMENT 'Code of the unit',
    group_code       LowCardinality(String) COMMENT 'Code of the group',
    indicator        LowCardinality(String) COMMENT 'Code of the indicator',
    numerator        Nullable(Int64)        COMMENT 'What counts; null where the index shows none',
    denominator      Nullable(Int64)        COMMENT 'Of how many; null where the index shows none',
    ratio            Nullable(Decimal(18, 2)) COMMENT 'Percent, two places half up',
    score            Nullable(Decimal(9, 2)) COMMENT 'Points; null (not 0) where the index says null',
    maximum          Decimal(9, 2)          COMMENT 'Most points of the indicator',
    lost             Decimal(9, 2)          COMMENT 'maximum less score',
    policy           LowCardinality(String) COMMENT 'Whose figures count at this level: OWN, INHERIT, ZERO or AWARD_MAX',
    final            UInt8                  COMMENT '1 once the period is closed',
    as_of            DateTime64(3, 'UTC')   COMMENT 'Moment the figures are of'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    formula, level, period, unit_code, group_code, indicator, numerator, denominator,
    CAST(toDecimal64(ratio_hundredths, 2) / 100, 'Nullable(Decimal(18, 2))') AS ratio,
    CAST(toDecimal64(score_hundredths, 2) / 100, 'Nullable(Decimal(9, 2))') AS score,
    CAST(toDecimal64(maximum_hundredths, 2) / 100, 'Decimal(9, 2)') AS maximum,
    maximum - ifNull(score, 0) AS lost,
    policy, final, as_of
FROM indicator_snapshots FINAL
ARRAY JOIN
    indicators AS indicator, group_codes AS group_code, numerators AS numerator, denominators AS denominator,
    ratios AS ratio_hundredths, scores AS score_hundredths, maxima AS maximum_hundredths, policies AS policy
COMMENT 'Each indicator of each unit and period, as of now';

CREATE VIEW IF NOT EXISTS indicator_detail_at
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    formula, level, period, unit_code, group_code, indicator, numerator, denominator,
    CAST(toDecimal64(ratio_hundredths, 2) / 100, 'Nullable(Decimal(18, 2))') AS ratio,
    CAST(toDecimal64(score_hundredths, 2) / 100, 'Nullable(Decimal(9, 2))') AS score,
    CAST(toDecimal64(maximum_hundredths, 2) / 100, 'Decimal(9, 2)') AS maximum,
    maximum - ifNull(score, 0) AS lost,
    policy, final, as_of
FROM
(
    SELECT * FROM
    (
        SELECT * FROM indicator_days FINAL WHERE as_of <= {as_of:DateTime64(3, 'UTC')}
        UNION ALL
        SELECT * FROM indicator_minutes FINAL
        WHERE minute >= toStartOfDay(toTimeZone({as_of:DateTime64(3, 'UTC')}, 'Asia/Ho_Chi_Minh'))
            AND as_of <= {as_of:DateTime64(3, 'UTC')}
    )
    ORDER BY version DESC
    LIMIT 1 BY formula, period, unit_code
)
ARRAY JOIN
    indicators AS indicator, group_codes AS group_code, numerators AS numerator, denominators AS denominator,
    ratios AS ratio_hundredths, scores AS score_hundredths, maxima AS maximum_hundredths, policies AS policy
COMMENT 'The view indicator_detail as it was at the moment as_of; ask with indicator_detail_at(as_of = ...)';

CREATE VIEW IF NOT EXISTS points_lost
(
    formula          LowCardinality(String) COMMENT 'Version of the index',
    level            LowCardinality(String) COMMENT 'province, department, district or commune',
    period           String                 COMMENT 'Key of the period',
    unit_code        String                 COMMENT 'Code of the unit',
    group_code       LowCardinality(String) COMMENT 'Code of the group',
    indicator        LowCardinality(String) COMMENT 'Code of the indicator',
    numerator        Nullable(Int64)        COMMENT 'What counts',
    denominator      Nullable(Int64)        COMMENT 'Of how many',
    missed           Nullable(Int64)        COMMENT 'denominator less numerator: dossiers, procedures or petitions that did not count',
    score            Nullable(Decimal(9, 2)) COMMENT 'Points; null where there was nothing to measure',
    maximum          Decimal(9, 2)          COMMENT 'Most points of the indicator',
    lost             Decimal(9, 2)          COMMENT 'maximum less score, above 0',
    place            UInt32                 COMMENT '1 is where the unit loses most in the period',
    as_of            DateTime64(3, 'UTC')   COMMENT 'Moment the figures are of'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    formula, level, period, unit_code, group_code, indicator,
    numerator, denominator, denominator - numerator AS missed, score, maximum, lost,
    row_number() OVER (PARTITION BY formula, level, period, unit_code ORDER BY lost DESC, indicator) AS place,
    as_of
FROM indicator_detail
WHERE lost > 0
COMMENT 'Where each unit loses points, worst first';
