DROP VIEW score_snapshots_to_days;
DROP VIEW score_snapshots_to_minutes;
DROP TABLE score_days;
DROP TABLE score_minutes;
DROP TABLE score_snapshots;
