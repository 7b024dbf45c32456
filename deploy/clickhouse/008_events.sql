-- The archive of the log: what the topic of dossier events holds, for longer than the topic does.
-- A row is a function of its place in the log, so a row written twice is the same row. The month is that of arrival,
-- which moves with the log and never jumps as the times that an event tells may.

CREATE TABLE IF NOT EXISTS events
(
    epoch                   UInt16                                    COMMENT 'Epoch of the topics that the event stands on',
    topic                   LowCardinality(String)                    COMMENT 'Topic of dossier events',
    source_partition        UInt32                                    COMMENT 'Partition of the topic',
    source_offset           UInt64                                    COMMENT 'Offset in the partition',
    appended_at             DateTime64(3, 'UTC')                      COMMENT 'When the broker took it (LogAppendTime)',
    event                   String                                    COMMENT 'The event as it stands on the topic: JSON, byte for byte' CODEC(ZSTD(1)),
    type                    LowCardinality(String) ALIAS JSONExtractString(event, 'type') COMMENT 'Type of the event, e.g. dossier.received',
    dossier_code            String ALIAS JSONExtractString(event, 'dossier_code') COMMENT 'Dossier it is about, empty if none',
    petition_code           String ALIAS JSONExtractString(event, 'petition_code') COMMENT 'Petition it is about, empty if none',
    occurred_at             Nullable(DateTime64(3, 'UTC')) ALIAS parseDateTime64BestEffortOrNull(JSONExtractString(event, 'occurred_at'), 3, 'UTC') COMMENT 'When it happened',
    recorded_at             Nullable(DateTime64(3, 'UTC')) ALIAS parseDateTime64BestEffortOrNull(JSONExtractString(event, 'recorded_at'), 3, 'UTC') COMMENT 'When it reached us',
    inserted_at             DateTime('UTC') DEFAULT now()             COMMENT 'When the row was written, by the clock of the server'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(appended_at)
ORDER BY (epoch, topic, source_partition, source_offset, appended_at)
COMMENT 'Archive of all well-formed events but ticks (kho sự kiện), also of those that reference data refused; read through archived_events';

CREATE TABLE IF NOT EXISTS archive_progress
(
    epoch                   UInt16                                    COMMENT 'Epoch of the topics',
    topic                   LowCardinality(String)                    COMMENT 'Topic of dossier events',
    source_partition        UInt32                                    COMMENT 'Partition of the topic',
    source_offset           UInt64                                    COMMENT 'Every event up to this offset is in; the highest wins',
    inserted_at             DateTime('UTC') DEFAULT now()             COMMENT 'When the row was written, by the clock of the server'
)
ENGINE = ReplacingMergeTree(source_offset)
ORDER BY (epoch, topic, source_partition)
COMMENT 'How far the archive is, by source partition; what is missing is read from the topic';

CREATE VIEW IF NOT EXISTS archived_events
(
    epoch                   UInt16                                    COMMENT 'Epoch of the topics that the event stands on',
    topic                   LowCardinality(String)                    COMMENT 'Topic of dossier events',
    source_partition        UInt32                                    COMMENT 'Partition of the topic',
    source_offset           UInt64                                    COMMENT 'Offset in the partition',
    appended_at             DateTime64(3, 'UTC')                      COMMENT 'When the broker took it',
    type                    LowCardinality(String)                    COMMENT 'Type of the event',
    dossier_code            String                                    COMMENT 'Dossier it is about, empty if none',
    petition_code           String                                    COMMENT 'Petition it is about, empty if none',
    occurred_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'When it happened',
    recorded_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'When it reached us',
    event                   String                                    COMMENT 'The event as it stands on the topic: JSON'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    epoch, topic, source_partition, source_offset, appended_at,
    type, dossier_code, petition_code, occurred_at, recorded_at, event
FROM events FINAL
COMMENT 'Archive of all well-formed events but ticks, each once';

CREATE VIEW IF NOT EXISTS archive_reach
(
    epoch                   UInt16                                    COMMENT 'Epoch of the topics',
    topic                   LowCardinality(String)                    COMMENT 'Topic of dossier events',
    source_partition        UInt32                                    COMMENT 'Partition of the topic',
    source_offset           UInt64                                    COMMENT 'Every event up to this offset is in'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT epoch, topic, source_partition, source_offset FROM archive_progress FINAL
COMMENT 'How far the archive is, by source partition';
