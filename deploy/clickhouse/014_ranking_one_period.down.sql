CREATE OR REPLACE VIEW ranking
(
    formula          LowCardinality(String) COMMENT 'Version of the index',
    level            LowCardinality(String) COMMENT 'province, department, district or commune; ranks hold within it',
    period           String                 COMMENT 'Key of the period',
    period_kind      LowCardinality(String) COMMENT 'month, quarter, year, R7 or R30',
    period_start     Date32                 COMMENT 'First local day of the period',
    period_end       Date32                 COMMENT 'Last local day of the period',
    position         UInt32                 COMMENT 'Order in which to show units, no two equal: rank, then name (Vietnamese), then code',
    rank             Nullable(UInt32)       COMMENT 'Competition rank 1-2-2-4; null without a total',
    previous_rank    Nullable(UInt32)       COMMENT 'Rank in the previous period',
    rank_movement    Nullable(Int32)        COMMENT 'Places gained since the previous period; negative: lost; null if either rank is missing',
    unit_code        String                 COMMENT 'Code of the unit',
    unit_name        String                 COMMENT 'Name of the unit in the period',
    parent_code      String                 COMMENT 'Code of the unit above',
    total            Nullable(Decimal(5, 2)) COMMENT 'Points of 100; null if a group is missing',
    maximum          Decimal(5, 2)          COMMENT 'Most points the index version gives',
    grade            LowCardinality(String) COMMENT 'Code of the grade, empty without a total',
    previous_period  String                 COMMENT 'Key of the period compared with',
    previous_total   Nullable(Decimal(5, 2)) COMMENT 'Total in the previous period',
    score_delta      Nullable(Decimal(6, 2)) COMMENT 'total less previous_total; null if either is missing',
    groups           Map(LowCardinality(String), Decimal(5, 2)) COMMENT 'Points by group code',
    group_maxima     Map(LowCardinality(String), Decimal(5, 2)) COMMENT 'Most points by group code',
    group_ranks      Map(LowCardinality(String), UInt32) COMMENT 'Competition rank by group code',
    final            UInt8                  COMMENT '1 once the period is closed',
    as_of            DateTime64(3, 'UTC')   COMMENT 'Moment the score is of'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS WITH
    current AS (SELECT * FROM score_snapshots FINAL),
    ranked AS
    (
        SELECT
            *,
            if(total IS NULL, NULL, rank() OVER (PARTITION BY formula, level, period ORDER BY total DESC NULLS LAST)) AS place,
            row_number() OVER
            (
                PARTITION BY formula, level, period
                ORDER BY total DESC NULLS LAST, unit_name COLLATE 'vi', unit_code
            ) AS place_shown
        FROM current
    ),
    before AS
    (
        SELECT
            formula, level, next_period, unit_code, total,
            if(total IS NULL, NULL, rank() OVER (PARTITION BY formula, level, next_period ORDER BY total DESC NULLS LAST)) AS place
        FROM score_snapshots FINAL
    ),
    group_placed AS
    (
        SELECT
            formula, level, period, unit_code, group_code,
            rank() OVER (PARTITION BY formula, level, period, group_code ORDER BY score DESC) AS place
        FROM current
        ARRAY JOIN mapKeys(groups) AS group_code, mapValues(groups) AS score
    ),
    group_places AS
    (
        SELECT formula, level, period, unit_code, mapFromArrays(groupArray(group_code), groupArray(place)) AS places
        FROM group_placed
        GROUP BY formula, level, period, unit_code
    )
SELECT
    unit.formula AS formula,
    unit.level AS level,
    unit.period AS period,
    unit.period_kind AS period_kind,
    unit.period_start AS period_start,
    unit.period_end AS period_end,
    unit.place_shown AS position,
    unit.place AS rank,
    before.place AS previous_rank,
    toInt32(before.place) - toInt32(unit.place) AS rank_movement,
    unit.unit_code AS unit_code,
    unit.unit_name AS unit_name,
    unit.parent_code AS parent_code,
    unit.total AS total,
    unit.maximum AS maximum,
    unit.grade AS grade,
    unit.previous_period AS previous_period,
    before.total AS previous_total,
    unit.total - before.total AS score_delta,
    unit.groups AS groups,
    unit.group_maxima AS group_maxima,
    group_places.places AS group_ranks,
    unit.final AS final,
    unit.as_of AS as_of
FROM ranked AS unit
LEFT JOIN before
    ON before.formula = unit.formula AND before.level = unit.level
    AND before.next_period = unit.period AND before.unit_code = unit.unit_code
LEFT JOIN group_places
    ON group_places.formula = unit.formula AND group_places.level = unit.level
    AND group_places.period = unit.period AND group_places.unit_code = unit.unit_code
COMMENT 'Bảng xếp hạng: every unit of every period with its rank, as of now';
