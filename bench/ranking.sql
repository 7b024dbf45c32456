INSERT INTO score_snapshots
    (formula, period, unit_code, period_kind, period_start, period_end, previous_period, level, unit_name, parent_code,
     total, maximum, grade, groups, group_maxima, final, as_of, version)
SELECT
    'portal-2026', of.1, concat('C', toString(number)), of.2, toDate32(of.3), toDate32(of.4), of.5, 'commune',
    concat('Xã ', toString(number)), concat('H', toString(number %% 34)),
    if(number %% 50 = 0, NULL, toDecimal32(40 + cityHash64(number, of.1, %(version)s) %% 6000 / 100, 2)), 100, 'GOOD',
    mapFromArrays(['CKMB', 'TDGQ', 'CLGQ', 'TTTT', 'MDSH', 'MDHL'],
        arrayMap(g -> toDecimal32(cityHash64(number, g, of.1, %(version)s) %% 1800 / 100, 2), range(6))),
    mapFromArrays(['CKMB', 'TDGQ', 'CLGQ', 'TTTT', 'MDSH', 'MDHL'], arrayMap(g -> toDecimal32(18, 2), range(6))),
    0, toDateTime64(concat(of.4, ' 16:00:00'), 3, 'UTC'), %(version)s
FROM numbers(%(first)s, %(units)s)
ARRAY JOIN %(periods)s AS of;
INSERT INTO indicator_days
    (formula, period, unit_code, period_start, level, indicators, group_codes, numerators, denominators, ratios, scores,
     maxima, policies, final, as_of, version)
SELECT
    'portal-2026', %(period)s, concat('C', toString(number)), toDate32(%(start)s), 'commune',
    arrayMap(i -> concat('INDICATOR_', toString(i)), range(21)), arrayMap(i -> concat('G', toString(i %% 6)), range(21)),
    arrayMap(i -> toInt64(cityHash64(number, i, at) %% 1000), range(21)), arrayMap(i -> toInt64(1000), range(21)),
    arrayMap(i -> toInt64(cityHash64(number, i, at) %% 10000), range(21)),
    arrayMap(i -> toInt32(cityHash64(number, i, at) %% 500), range(21)), arrayMap(i -> toInt32(500), range(21)),
    arrayMap(i -> 'OWN', range(21)), 0, toDateTime64(at, 3, 'UTC'), %(version)s
FROM numbers(%(first)s, %(units)s)
ARRAY JOIN %(moments)s AS at
