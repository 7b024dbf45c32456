DROP TABLE IF EXISTS score_progress;
DROP TABLE IF EXISTS sink_progress;
