DROP VIEW points_lost;
DROP VIEW indicator_detail_at;
DROP VIEW indicator_detail;
