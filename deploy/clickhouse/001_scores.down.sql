DROP VIEW IF EXISTS score_snapshots_to_days;
DROP VIEW IF EXISTS score_snapshots_to_minutes;
DROP TABLE IF EXISTS score_days;
DROP TABLE IF EXISTS score_minutes;
DROP TABLE IF EXISTS score_snapshots;
