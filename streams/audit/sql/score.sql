-- From the figures of every unit to ratios, points, group scores, totals and grades (index-766, sections 2, 3 and 6). Points and ratios
-- are hundredths, rounded half up from the exact fraction; a group is the sum of its rounded indicators, the total of the groups.
WITH
    toInt32(intDiv(toInt64(%(start)s) + 25200000, 86400000)) AS first_number,
    toInt32(intDiv(toInt64(%(end)s) + 25200000, 86400000)) - 1 AS last_number,
    addDays(toDate32('1970-01-01'), first_number) AS first_day,
    addDays(toDate32('1970-01-01'), last_number) AS last_day,
    -- The reporting system knows months, quarters and years; `parts` of such a period make a year.
    multiIf(
        toStartOfMonth(first_day) = first_day AND toLastDayOfMonth(first_day) = last_day, (formatDateTime(first_day, '%%Y-%%m'), 12),
        toStartOfQuarter(first_day) = first_day AND addDays(addMonths(first_day, 3), -1) = last_day, (concat(toString(toYear(first_day)), '-Q', toString(toQuarter(first_day))), 4),
        toStartOfYear(first_day) = first_day AND addDays(addMonths(first_day, 12), -1) = last_day, (toString(toYear(first_day)), 1),
        ('', 0)) AS reporting,
    units AS
    (
        SELECT
            tree.unit AS unit,
            any(tree.level) AS level,
            argMin(above, (above_level != 'province', if(above_level = 'province', steps, -steps))) AS province
        FROM tree
        WHERE exists
        GROUP BY tree.unit
    ),
    counted AS (SELECT unit, mapFromArrays(groupArray(name), groupArray(value)) AS figures FROM figures GROUP BY unit),
    reported AS
    (
        SELECT
            unit,
            sumIf(received, period = reporting.1) AS this_period,
            sumIf(received, period = toString(toYear(first_day) - 1)) AS year_before
        FROM ref_totals
        GROUP BY unit
    ),
    known AS
    (
        SELECT
            u.unit AS unit,
            u.level AS level,
            c.figures AS own,
            p.figures AS above,
            own['received'] AS received,
            if(reporting.2 = 0, received, greatest(received, r.this_period)) AS said,
            if(said = 0 AND reporting.2 > 0, intDiv(r.year_before + reporting.2 - 1, greatest(1, reporting.2)), said) AS expected,
            u.unit NOT IN (SELECT unit FROM ref_flags WHERE NOT certified_copy) AS certified_copy
        FROM units AS u
        LEFT JOIN counted AS c ON c.unit = u.unit
        LEFT JOIN counted AS p ON p.unit = u.province
        LEFT JOIN reported AS r ON r.unit = u.unit
    ),
    pairs AS
    (
        SELECT unit, level, certified_copy, pair.1 AS indicator, pair.2 AS n, pair.3 AS d, pair.4 AS n_above, pair.5 AS d_above
        FROM known
        ARRAY JOIN arrayMap(
            p -> (p.1, own[p.2], if(p.3 = 'expected', expected, own[p.3]), above[p.2], above[p.3]),
            [
                ('PUBLISH_ON_TIME', 'decided_on_time', 'decided'),
                ('PUBLIC_UPDATE_ON_TIME', 'published_on_time', 'publication_due'),
                ('PUBLIC_CONTENT_FULL', 'public_full', 'public'),
                ('DOSSIER_SYNC', 'received_synced', 'expected'),
                ('RESOLVED_ON_TIME', 'on_time', 'handled'),
                ('ONLINE_PROVIDED', 'online', 'authority'),
                ('ONLINE_SERVICE_USED', 'online_services', 'services'),
                ('ONLINE_SUBMITTED', 'received_online', 'received'),
                ('PAYMENT_FORMALITY_ENABLED', 'fee_procedures_seen', 'fee_procedures'),
                ('PAYMENT_FORMALITY_USED', 'fee_procedures_paid', 'fee_procedures'),
                ('PAYMENT_DOSSIER', 'fee_paid', 'fee_dossiers'),
                ('ORIGINAL_RESULT_AVAILABLE', 'result_available', 'handled'),
                ('SO_HOA_GIAY_TO_GIAI_QUYET', 'digitized', 'handled'),
                ('REUSED_DIGITIZED_DATA', 'reused', 'handled'),
                ('SYNCED_WITH_DVCQG_PERSONAL_STORAGE', 'personal_store', 'handled'),
                ('CITIZEN_DATA_CONNECTED_DOSSIER', 'citizen_data', 'handled'),
                ('CITIZEN_DATA_CONNECTED_FORMALITY', 'citizen_procedures_connected', 'citizen_procedures'),
                ('ELECTRONIC_CERTIFIED_COPY', '', ''),
                ('PETITION_PROCESSING_ON_TIME', 'petitions_on_time', 'petitions'),
                ('PETITION_HANDLING_SATISFACTION', 'petitions_satisfied', 'petitions_first'),
                ('DOSSIER_RECEIVING_SATISFACTION', 'satisfied', 'handled')
            ]) AS pair
    ),
    scored AS
    (
        SELECT
            p.unit AS unit,
            p.indicator AS indicator,
            i.group_code AS group_code,
            i.zero_rule = 'CONST' AS is_constant,
            if(is_constant, NULL, if(i.policy = 'INHERIT', p.n_above, p.n)) AS numerator,
            if(is_constant, NULL, if(i.policy = 'INHERIT', p.d_above, p.d)) AS denominator,
            10000 * toInt64(i.maximum) * ifNull(numerator, 0) AS top,
            i.target * ifNull(denominator, 0) AS bottom,
            multiIf(
                is_constant, if(p.certified_copy, 10000, 0),
                denominator > 0, intDiv(20000 * numerator + denominator, 2 * denominator),
                i.policy IN ('ZERO', 'AWARD_MAX') OR i.zero_rule = 'NULL', NULL,
                0) AS ratio,
            multiIf(
                is_constant, if(p.certified_copy, i.maximum, 0),
                i.policy = 'ZERO', 0,
                i.policy = 'AWARD_MAX', i.maximum,
                denominator > 0, least(i.maximum, intDiv(2 * top + bottom, 2 * greatest(bottom, 1))),
                i.zero_rule = 'FULL', i.maximum,
                i.zero_rule = 'NULL', NULL,
                0) AS score
        FROM pairs AS p
        INNER JOIN ref_index AS i ON i.indicator = p.indicator AND i.level = p.level
    ),
    summed AS
    (
        SELECT
            *,
            sum(ifNull(score, 0)) OVER (PARTITION BY unit, group_code) AS group_score,
            sum(ifNull(score, 0)) OVER (PARTITION BY unit) AS total
        FROM scored
    )
SELECT
    unit,
    indicator,
    group_code,
    toNullable(toInt64(numerator)) AS numerator,
    toNullable(toInt64(denominator)) AS denominator,
    toNullable(toInt64(ratio)) AS ratio,
    toNullable(toInt64(score)) AS score,
    toInt64(group_score) AS group_score,
    toInt64(total) AS total,
    arrayLast(g -> g.2 <= total, (SELECT arraySort(g -> g.2, groupArray((code, from_total))) FROM ref_grades)).1 AS grade
FROM summed
