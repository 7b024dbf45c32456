DROP VIEW IF EXISTS deadline_counts;
DROP VIEW IF EXISTS deadlines;
DROP VIEW IF EXISTS open_alerts;
DROP VIEW IF EXISTS alerts_view;
DROP VIEW IF EXISTS alert_history;
DROP VIEW IF EXISTS alert_changes_to_alerts;
DROP TABLE IF EXISTS alerts;
DROP TABLE IF EXISTS alert_changes;
