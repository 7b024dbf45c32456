DROP VIEW IF EXISTS points_lost;
DROP VIEW IF EXISTS indicator_detail_at;
DROP VIEW IF EXISTS indicator_detail;
