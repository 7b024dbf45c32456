-- 3.2: online services (public, waiting to stop, or testing) that had an online dossier, by unit and all above it; a dossier belongs to
-- every service of its procedure that its unit applies.
WITH
    toInt32(intDiv(toInt64(%(cutoff)s) + 25200000, 86400000)) AS today,
    used AS
    (
        SELECT DISTINCT procedure_code, holder FROM ({judged}) WHERE online
    ),
    offered AS
    (
        SELECT code, procedure, levels, units
        FROM ref_services
        ARRAY JOIN procedures AS procedure
        WHERE status IN ('public', 'pending_stop', 'testing') AND valid_from <= today AND (valid_to IS NULL OR valid_to >= today)
    )
SELECT tree.above AS unit, toInt64(uniqExact(offered.code)) AS online_services
FROM used
INNER JOIN offered ON offered.procedure = used.procedure_code
INNER JOIN tree ON tree.unit = used.holder
WHERE if(notEmpty(offered.units), has(offered.units, used.holder), has(offered.levels, tree.level))
GROUP BY tree.above
