-- The dossiers of a unit and everything below it that stand in a denominator and not in its numerator, and, for what can
-- only be kept, those in the numerator that are still open: the first few of each pair, open ones first, by due date.
SELECT
    pair.1 AS indicator,
    if(has(listed.counters, pair.2), 'at_risk', 'missed') AS reason,
    listed.code AS code,
    facts.procedure_code AS procedure_code,
    facts.unit_code AS unit_code,
    facts.status AS status,
    facts.received_at AS received_at,
    ifNull(facts.due_at, facts.computed_due_at) AS due_at,
    coalesce(facts.finished_at, facts.returned_at, facts.stopped_at, facts.refused_at, facts.withdrawn_at) AS ended_at
FROM ({listed}) AS listed
INNER JOIN dossier_facts AS facts ON facts.dossier_code = listed.code
ARRAY JOIN %(pairs)s AS pair
WHERE has(listed.counters, pair.3)
    AND if(pair.4, has(listed.counters, pair.2) AND ended_at IS NULL, NOT has(listed.counters, pair.2))
ORDER BY indicator, ended_at IS NOT NULL, due_at, code
LIMIT %(most)s BY indicator, pair.4
