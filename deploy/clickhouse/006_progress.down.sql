DROP TABLE score_progress;
DROP TABLE sink_progress;
