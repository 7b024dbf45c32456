DROP VIEW group_ranking;
DROP VIEW ranking_history;
DROP VIEW ranking_at;
DROP VIEW scores_at;
DROP VIEW ranking;
