-- Sums over the petitions of a unit and everything below it.
SELECT
    above AS unit,
    toInt64(sum(petitions)) AS petitions,
    toInt64(sum(petitions_on_time)) AS petitions_on_time,
    toInt64(sum(petitions_first)) AS petitions_first,
    toInt64(sum(petitions_satisfied)) AS petitions_satisfied
FROM ({judged}) AS judged
INNER JOIN tree ON tree.unit = judged.holder
GROUP BY above
