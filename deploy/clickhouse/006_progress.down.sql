DROP VIEW IF EXISTS score_reach;
DROP VIEW IF EXISTS sink_reach;
DROP TABLE IF EXISTS score_progress;
DROP TABLE IF EXISTS sink_progress;
