CREATE DATABASE {name};

CREATE TABLE {name}.events
(
    dossier_code String,
    unit_code LowCardinality(String),
    occurred_at DateTime64(3, 'UTC'),
    source_seq UInt32,
    procedure_code LowCardinality(Nullable(String)),
    channel Nullable(UInt8),
    submitted_at Nullable(DateTime64(3, 'UTC')),
    received_at Nullable(DateTime64(3, 'UTC')),
    due_at Nullable(DateTime64(3, 'UTC')),
    finished_at Nullable(DateTime64(3, 'UTC')),
    online_payment Nullable(UInt8),
    digitized Nullable(Bool),
    reused Nullable(Bool),
    from_personal_store Nullable(Bool),
    vneid_verified Nullable(Bool),
    result_id Nullable(String)
)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = '{bootstrap}',
    kafka_topic_list = '{topic}',
    kafka_group_name = '{name}',
    kafka_format = 'JSONEachRow',
    kafka_num_consumers = 2,
    kafka_thread_per_consumer = 1,
    kafka_max_block_size = 65536,
    kafka_poll_max_batch_size = 65536,
    kafka_flush_interval_ms = 1000,
    input_format_skip_unknown_fields = 1,
    date_time_input_format = 'best_effort';

CREATE TABLE {name}.dossiers
(
    dossier_code String,
    events AggregateFunction(count),
    unit AggregateFunction(argMax, LowCardinality(String), Tuple(DateTime64(3, 'UTC'), UInt32)),
    procedure AggregateFunction(argMax, LowCardinality(Nullable(String)), Tuple(DateTime64(3, 'UTC'), UInt32)),
    online AggregateFunction(max, UInt8),
    submitted_at AggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    received_at AggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    due_at AggregateFunction(argMax, Nullable(DateTime64(3, 'UTC')), Tuple(DateTime64(3, 'UTC'), UInt32)),
    finished_at AggregateFunction(argMax, Nullable(DateTime64(3, 'UTC')), Tuple(DateTime64(3, 'UTC'), UInt32)),
    paid AggregateFunction(max, UInt8),
    digitized AggregateFunction(max, UInt8),
    reused AggregateFunction(max, UInt8),
    personal_store AggregateFunction(max, UInt8),
    verified AggregateFunction(max, UInt8),
    results AggregateFunction(max, UInt8)
)
ENGINE = AggregatingMergeTree
ORDER BY dossier_code;

CREATE MATERIALIZED VIEW {name}.events_to_dossiers TO {name}.dossiers
AS SELECT
    dossier_code,
    countState() AS events,
    argMaxState(unit_code, (occurred_at, source_seq)) AS unit,
    argMaxState(procedure_code, (occurred_at, source_seq)) AS procedure,
    maxState(toUInt8(ifNull(channel = 2, 0))) AS online,
    minState(submitted_at) AS submitted_at,
    minState(received_at) AS received_at,
    argMaxState(due_at, (occurred_at, source_seq)) AS due_at,
    argMaxState(finished_at, (occurred_at, source_seq)) AS finished_at,
    maxState(toUInt8(ifNull(online_payment = 1, 0))) AS paid,
    maxState(toUInt8(ifNull(digitized, 0))) AS digitized,
    maxState(toUInt8(ifNull(reused, 0))) AS reused,
    maxState(toUInt8(ifNull(from_personal_store, 0))) AS personal_store,
    maxState(toUInt8(ifNull(vneid_verified, 0))) AS verified,
    maxState(toUInt8(isNotNull(result_id))) AS results
FROM {name}.events
GROUP BY dossier_code;

-- Once a second
SELECT
    unit,
    sum(is_received), sum(is_handled), sum(is_on_time), sum(is_received AND is_online), sum(is_received AND is_paid),
    sum(is_handled AND has_result), sum(is_handled AND is_digitized), sum(is_handled AND is_reused),
    sum(is_handled AND from_store), sum(is_handled AND is_verified), uniqExactIf(of_procedure, is_received AND is_online),
    sum(heard)
FROM
(
    SELECT
        argMaxMerge(dossiers.unit) AS unit,
        countMerge(events) AS heard,
        isNotNull(minMerge(received_at)) AS is_received,
        argMaxMerge(finished_at) AS finished,
        is_received AND isNotNull(finished) AS is_handled,
        is_handled AND ifNull(finished <= argMaxMerge(due_at), 0) AS is_on_time,
        maxMerge(online) AS is_online,
        maxMerge(paid) AS is_paid,
        maxMerge(digitized) AS is_digitized,
        maxMerge(reused) AS is_reused,
        maxMerge(personal_store) AS from_store,
        maxMerge(verified) AS is_verified,
        maxMerge(results) AS has_result,
        argMaxMerge(procedure) AS of_procedure
    FROM {name}.dossiers
    GROUP BY dossier_code
)
GROUP BY unit
