DROP VIEW indicator_snapshots_to_days;
DROP VIEW indicator_snapshots_to_minutes;
DROP TABLE indicator_days;
DROP TABLE indicator_minutes;
DROP TABLE indicator_snapshots;
