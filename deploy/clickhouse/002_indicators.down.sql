DROP VIEW IF EXISTS indicator_snapshots_to_days;
DROP VIEW IF EXISTS indicator_snapshots_to_minutes;
DROP TABLE IF EXISTS indicator_days;
DROP TABLE IF EXISTS indicator_minutes;
DROP TABLE IF EXISTS indicator_snapshots;
