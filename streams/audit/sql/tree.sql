-- Each unit with itself and every unit above it, as the tree stood on the day of the cut-off (index-766, section 4: a unit
-- covers what is below it; dossier-events, section 8: a dossier keeps the unit it was handled under, so one that is closed
-- keeps its last place). `exists` tells whether the unit itself is there on that day.
WITH RECURSIVE
    toInt32(intDiv(toInt64(%(cutoff)s) + 25200000, 86400000)) AS today,
    placed AS
    (
        SELECT
            code,
            if(countIf(valid_from <= today) > 0,
                argMaxIf((parent, level), valid_from, valid_from <= today),
                argMin((parent, level), valid_from)) AS place,
            countIf(valid_from <= today AND (valid_to IS NULL OR valid_to >= today)) > 0 AS exists
        FROM ref_units
        GROUP BY code
    ),
    climbed AS
    (
        SELECT code AS unit, code AS above, 0 AS steps FROM placed
        UNION ALL
        SELECT climbed.unit, placed.place.1, climbed.steps + 1
        FROM climbed
        INNER JOIN placed ON placed.code = climbed.above
        WHERE placed.place.1 != '' AND climbed.steps < 8
    )
SELECT DISTINCT climbed.unit AS unit, above, steps, here.exists AS exists, here.place.2 AS level, there.place.2 AS above_level
FROM climbed
INNER JOIN placed AS here ON here.code = climbed.unit
INNER JOIN placed AS there ON there.code = climbed.above
ORDER BY unit, steps
