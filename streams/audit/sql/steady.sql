-- The dossiers of a unit and everything below it at two moments: those that stand in the same counters at both, counted by
-- holder, procedure and counters (`codes` is empty), and the codes of those that do not. What is in `touched` is left out.
SELECT
    was = now AS steady,
    if(steady, was[1].1, '') AS holder,
    if(steady, was[1].2, '') AS procedure_code,
    if(steady, was[1].3, []) AS counters,
    count() AS dossiers,
    if(steady, [], groupArray(code)) AS codes
FROM
(
    SELECT
        code,
        groupArrayIf((holder, procedure_code, counters), is_later = 0) AS was,
        groupArrayIf((holder, procedure_code, counters), is_later = 1) AS now
    FROM
    (
        SELECT 0 AS is_later, listed.* FROM ({listed}) AS listed
        UNION ALL
        SELECT 1 AS is_later, listed.* FROM ({listed_later}) AS listed
    )
    WHERE code NOT IN (SELECT code FROM touched)
    GROUP BY code
)
GROUP BY steady, holder, procedure_code, counters
