DROP VIEW IF EXISTS score_daily;
DROP VIEW IF EXISTS score_arrivals;
