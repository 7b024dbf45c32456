DROP VIEW IF EXISTS archive_reach;
DROP VIEW IF EXISTS archived_events;
DROP TABLE IF EXISTS archive_progress;
DROP TABLE IF EXISTS events;
