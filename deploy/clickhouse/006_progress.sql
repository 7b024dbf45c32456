-- How far the writer is. Written only after the rows that a line speaks of.

CREATE TABLE IF NOT EXISTS sink_progress
(
    epoch                   UInt16                                    COMMENT 'Epoch of the topics',
    topic                   LowCardinality(String)                    COMMENT 'Topic that the rows are made from',
    source_partition        UInt32                                    COMMENT 'Partition of the topic',
    source_offset           UInt64                                    COMMENT 'Every row changed by an event up to this offset is in; the highest wins',
    inserted_at             DateTime('UTC') DEFAULT now()             COMMENT 'When the row was written, by the clock of the server'
)
ENGINE = ReplacingMergeTree(source_offset)
ORDER BY (epoch, topic, source_partition)
COMMENT 'How far dossiers and petitions are in, by source partition; a restarted worker sends the rest again';

CREATE TABLE IF NOT EXISTS score_progress
(
    epoch                   UInt16                                    COMMENT 'Epoch of the topics',
    topic                   LowCardinality(String)                    COMMENT 'Topic of partial tallies that the scores are made from',
    source_partition        UInt32                                    COMMENT 'Partition of the topic; each unit belongs to one',
    as_of                   DateTime64(3, 'UTC')                      COMMENT 'Every score of the units of the partition up to this moment is in; the latest wins',
    inserted_at             DateTime('UTC') DEFAULT now()             COMMENT 'When the row was written, by the clock of the server'
)
ENGINE = ReplacingMergeTree(as_of)
ORDER BY (epoch, topic, source_partition)
COMMENT 'How far scores are in, by partition; the least of an epoch is the moment that all units have reached';

CREATE VIEW IF NOT EXISTS sink_reach
(
    epoch                   UInt16                                    COMMENT 'Epoch of the topics',
    topic                   LowCardinality(String)                    COMMENT 'Topic that the rows are made from',
    source_partition        UInt32                                    COMMENT 'Partition of the topic',
    source_offset           UInt64                                    COMMENT 'Every row changed by an event up to this offset is in'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT epoch, topic, source_partition, source_offset FROM sink_progress FINAL
COMMENT 'How far dossiers and petitions are in, by source partition';

CREATE VIEW IF NOT EXISTS score_reach
(
    epoch                   UInt16                                    COMMENT 'Epoch of the topics',
    topic                   LowCardinality(String)                    COMMENT 'Topic of partial tallies that the scores are made from',
    source_partition        UInt32                                    COMMENT 'Partition of the topic; each unit belongs to one',
    as_of                   DateTime64(3, 'UTC')                      COMMENT 'Every score of the units of the partition up to this moment is in'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT epoch, topic, source_partition, as_of FROM score_progress FINAL
COMMENT 'How far scores are in, by partition; the least of an epoch is the moment that all units have reached';
