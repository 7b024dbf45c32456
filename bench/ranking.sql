INSERT INTO score_snapshots
    (formula, period, unit_code, period_kind, period_start, period_end, previous_period, level, unit_name, parent_code,
     total, maximum, grade, groups, group_maxima, final, as_of, version)
SELECT
    'portal-2026', %(period)s, concat('C', toString(number)), %(kind)s, %(start)s, %(end)s, %(previous)s, 'commune',
    concat('Xã ', toString(number)), concat('H', toString(number %% 34)),
    if(number %% 50 = 0, NULL, toDecimal32(40 + cityHash64(number, %(period)s) %% 6000 / 100, 2)), 100, 'GOOD',
    mapFromArrays(['CKMB', 'TDGQ', 'CLGQ', 'TTTT', 'MDSH', 'MDHL'],
        arrayMap(g -> toDecimal32(cityHash64(number, g, %(period)s) %% 1800 / 100, 2), range(6))),
    mapFromArrays(['CKMB', 'TDGQ', 'CLGQ', 'TTTT', 'MDSH', 'MDHL'], arrayMap(g -> toDecimal32(18, 2), range(6))),
    0, toDateTime64(concat(toString(%(end)s), ' 16:00:00'), 3, 'UTC'), 1
FROM numbers(%(units)s);
INSERT INTO indicator_days
    (formula, period, unit_code, period_start, level, indicators, group_codes, numerators, denominators, ratios, scores,
     maxima, policies, final, as_of, version)
SELECT
    'portal-2026', %(period)s, concat('C', toString(number)), %(start)s, 'commune',
    arrayMap(i -> concat('INDICATOR_', toString(i)), range(21)), arrayMap(i -> concat('G', toString(i %% 6)), range(21)),
    arrayMap(i -> toInt64(cityHash64(number, i, %(as_of)s) %% 1000), range(21)), arrayMap(i -> toInt64(1000), range(21)),
    arrayMap(i -> toInt64(cityHash64(number, i, %(as_of)s) %% 10000), range(21)),
    arrayMap(i -> toInt32(cityHash64(number, i, %(as_of)s) %% 500), range(21)), arrayMap(i -> toInt32(500), range(21)),
    arrayMap(i -> 'OWN', range(21)), 0, toDateTime64(%(as_of)s, 3, 'UTC'), 1
FROM numbers(%(units)s);
