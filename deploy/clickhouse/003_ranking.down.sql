DROP VIEW IF EXISTS group_ranking;
DROP VIEW IF EXISTS ranking_history;
DROP VIEW IF EXISTS ranking_at;
DROP VIEW IF EXISTS scores_at;
DROP VIEW IF EXISTS ranking;
DROP VIEW IF EXISTS scores;
