DROP TABLE sink_progress;
DROP TABLE petitions;
DROP TABLE dossiers;
