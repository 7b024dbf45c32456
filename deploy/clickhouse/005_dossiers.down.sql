DROP TABLE petitions;
DROP TABLE dossiers;
