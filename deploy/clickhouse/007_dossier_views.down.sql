DROP VIEW IF EXISTS overdue_dossiers;
DROP VIEW IF EXISTS overdue_dossiers_at;
DROP VIEW IF EXISTS petition_facts;
DROP VIEW IF EXISTS dossier_facts;
