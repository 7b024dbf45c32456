-- The calendar, from 1970 to 2100 (dossier-events, section 5): a working day is Monday to Friday and not in the list of days
-- off, or a make-up day. `upto` counts the working days up to and with a day; `next_worked` is the day itself if it is
-- worked, else the next one that is.
WITH listed AS
(
    SELECT
        toInt32(number) AS day,
        day IN (SELECT day FROM ref_calendar WHERE make_up)
            OR (toDayOfWeek(addDays(toDate32('1970-01-01'), day)) <= 5 AND day NOT IN (SELECT day FROM ref_calendar WHERE NOT make_up))
            AS worked
    FROM numbers(47482)
)
SELECT
    day,
    worked,
    toInt32(sum(worked) OVER (ORDER BY day)) AS upto,
    toInt32(minIf(day, worked) OVER (ORDER BY day ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)) AS next_worked
FROM listed
