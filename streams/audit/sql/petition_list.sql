-- The counters that each petition of a unit and everything below it stands in.
SELECT
    petition_code AS code,
    arrayFilter((name, stands) -> stands,
        ['petitions', 'petitions_on_time', 'petitions_first', 'petitions_satisfied'],
        [petitions, petitions_on_time, petitions_first, petitions_satisfied]) AS counters
FROM ({judged}) AS judged
INNER JOIN tree ON tree.unit = judged.holder
WHERE tree.above = %(unit)s
