-- What the catalogue alone says of each unit (1.1 to 1.3, 3.1, and the denominators of 3.2, 3.5 and 4.5a): procedures and services
-- of the unit and everything below it, each once, as of the day of the cut-off. A procedure or service that names units applies to
-- these; one that names none, to every unit of its levels.
WITH
    days AS ({days}),
    toInt32(intDiv(toInt64(%(start)s) + 25200000, 86400000)) AS first_day,
    toInt32(intDiv(toInt64(%(end)s) + 25200000, 86400000)) - 1 AS last_day,
    toInt64(%(cutoff)s) AS at,
    toInt32(intDiv(at + 25200000, 86400000)) AS today,
    applied AS
    (
        SELECT DISTINCT 'procedure' AS kind, p.code AS code, tree.above AS unit
        FROM (SELECT code, arrayJoin(units) AS named FROM ref_procedures WHERE valid_from <= today AND (valid_to IS NULL OR valid_to >= today)) AS p
        INNER JOIN tree ON tree.unit = p.named
        WHERE tree.exists
        UNION DISTINCT
        SELECT DISTINCT 'procedure', p.code, tree.above
        FROM (SELECT code, arrayJoin(levels) AS level FROM ref_procedures WHERE empty(units) AND valid_from <= today AND (valid_to IS NULL OR valid_to >= today)) AS p
        INNER JOIN (SELECT DISTINCT above, level FROM tree WHERE exists) AS tree ON tree.level = p.level
        UNION DISTINCT
        SELECT DISTINCT 'service', s.code, tree.above
        FROM (SELECT code, arrayJoin(units) AS named FROM ref_services WHERE status IN ('public', 'pending_stop', 'testing') AND valid_from <= today AND (valid_to IS NULL OR valid_to >= today)) AS s
        INNER JOIN tree ON tree.unit = s.named
        WHERE tree.exists
        UNION DISTINCT
        SELECT DISTINCT 'service', s.code, tree.above
        FROM (SELECT code, arrayJoin(levels) AS level FROM ref_services WHERE empty(units) AND status IN ('public', 'pending_stop', 'testing') AND valid_from <= today AND (valid_to IS NULL OR valid_to >= today)) AS s
        INNER JOIN (SELECT DISTINCT above, level FROM tree WHERE exists) AS tree ON tree.level = s.level
    ),
    valid AS
    (
        SELECT code, has_fee, citizen_subject, service_level, public_status, seven_parts
        FROM ref_procedures
        WHERE valid_from <= today AND (valid_to IS NULL OR valid_to >= today)
    ),
    -- 1.1 and 1.2: a province's own decision has 5 working days, a ministry's 20 to be signed and 10 to be published.
    -- A decision's day begins at midnight, so n working days later is the n-th working day after it.
    latest AS
    (
        SELECT
            procedure, number, kind,
            argMax((decision_date, specific, effective, published), valid_from) AS said,
            said.1 AS signed_day,
            if(said.2 = 1, 5, 20) AS sign_days,
            if(said.2 = 1, 5, 10) AS publish_days,
            said.3 AS effective_day,
            said.4 AS published_at
        FROM ref_decisions
        GROUP BY procedure, number, kind
    ),
    dated AS
    (
        SELECT
            l.procedure AS procedure,
            l.signed_day >= first_day AND l.signed_day <= least(last_day, today) AS is_signed_here,
            ifNull(by_sign.day <= l.effective_day, 1) AS is_signed_on_time,
            (toInt64(by_publish.day) + 1) * 86400000 - 25200000 - 1 AS deadline,
            ifNull(l.published_at <= at, 0) AS is_published,
            deadline >= toInt64(%(start)s) AND deadline <= at AS is_due_here,
            is_published AND l.published_at >= toInt64(%(start)s) AND l.published_at < toInt64(%(end)s) AS is_published_here,
            is_published_here OR is_due_here OR (NOT is_published AND deadline <= at) AS concerns,
            is_published AND l.published_at <= deadline AS is_published_on_time
        FROM latest AS l
        LEFT JOIN days AS s ON s.day = l.signed_day
        LEFT JOIN (SELECT day, upto FROM days WHERE worked) AS by_sign ON by_sign.upto = s.upto + l.sign_days
        LEFT JOIN (SELECT day, upto FROM days WHERE worked) AS by_publish ON by_publish.upto = s.upto + l.publish_days
    ),
    decided AS
    (
        SELECT
            procedure,
            countIf(is_signed_here) > 0 AS is_named,
            countIf(is_signed_here AND NOT is_signed_on_time) = 0 AS is_named_on_time,
            countIf(concerns) > 0 AS is_due,
            countIf(concerns AND NOT ifNull(is_published_on_time, 0)) = 0 AS is_due_on_time
        FROM dated
        GROUP BY procedure
    )
SELECT
    a.unit AS unit,
    countIf(kind = 'procedure' AND v.public_status IN ('public', 'public_amended', 'repealed') AND d.is_named) AS decided,
    countIf(kind = 'procedure' AND v.public_status IN ('public', 'public_amended', 'repealed') AND d.is_named AND d.is_named_on_time) AS decided_on_time,
    countIf(kind = 'procedure' AND v.public_status IN ('public', 'public_amended', 'repealed') AND d.is_due) AS publication_due,
    countIf(kind = 'procedure' AND v.public_status IN ('public', 'public_amended', 'repealed') AND d.is_due AND d.is_due_on_time) AS published_on_time,
    countIf(kind = 'procedure' AND v.public_status IN ('public', 'public_amended')) AS public,
    countIf(kind = 'procedure' AND v.public_status IN ('public', 'public_amended') AND v.seven_parts) AS public_full,
    countIf(kind = 'procedure' AND v.public_status != 'repealed') AS authority,
    countIf(kind = 'procedure' AND v.public_status != 'repealed' AND v.service_level IN ('partial', 'full')) AS online,
    countIf(kind = 'procedure' AND v.public_status != 'repealed' AND v.has_fee) AS fee_procedures,
    countIf(kind = 'procedure' AND v.public_status != 'repealed' AND v.citizen_subject) AS citizen_procedures,
    countIf(kind = 'service') AS services
FROM applied AS a
LEFT JOIN valid AS v ON v.code = a.code
LEFT JOIN decided AS d ON d.procedure = a.code
GROUP BY a.unit
