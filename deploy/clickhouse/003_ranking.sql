-- Scores as readers see them, and their ranking.

CREATE VIEW IF NOT EXISTS scores
(
    formula          LowCardinality(String) COMMENT 'Version of the index',
    period           String                 COMMENT 'Key of the period',
    unit_code        String                 COMMENT 'Code of the unit',
    period_kind      LowCardinality(String) COMMENT 'month, quarter, year, R7 or R30',
    period_start     Date32                 COMMENT 'First local day of the period',
    period_end       Date32                 COMMENT 'Last local day of the period',
    previous_period  String                 COMMENT 'Key of the period of the same kind before this one',
    level            LowCardinality(String) COMMENT 'province, department, district or commune',
    unit_name        String                 COMMENT 'Name of the unit in the period',
    parent_code      String                 COMMENT 'Code of the unit above',
    total            Nullable(Decimal(5, 2)) COMMENT 'Points of 100; null if a group is missing',
    maximum          Decimal(5, 2)          COMMENT 'Most points the index version gives',
    grade            LowCardinality(String) COMMENT 'Code of the grade, empty without a total',
    groups           Map(LowCardinality(String), Decimal(5, 2)) COMMENT 'Points by group code',
    group_maxima     Map(LowCardinality(String), Decimal(5, 2)) COMMENT 'Most points by group code',
    final            UInt8                  COMMENT '1 once the period is closed',
    as_of            DateTime64(3, 'UTC')   COMMENT 'Moment the score is of'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    formula, period, unit_code, period_kind, period_start, period_end, previous_period, level, unit_name, parent_code,
    total, maximum, grade, groups, group_maxima, final, as_of
FROM score_snapshots FINAL
COMMENT 'Current score of each unit and period';

-- Views that rank. Units are ranked among those of their level, by total, highest first; equal
-- totals share a rank and the next rank skips (1-2-2-4); a unit without a total has no rank. `position` is the order in
-- which to show units: by rank, equal ranks by name in Vietnamese order, units without a rank last.
-- Delta and movement compare with the period of the same kind before, under the same version of the index.

CREATE VIEW IF NOT EXISTS ranking
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
LEFT JOIN ranked AS before
    ON before.formula = unit.formula AND before.level = unit.level
    AND before.period = unit.previous_period AND before.unit_code = unit.unit_code
LEFT JOIN group_places
    ON group_places.formula = unit.formula AND group_places.level = unit.level
    AND group_places.period = unit.period AND group_places.unit_code = unit.unit_code
COMMENT 'Bảng xếp hạng: every unit of every period with its rank, as of now';

-- The same at any moment: the last row of each unit and period whose as_of is not after the given one. History keeps one
-- row per minute on the local day of that moment and one per local day before it.

CREATE VIEW IF NOT EXISTS scores_at
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT *
FROM
(
    SELECT * FROM score_days FINAL WHERE as_of <= {as_of:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT * FROM score_minutes FINAL
    WHERE minute >= toStartOfDay(toTimeZone({as_of:DateTime64(3, 'UTC')}, 'Asia/Ho_Chi_Minh'))
        AND as_of <= {as_of:DateTime64(3, 'UTC')}
)
ORDER BY version DESC
LIMIT 1 BY formula, period, unit_code
COMMENT 'Every score as it was at the moment as_of; ask with scores_at(as_of = ...)';

CREATE VIEW IF NOT EXISTS ranking_at
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS WITH
    current AS (SELECT * FROM scores_at(as_of = {as_of:DateTime64(3, 'UTC')})),
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
LEFT JOIN ranked AS before
    ON before.formula = unit.formula AND before.level = unit.level
    AND before.period = unit.previous_period AND before.unit_code = unit.unit_code
LEFT JOIN group_places
    ON group_places.formula = unit.formula AND group_places.level = unit.level
    AND group_places.period = unit.period AND group_places.unit_code = unit.unit_code
COMMENT 'The view ranking as it was at the moment as_of; ask with ranking_at(as_of = ...)';

CREATE VIEW IF NOT EXISTS ranking_history
(
    formula          LowCardinality(String) COMMENT 'Version of the index',
    level            LowCardinality(String) COMMENT 'province, department, district or commune; ranks hold within it',
    period           String                 COMMENT 'Key of the period',
    day              Date32                 COMMENT 'Local day at whose end the rank held; days on which no unit of the level changed are left out',
    rank             Nullable(UInt32)       COMMENT 'Competition rank 1-2-2-4; null without a total',
    unit_code        String                 COMMENT 'Code of the unit',
    unit_name        String                 COMMENT 'Name of the unit in the period',
    total            Nullable(Decimal(5, 2)) COMMENT 'Points of 100; null if a group is missing',
    grade            LowCardinality(String) COMMENT 'Code of the grade, empty without a total',
    groups           Map(LowCardinality(String), Decimal(5, 2)) COMMENT 'Points by group code',
    as_of            DateTime64(3, 'UTC')   COMMENT 'Moment the score is of; a unit that did not change keeps its last one'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS WITH
    kept AS (SELECT *, day FROM score_days FINAL),
    days AS (SELECT DISTINCT formula, level, period, day FROM kept),
    units AS (SELECT DISTINCT formula, level, period, unit_code FROM kept),
    grid AS
    (
        SELECT formula, level, period, day, unit_code
        FROM days
        INNER JOIN units USING (formula, level, period)
    )
SELECT
    grid.formula AS formula,
    grid.level AS level,
    grid.period AS period,
    grid.day AS day,
    if(total IS NULL, NULL, rank() OVER (PARTITION BY formula, level, period, day ORDER BY total DESC NULLS LAST)) AS rank,
    grid.unit_code AS unit_code,
    kept.unit_name AS unit_name,
    kept.total AS total,
    kept.grade AS grade,
    kept.groups AS groups,
    kept.as_of AS as_of
FROM grid
ASOF INNER JOIN kept
    ON kept.formula = grid.formula AND kept.level = grid.level AND kept.period = grid.period
    AND kept.unit_code = grid.unit_code AND kept.day <= grid.day
COMMENT 'Rank of every unit at the end of each local day';

CREATE VIEW IF NOT EXISTS group_ranking
(
    formula          LowCardinality(String) COMMENT 'Version of the index',
    level            LowCardinality(String) COMMENT 'province, department, district or commune; ranks hold within it',
    period           String                 COMMENT 'Key of the period',
    group_code       LowCardinality(String) COMMENT 'Code of the group, e.g. CKMB',
    rank             UInt32                 COMMENT 'Competition rank 1-2-2-4 by the points of the group',
    unit_code        String                 COMMENT 'Code of the unit',
    unit_name        String                 COMMENT 'Name of the unit in the period',
    score            Decimal(5, 2)          COMMENT 'Points of the group: sum of its rounded indicator scores',
    maximum          Decimal(5, 2)          COMMENT 'Most points of the group',
    as_of            DateTime64(3, 'UTC')   COMMENT 'Moment the score is of'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    formula, level, period, group_code,
    rank() OVER (PARTITION BY formula, level, period, group_code ORDER BY score DESC) AS rank,
    unit_code, unit_name, score, group_maxima[group_code] AS maximum, as_of
FROM score_snapshots FINAL
ARRAY JOIN mapKeys(groups) AS group_code, mapValues(groups) AS score
COMMENT 'Units ranked by each group of the index, as of now';
