-- Every petition that counts in the period at the cut-off T, judged by index-766, 5.2 and 5.3, from its dates and flags.
WITH
    days AS ({days}),
    toInt64(%(start)s) AS period_start,
    toInt64(%(end)s) AS period_end,
    toInt64(%(cutoff)s) AS at,
    told AS
    (
        SELECT
            petition_code,
            holding_units[length(holding_units) - arrayFirstIndex(
                s -> s IS NULL OR toUnixTimestamp64Milli(s) <= at, arrayReverse(holding_since)) + 1] AS holder,
            direct,
            toUnixTimestamp64Milli(sent_at) AS sent,
            arrayMap(t -> toUnixTimestamp64Milli(t.1),
                arrayFilter(t -> t.2, arrayZip(transferred_at, transfer_by_agency))) AS handed,
            toUnixTimestamp64Milli(received_at) AS received,
            toUnixTimestamp64Milli(supplement_requested_at) AS asked_at,
            toUnixTimestamp64Milli(refused_at) AS refused_on,
            toUnixTimestamp64Milli(returned_at) AS returned_on,
            toUnixTimestamp64Milli(answered_at) AS waiting_since,
            toUnixTimestamp64Milli(published_at) AS published,
            coalesce(waiting_since, published) AS answered_on,
            ifNull(dislikes > likes AND toUnixTimestamp64Milli(rated_at) <= at, 0) AS disliked,
            ifNull(toUnixTimestamp64Milli(repeated_at) <= at, 0) AS repeated,
            if(direct AND sent IS NOT NULL, sent, if(notEmpty(handed), arrayMin(handed), sent)) AS reached,
            if(reached IS NULL OR ifNull(received < reached, 0), received, reached) AS came,
            ifNull(received, reached) AS began
        FROM petition_facts
    ),
    -- The clock: the sending, or the last transfer by the Government Office or another agency, which starts it anew; what
    -- happened before it belongs to an earlier round.
    started AS
    (
        SELECT
            *,
            arrayFilter(t -> t <= at, handed) AS handed_by_then,
            if(notEmpty(handed_by_then), arrayMax(handed_by_then), ifNull(sent, received)) AS clock,
            ifNull(refused_on <= at AND ifNull(refused_on >= clock, 1), 0) AS is_refused,
            ifNull(returned_on <= at AND ifNull(returned_on >= clock, 1), 0) AS is_returned,
            ifNull(answered_on <= at AND ifNull(answered_on >= clock, 1), 0) AS is_answered,
            ifNull(asked_at <= at AND ifNull(asked_at >= clock, 1), 0) AS is_asked,
            greatest(
                if(is_refused, assumeNotNull(refused_on), 0),
                if(is_returned, assumeNotNull(returned_on), 0),
                if(is_answered, assumeNotNull(answered_on), 0)) AS outcome_at,
            multiIf(
                is_answered AND answered_on = outcome_at, 'answered',
                is_refused OR is_returned, 'refused',
                is_asked, 'asked',
                'open') AS outcome,
            multiIf(outcome IN ('answered', 'refused'), outcome_at, outcome = 'asked', assumeNotNull(asked_at), at) AS measured,
            multiIf(outcome = 'refused', 2, outcome = 'asked', 5, 15) AS limit_days,
            least(at, ifNull(published, at)) AS published_by,
            toInt32(intDiv(ifNull(clock, 0) + 25200000, 86400000)) AS clock_day,
            toInt32(intDiv(measured + 25200000, 86400000)) AS measured_day,
            toInt32(intDiv(ifNull(waiting_since, 0) + 25200000, 86400000)) AS waiting_day,
            toInt32(intDiv(published_by + 25200000, 86400000)) AS published_day
        FROM told
        WHERE ifNull(came <= at, 0)
    ),
    -- A moment is inside n working days if fewer of them have begun since the start, or the n-th and not its hour.
    timed AS
    (
        SELECT
            s.*,
            s.clock IS NULL
                OR m.upto < c.upto + s.limit_days
                OR (m.upto = c.upto + s.limit_days AND m.worked
                    AND modulo(s.measured + 25200000, 86400000) <= modulo(s.clock + 25200000, 86400000)) AS in_limit,
            s.outcome != 'answered' OR s.waiting_since IS NULL
                OR p.upto < w.upto + 2
                OR (p.upto = w.upto + 2 AND p.worked
                    AND modulo(s.published_by + 25200000, 86400000) <= modulo(s.waiting_since + 25200000, 86400000)) AS published_in_limit
        FROM started AS s
        LEFT JOIN days AS c ON c.day = s.clock_day
        LEFT JOIN days AS m ON m.day = s.measured_day
        LEFT JOIN days AS w ON w.day = s.waiting_day
        LEFT JOIN days AS p ON p.day = s.published_day
    )
SELECT
    petition_code,
    holder,
    toUInt8(outcome = 'open' OR measured >= period_start) AS petitions,
    ifNull(in_limit, 0) AND ifNull(published_in_limit, 0) AS in_time,
    toUInt8(petitions AND in_time) AS petitions_on_time,
    toUInt8(ifNull(began >= period_start AND began < period_end AND began <= at, 0)
        AND (outcome = 'answered' OR (outcome != 'refused' AND received IS NOT NULL))) AS petitions_first,
    toUInt8(petitions_first AND in_time AND NOT disliked AND NOT repeated) AS petitions_satisfied
FROM timed
