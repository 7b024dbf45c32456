-- The petitions of a unit and everything below it that stand in a denominator and not in its numerator, and those in the
-- numerator that are not answered yet: the first few of each pair, unanswered ones first, oldest first.
SELECT
    pair.1 AS indicator,
    if(has(listed.counters, pair.2), 'at_risk', 'missed') AS reason,
    listed.code AS code,
    facts.dossier_code AS procedure_code,
    facts.unit_code AS unit_code,
    0 AS status,
    ifNull(facts.received_at, facts.sent_at) AS received_at,
    CAST(NULL, 'Nullable(DateTime64(3, \'UTC\'))') AS due_at,
    coalesce(facts.answered_at, facts.published_at, facts.refused_at, facts.returned_at) AS ended_at
FROM ({listed}) AS listed
INNER JOIN petition_facts AS facts ON facts.petition_code = listed.code
ARRAY JOIN %(pairs)s AS pair
WHERE has(listed.counters, pair.3)
    AND if(pair.4, has(listed.counters, pair.2) AND ended_at IS NULL, NOT has(listed.counters, pair.2))
ORDER BY indicator, ended_at IS NOT NULL, received_at, code
LIMIT %(most)s BY indicator, pair.4
