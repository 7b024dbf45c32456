-- Every dossier that counts in the period at the cut-off T, judged by index-766, sections 4 and 5, and dossier-events, section 5,
-- from its dates and flags. Times are milliseconds since 1970 UTC, days are local (+07:00).
WITH
    days AS ({days}),
    toInt64(%(start)s) AS period_start,
    toInt64(%(end)s) AS period_end,
    toInt64(%(cutoff)s) AS at,
    catalogue AS
    (
        SELECT code, arraySort(r -> r.1, groupArray((valid_from, has_fee, citizen_subject, max_time, time_unit))) AS history
        FROM ref_procedures
        GROUP BY code
    ),
    told AS
    (
        SELECT
            dossier_code,
            procedure_code,
            holding_units[length(holding_units) - arrayFirstIndex(
                s -> s IS NULL OR toUnixTimestamp64Milli(s) <= at, arrayReverse(holding_since)) + 1] AS holder,
            channel,
            toUnixTimestamp64Milli(submitted_at) AS submitted,
            toUnixTimestamp64Milli(received_at) AS received,
            toUnixTimestamp64Milli(due_at) AS due_plain,
            toUnixTimestamp64Milli(due_stated_at) AS due_stated,
            due_corrected,
            toUnixTimestamp64Milli(original_due_at) AS due_first,
            toUnixTimestamp64Milli(refused_at) AS refused,
            toUnixTimestamp64Milli(withdrawn_at) AS withdrawn,
            toUnixTimestamp64Milli(stopped_at) AS stopped,
            toUnixTimestamp64Milli(coalesce(finished_at, returned_at)) AS resolved,
            arrayZip(
                arrayMap(t -> toUnixTimestamp64Milli(t), supplement_requested_at),
                arrayMap(t -> toUnixTimestamp64Milli(t), supplement_completed_at),
                arrayMap(t -> toUnixTimestamp64Milli(t), supplement_due_after)) AS every_round,
            arrayZip(
                arrayMap(t -> toUnixTimestamp64Milli(t), reschedule_apology_at),
                arrayMap(t -> toUnixTimestamp64Milli(t), reschedule_due_after)) AS apologies,
            ifNull(online_payment, 0) IN (1, 2) AND ifNull(toUnixTimestamp64Milli(paid_online_at) <= at, 1) AS paid_online,
            fees,
            has_result, has_component_file, digitized, reused, personal_store, vneid_verified,
            hasAny(databases, %(population)s) AS population_data,
            ifNull(liked = 0 AND toUnixTimestamp64Milli(rated_at) <= at, 0) AS disliked,
            arrayExists(t -> ifNull(toUnixTimestamp64Milli(t) <= at, 0), petition_sent_at) AS complained,
            ifNull(toUnixTimestamp64Milli(synced_at) <= at, 0) AS synced,
            history
        FROM dossier_facts
        LEFT JOIN catalogue ON catalogue.code = dossier_facts.procedure_code
    ),
    -- Populations (section 4): refused at the counter or withdrawn before reception is in neither.
    placed AS
    (
        SELECT
            *,
            ifNull(received <= at, 0) AND (ifNull(withdrawn >= received, 1) OR resolved IS NOT NULL) AS in_process,
            coalesce(
                resolved,
                arrayMin(arrayFilter(t -> t != 0, [
                    ifNull(stopped, 0),
                    if(ifNull(refused >= received, 0), assumeNotNull(refused), 0),
                    if(ifNull(withdrawn >= received, 0), assumeNotNull(withdrawn), 0)]))) AS end_or_zero,
            -- An end dated before the reception contradicts it (dossier-events, section 4) and counts at the reception.
            if(end_or_zero = 0, NULL, greatest(end_or_zero, ifNull(received, end_or_zero))) AS ended,
            in_process AND received >= period_start AND received < period_end AS is_received,
            in_process AND (is_received OR (received < period_start AND ifNull(ended >= period_start, 1))) AS is_handled,
            if(received IS NOT NULL AND (ifNull(withdrawn >= received, 1) OR resolved IS NOT NULL), received, submitted) AS began,
            ifNull(began >= period_start AND began < period_end AND began <= at, 0) AS is_begun,
            if(history[1].1 <= intDiv(at + 25200000, 86400000),
                arrayLast(r -> r.1 <= intDiv(at + 25200000, 86400000), history), history[1]) AS procedure_now
        FROM told
        WHERE is_handled OR is_begun
    ),
    -- 2.1, items 1 to 4: what is compared with the due date.
    moments AS
    (
        SELECT
            *,
            ifNull(ended <= at, 0) AS is_ended,
            arrayFilter(r -> ifNull(r.1 <= at, 0) OR ifNull(r.2 <= at, 0), every_round) AS rounds,
            arrayFilter(r -> ifNull(r.2 > at, 1), rounds) AS waiting,
            NOT is_ended AND notEmpty(waiting) AS is_waiting,
            multiIf(is_ended, assumeNotNull(ended), is_waiting, ifNull(waiting[1].1, 0), at) AS moment,
            arrayMax(arrayConcat(
                [(toInt64(-1), toInt64(0))],
                arrayMap(r -> (assumeNotNull(r.2), assumeNotNull(r.3)),
                    arrayFilter(r -> ifNull(r.2 <= at, 0) AND r.3 IS NOT NULL, rounds)),
                arrayMap(r -> (assumeNotNull(r.1), assumeNotNull(r.2)),
                    arrayFilter(r -> ifNull(r.1 <= at, 0) AND r.2 IS NOT NULL, apologies)))) AS newest,
            newest.1 >= 0 AND NOT
                (ifNull(due_stated > newest.1, 0) AND (due_corrected OR ifNull(due_plain > newest.2, 0))) AS is_renewed,
            if(is_renewed, newest.2, due_plain) AS due,
            -- A pause up to this moment is in the due date already.
            multiIf(
                is_renewed, newest.1,
                NOT due_corrected AND ifNull(due_plain > due_first, 0), ifNull(due_stated, -1),
                -1) AS agreed,
            if(is_waiting, [], arrayFilter(r -> ifNull(r.2 <= moment AND r.2 > agreed, 0), rounds)) AS pauses,
            arraySum(r -> greatest(0, ifNull(r.2 - r.1, 0)), pauses) AS paused,
            %(supplement_rule)s = 'restart' AND notEmpty(pauses) AS is_restarted,
            if(is_restarted, arrayMax(r -> ifNull(r.2, 0), pauses), ifNull(received, 0)) AS base,
            toInt32(intDiv(base + 25200000, 86400000)) AS base_day,
            modulo(base + 25200000, 86400000) AS base_time,
            if(history[1].1 <= base_day, arrayLast(r -> r.1 <= base_day, history), history[1]) AS procedure_then,
            if(ifNull(procedure_then.4, 20001) <= 20000, procedure_then.4, NULL) AS max_time,
            multiIf(max_time IS NOT NULL, procedure_then.5, is_restarted AND due IS NOT NULL, 'promised', '') AS time_unit,
            toInt32(intDiv(ifNull(received, 0) + 25200000, 86400000)) AS received_day,
            toInt32(intDiv(coalesce(due_first, due, base) + 25200000, 86400000)) AS promised_day
        FROM placed
    ),
    -- The procedure's maximum time from the reception (or, under `restart`, from the completion): working days keep the
    -- hour and begin on the next one; days count all and roll off a last day that is not worked, as months do; hours are
    -- working hours, 07:00-11:30 and 13:30-17:00.
    counted AS
    (
        SELECT
            m.*,
            m.received_day AS rd,
            if(m.time_unit = 'promised', toInt64(p.upto) - q.upto, toInt64(ifNull(m.max_time, 0))) AS units,
            28800000 * (b.upto - b.worked) + if(b.worked = 0, 0,
                greatest(0, least(m.base_time, 41400000) - 25200000) + greatest(0, least(m.base_time, 61200000) - 48600000))
                + units * 3600000 AS work_until,
            multiIf(
                m.time_unit = 'hour', greatest(1, intDiv(work_until + 28799999, 28800000)),
                b.upto + units) AS worked_rank,
            work_until - 28800000 * (worked_rank - 1) AS rest,
            multiIf(
                m.time_unit = 'day', toInt32(m.base_day + units),
                m.time_unit = 'month', toInt32(addMonths(addDays(toDate32('1970-01-01'), m.base_day), units)),
                m.base_day) AS target_day
        FROM moments AS m
        LEFT JOIN days AS b ON b.day = m.base_day
        LEFT JOIN days AS q ON q.day = m.received_day
        LEFT JOIN days AS p ON p.day = m.promised_day
    ),
    limited AS
    (
        SELECT
            c.*,
            multiIf(
                c.time_unit = '', NULL,
                c.time_unit = 'hour', toInt64(w.day) * 86400000 - 25200000 + if(c.rest <= 16200000, 25200000 + c.rest, 32400000 + c.rest),
                c.time_unit IN ('day', 'month'), toInt64(t.next_worked) * 86400000 - 25200000 + c.base_time,
                c.units <= 0, c.base,
                toInt64(w.day) * 86400000 - 25200000 + c.base_time) AS full_time,
            multiIf(
                c.is_restarted, full_time,
                c.due IS NOT NULL, c.due + c.paused,
                full_time + c.paused) AS last
        FROM counted AS c
        LEFT JOIN (SELECT day, upto FROM days WHERE worked) AS w ON w.upto = c.worked_rank
        LEFT JOIN days AS t ON t.day = c.target_day
    )
SELECT
    dossier_code,
    procedure_code,
    holder,
    is_begun,
    toUInt8(is_received) AS received_here,
    toUInt8(is_handled) AS handled,
    -- Items 2, 3, 6 and 7: a second request is late; equality is in time; without any limit it is.
    toUInt8(is_handled AND NOT (is_waiting AND length(rounds) > 1) AND ifNull(moment <= last, 1)) AS on_time,
    toUInt8(is_received AND synced) AS received_synced,
    toUInt8(is_received AND ifNull(channel, 1) = 2) AS received_online,
    toUInt8(is_begun AND ifNull(channel, 1) = 2) AS online,
    procedure_now.2 = 1 AND NOT (notEmpty(fees) AND arrayAll(f -> f = 0, fees)) AS owes,
    toUInt8(is_received AND owes) AS fee_dossiers,
    toUInt8(is_received AND owes AND paid_online) AS fee_paid,
    toUInt8(is_begun AND procedure_now.2 = 1 AND arrayExists(f -> f != 0, fees)) AS fee_procedures_seen,
    toUInt8(is_begun AND owes AND paid_online) AS fee_procedures_paid,
    toUInt8(is_handled AND has_result) AS result_available,
    toUInt8(is_handled AND has_result AND has_component_file) AS scanned,
    toUInt8(is_handled AND (digitized OR reused)) AS reusing,
    toUInt8(is_handled AND personal_store) AS from_store,
    toUInt8(is_handled AND (vneid_verified OR personal_store OR population_data)) AS citizen_data,
    toUInt8(citizen_data AND procedure_now.3 = 1) AS citizen_procedures_connected,
    toUInt8(on_time AND NOT complained AND NOT disliked) AS satisfied
FROM limited
