-- Reference data as the reference topic last told them, and a star schema over everything for BI tools: facts by day, unit
-- and procedure, dimensions with validity. The names and columns of bi_* are a promise: they are added to, never changed.
-- Made by hand but for the rows of bi_dim_indicator and bi_dim_grade, which a test compares with schemas/index.

CREATE TABLE IF NOT EXISTS reference_records
(
    kind                 LowCardinality(String)       COMMENT 'unit, procedure, service, calendar, totals or flags',
    code                 String                       COMMENT 'Code of the entity',
    deleted              UInt8                        COMMENT '1 if the topic no longer has it; then record is empty',
    record               String                       COMMENT 'Its whole validity history as it stands on the topic: JSON' CODEC(ZSTD(1)),
    epoch                UInt16                       COMMENT 'Epoch of the topics',
    source_offset        UInt64                       COMMENT 'Offset on the reference topic',
    version              UInt128                      COMMENT 'epoch << 64 | source_offset; the highest wins',
    inserted_at          DateTime('UTC') DEFAULT now() COMMENT 'When the row was written, by the clock of the server'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (kind, code)
COMMENT 'Units, procedures, services, calendar, reported totals and flags; read through the view reference_data';

CREATE VIEW IF NOT EXISTS reference_data
(
    kind                 LowCardinality(String)       COMMENT 'unit, procedure, service, calendar, totals or flags',
    code                 String                       COMMENT 'Code of the entity',
    record               String                       COMMENT 'Its whole validity history: JSON'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT kind, code, record FROM reference_records FINAL WHERE NOT deleted
COMMENT 'Reference data in force, one row an entity';

CREATE VIEW IF NOT EXISTS bi_dim_date
(
    day                  Date32                       COMMENT 'Local day (Asia/Ho_Chi_Minh); key of every fact',
    year                 UInt16                       COMMENT 'Year',
    quarter              UInt8                        COMMENT 'Quarter 1..4',
    month                UInt8                        COMMENT 'Month 1..12',
    day_of_month         UInt8                        COMMENT 'Day 1..31',
    weekday              UInt8                        COMMENT '1 Monday .. 7 Sunday',
    month_key            String                       COMMENT 'Key of the month as a period: 2024-03',
    quarter_key          String                       COMMENT 'Key of the quarter as a period: 2024-Q1',
    year_key             String                       COMMENT 'Key of the year as a period: 2024',
    is_working_day       UInt8                        COMMENT '1 if administrations work: Monday to Friday unless a day off, or a make-up day'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS WITH
    ifNull((SELECT argMax(record, JSONExtractUInt(record, 'version')) FROM reference_data WHERE kind = 'calendar'), '') AS calendar,
    JSONExtract(calendar, 'off', 'Array(String)') AS days_off,
    JSONExtract(calendar, 'make_up', 'Array(String)') AS make_up
SELECT
    toDate32('2015-01-01') + toIntervalDay(number) AS day,
    toYear(day) AS year, toQuarter(day) AS quarter, toMonth(day) AS month, toDayOfMonth(day) AS day_of_month,
    toDayOfWeek(day) AS weekday,
    formatDateTime(day, '%Y-%m') AS month_key,
    concat(toString(year), '-Q', toString(quarter)) AS quarter_key,
    toString(year) AS year_key,
    has(make_up, toString(day)) OR (weekday <= 5 AND NOT has(days_off, toString(day))) AS is_working_day
FROM numbers(9497)
COMMENT 'Days from 2015 to 2040';

CREATE VIEW IF NOT EXISTS bi_dim_unit
(
    unit_code            String                       COMMENT 'Code of the unit (madonvi)',
    valid_from           Date32                       COMMENT 'First day on which this row holds',
    valid_to             Date32                       COMMENT 'Last day on which it holds; 2299-12-31: until further notice',
    is_current           UInt8                        COMMENT '1 for the newest row of the unit: join on it for names of today',
    unit_name            String                       COMMENT 'Name, Vietnamese',
    level                LowCardinality(String)       COMMENT 'province, department, district or commune',
    unit_kind            LowCardinality(String)       COMMENT 'Kind of unit as the register has it',
    parent_code          String                       COMMENT 'Unit above, empty for a province'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    code AS unit_code,
    toDate32(JSONExtractString(row, 'valid_from')) AS valid_from,
    ifNull(toDate32OrNull(JSONExtractString(row, 'valid_to')), toDate32('2299-12-31')) AS valid_to,
    row_number() OVER (PARTITION BY code ORDER BY valid_from DESC) = 1 AS is_current,
    JSONExtractString(row, 'name') AS unit_name,
    JSONExtractString(row, 'level') AS level,
    JSONExtractString(row, 'unit_kind') AS unit_kind,
    JSONExtractString(row, 'parent') AS parent_code
FROM
(
    SELECT code, arrayJoin(JSONExtractArrayRaw(record, 'history')) AS row
    FROM reference_data
    WHERE kind = 'unit'
)
COMMENT 'Units through time; a row for every time something about a unit changed';

CREATE VIEW IF NOT EXISTS bi_dim_procedure
(
    procedure_code       String                       COMMENT 'Code of the procedure (MaTTHC)',
    valid_from           Date32                       COMMENT 'First day on which this row holds',
    valid_to             Date32                       COMMENT 'Last day on which it holds; 2299-12-31: until further notice',
    is_current           UInt8                        COMMENT '1 for the newest row of the procedure',
    procedure_name       String                       COMMENT 'Name, Vietnamese',
    domain_code          String                       COMMENT 'Code of the domain (lĩnh vực)',
    domain_name          String                       COMMENT 'Name of the domain',
    service_level        LowCardinality(String)       COMMENT 'Online service: none, partial or full',
    public_status        LowCardinality(String)       COMMENT 'not_public, public, public_amended or repealed',
    has_fee              UInt8                        COMMENT '1 if a fee is due',
    citizen_subject      UInt8                        COMMENT '1 if citizens are among those it is for',
    max_time             Nullable(Int64)              COMMENT 'Longest time it may take, null if none',
    time_unit            LowCardinality(String)       COMMENT 'Unit of max_time: hour, day, working_day or month'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    code AS procedure_code,
    toDate32(JSONExtractString(row, 'valid_from')) AS valid_from,
    ifNull(toDate32OrNull(JSONExtractString(row, 'valid_to')), toDate32('2299-12-31')) AS valid_to,
    row_number() OVER (PARTITION BY code ORDER BY valid_from DESC) = 1 AS is_current,
    JSONExtractString(row, 'name') AS procedure_name,
    JSONExtractString(row, 'domain_code') AS domain_code,
    JSONExtractString(row, 'domain_name') AS domain_name,
    JSONExtractString(row, 'service_level') AS service_level,
    JSONExtractString(row, 'public_status') AS public_status,
    JSONExtractBool(row, 'has_fee') AS has_fee,
    JSONExtractBool(row, 'citizen_subject') AS citizen_subject,
    JSONExtract(row, 'max_time', 'Nullable(Int64)') AS max_time,
    if(max_time IS NULL, '', ifNull(nullIf(JSONExtractString(row, 'time_unit'), ''), 'working_day')) AS time_unit
FROM
(
    SELECT code, arrayJoin(JSONExtractArrayRaw(record, 'history')) AS row
    FROM reference_data
    WHERE kind = 'procedure'
)
COMMENT 'Procedures (thủ tục hành chính) through time';

CREATE VIEW IF NOT EXISTS bi_dim_indicator
(
    formula              LowCardinality(String)       COMMENT 'Version of the index',
    indicator            LowCardinality(String)       COMMENT 'Code of the indicator; key together with formula',
    position             UInt16                       COMMENT 'Order in which the index shows it',
    group_code           LowCardinality(String)       COMMENT 'Code of the group',
    group_name_vi        String                       COMMENT 'Name of the group, Vietnamese',
    group_name_en        String                       COMMENT 'Name of the group, English',
    group_maximum        Decimal(9, 2)                COMMENT 'Most points of the group',
    number               LowCardinality(String)       COMMENT 'Number in the decision, e.g. 2.1; empty if none',
    name_vi              String                       COMMENT 'Name, Vietnamese',
    name_en              String                       COMMENT 'Name, English',
    maximum              Decimal(9, 2)                COMMENT 'Most points; 0: shown for information only',
    target               Decimal(9, 2)                COMMENT 'Percentage at which all points are earned',
    numerator            LowCardinality(String)       COMMENT 'Counter above the line, empty if none',
    denominator          LowCardinality(String)       COMMENT 'Counter below the line, empty if none',
    zero_rule            LowCardinality(String)       COMMENT 'What a denominator of 0 gives: NULL, ZERO, FULL or CONST',
    province_policy      LowCardinality(String)       COMMENT 'Whose figures count for a province: OWN, INHERIT, ZERO or AWARD_MAX',
    department_policy    LowCardinality(String)       COMMENT 'The same for a department',
    district_policy      LowCardinality(String)       COMMENT 'The same for a district',
    commune_policy       LowCardinality(String)       COMMENT 'The same for a commune'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT * FROM values
    (
        'formula String, indicator String, position UInt16, group_code String, group_name_vi String, group_name_en String, group_maximum Decimal(9, 2), number String, name_vi String, name_en String, maximum Decimal(9, 2), target Decimal(9, 2), numerator String, denominator String, zero_rule String, province_policy String, department_policy String, district_policy String, commune_policy String',
        ('article-2024', 'PUBLISH_ON_TIME', 1, 'CKMB', 'Công khai, minh bạch', 'Publicity and transparency', 18, '1.1', 'Tỷ lệ TTHC công bố đúng hạn', 'Procedures announced on time', 6, 100, 'procedures_decided_on_time', 'procedures_decided', 'NULL', 'OWN', 'AWARD_MAX', 'AWARD_MAX', 'AWARD_MAX'),
        ('article-2024', 'PUBLIC_UPDATE_ON_TIME', 2, 'CKMB', 'Công khai, minh bạch', 'Publicity and transparency', 18, '1.2', 'Tỷ lệ TTHC cập nhật, công khai đúng hạn', 'Procedures updated and published on time', 4, 100, 'procedures_published_on_time', 'procedures_publication_due', 'NULL', 'OWN', 'AWARD_MAX', 'AWARD_MAX', 'AWARD_MAX'),
        ('article-2024', 'PUBLIC_CONTENT_FULL', 3, 'CKMB', 'Công khai, minh bạch', 'Publicity and transparency', 18, '1.3', 'Tỷ lệ TTHC công khai đầy đủ nội dung', 'Procedures published with full content', 2, 100, 'procedures_public_full', 'procedures_public', 'NULL', 'OWN', 'AWARD_MAX', 'AWARD_MAX', 'AWARD_MAX'),
        ('article-2024', 'DOSSIER_SYNC', 4, 'CKMB', 'Công khai, minh bạch', 'Publicity and transparency', 18, '1.4', 'Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG', 'Dossiers synchronised to the national portal', 6, 100, 'received_synced', 'sync_expected', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'RESOLVED_ON_TIME', 5, 'TDGQ', 'Tiến độ giải quyết', 'Timeliness of resolution', 20, '2.1', 'Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn', 'Dossiers resolved before or on their due date', 20, 100, 'on_time', 'handled', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'ONLINE_PROVIDED', 6, 'CLGQ', 'Dịch vụ công trực tuyến', 'Online public services', 12, '3.1', 'Tỷ lệ TTHC cung cấp DVC trực tuyến', 'Procedures provided as online services', 2, 80, 'procedures_online', 'procedures_authority', 'ZERO', 'OWN', 'AWARD_MAX', 'AWARD_MAX', 'AWARD_MAX'),
        ('article-2024', 'ONLINE_SERVICE_USED', 7, 'CLGQ', 'Dịch vụ công trực tuyến', 'Online public services', 12, '3.2', 'Tỷ lệ DVC trực tuyến có phát sinh hồ sơ', 'Online services with dossiers', 4, 100, 'online_services', 'services_applied', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'ONLINE_SUBMITTED', 8, 'CLGQ', 'Dịch vụ công trực tuyến', 'Online public services', 12, '3.3', 'Tỷ lệ hồ sơ nộp trực tuyến', 'Dossiers submitted online', 6, 50, 'received_online', 'received', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'PAYMENT_FORMALITY_ENABLED', 9, 'TTTT', 'Thanh toán trực tuyến', 'Online payment', 10, '3.5', 'Tỷ lệ TTHC có nghĩa vụ tài chính được tích hợp thanh toán trực tuyến', 'Fee procedures enabled for online payment', 2, 80, 'fee_procedures_seen', 'fee_procedures', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'PAYMENT_FORMALITY_USED', 10, 'TTTT', 'Thanh toán trực tuyến', 'Online payment', 10, '3.5b', 'Tỷ lệ TTHC có giao dịch thanh toán trực tuyến', 'Fee procedures with online payments', 2, 80, 'fee_procedures_paid', 'fee_procedures', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'PAYMENT_DOSSIER', 11, 'TTTT', 'Thanh toán trực tuyến', 'Online payment', 10, '3.6', 'Tỷ lệ hồ sơ thanh toán trực tuyến', 'Dossiers paid online', 6, 100, 'fee_paid', 'fee_dossiers', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'ORIGINAL_RESULT_AVAILABLE', 12, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.1', 'Tỷ lệ hồ sơ TTHC có cấp kết quả giải quyết điện tử', 'Dossiers with an electronic result', 6, 100, 'result_available', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'SO_HOA_GIAY_TO_GIAI_QUYET', 13, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.2', 'Tỷ lệ hồ sơ TTHC thực hiện số hóa hồ sơ', 'Digitised dossiers', 4, 100, 'digitized', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'REUSED_DIGITIZED_DATA', 14, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.3', 'Tỷ lệ hồ sơ khai thác, sử dụng lại thông tin, dữ liệu số hóa', 'Dossiers reusing digitised data', 2, 80, 'reused', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'SYNCED_WITH_DVCQG_PERSONAL_STORAGE', 15, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.4', 'Tỷ lệ hồ sơ được số hóa có kết nối, chia sẻ dữ liệu phục vụ tái sử dụng', 'Dossiers connected to the personal data store', 4, 100, 'personal_store', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'CITIZEN_DATA_CONNECTED_DOSSIER', 16, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.5b', 'Tỷ lệ hồ sơ TTHC có sử dụng dữ liệu dân cư', 'Dossiers using population data', 2, 100, 'citizen_data', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'CITIZEN_DATA_CONNECTED_FORMALITY', 17, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.5a', 'Tỷ lệ TTHC triển khai kết nối, chia sẻ dữ liệu dân cư', 'Procedures connected to population data', 2, 100, 'citizen_procedures_connected', 'citizen_procedures', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'ELECTRONIC_CERTIFIED_COPY', 18, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '', 'Tỷ lệ cung cấp dịch vụ chứng thực bản sao điện tử từ bản chính', 'Electronic certified copies provided', 2, 100, 'certified_copy', '', 'CONST', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'PETITION_PROCESSING_ON_TIME', 19, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.2', 'Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn', 'Petitions processed on time', 6, 100, 'petitions_on_time', 'petitions', 'FULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'PETITION_HANDLING_SATISFACTION', 20, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.3', 'Tỷ lệ hài lòng trong xử lý phản ánh, kiến nghị', 'Satisfaction with petition handling', 6, 100, 'petitions_satisfied', 'petitions_first', 'FULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'DOSSIER_RECEIVING_SATISFACTION', 21, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.4', 'Tỷ lệ hài lòng trong tiếp nhận, giải quyết TTHC', 'Satisfaction with reception and resolution', 6, 90, 'satisfied', 'handled', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'PETITION_CLASSIFICATION_TTHC', 22, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.1', 'Tỷ lệ phản ánh, kiến nghị về quy định, TTHC', 'Petitions about rules and procedures', 0, 100, '', '', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('article-2024', 'PETITION_CLASSIFICATION_STAFF', 23, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.1', 'Tỷ lệ phản ánh, kiến nghị về hành vi cán bộ', 'Petitions about staff conduct', 0, 100, '', '', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'PUBLISH_ON_TIME', 1, 'CKMB', 'Công khai, minh bạch', 'Publicity and transparency', 18, '1.1', 'Tỷ lệ TTHC công bố đúng hạn', 'Procedures announced on time', 6, 100, 'procedures_decided_on_time', 'procedures_decided', 'NULL', 'OWN', 'INHERIT', 'INHERIT', 'INHERIT'),
        ('portal-2026', 'PUBLIC_UPDATE_ON_TIME', 2, 'CKMB', 'Công khai, minh bạch', 'Publicity and transparency', 18, '1.2', 'Tỷ lệ TTHC cập nhật, công khai đúng hạn', 'Procedures updated and published on time', 4, 100, 'procedures_published_on_time', 'procedures_publication_due', 'NULL', 'OWN', 'INHERIT', 'INHERIT', 'INHERIT'),
        ('portal-2026', 'PUBLIC_CONTENT_FULL', 3, 'CKMB', 'Công khai, minh bạch', 'Publicity and transparency', 18, '1.3', 'Tỷ lệ TTHC công khai đầy đủ nội dung', 'Procedures published with full content', 2, 100, 'procedures_public_full', 'procedures_public', 'NULL', 'OWN', 'INHERIT', 'INHERIT', 'INHERIT'),
        ('portal-2026', 'DOSSIER_SYNC', 4, 'CKMB', 'Công khai, minh bạch', 'Publicity and transparency', 18, '1.4', 'Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG', 'Dossiers synchronised to the national portal', 6, 100, 'received_synced', 'sync_expected', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'RESOLVED_ON_TIME', 5, 'TDGQ', 'Tiến độ giải quyết', 'Timeliness of resolution', 20, '2.1', 'Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn', 'Dossiers resolved before or on their due date', 20, 100, 'on_time', 'handled', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'ONLINE_PROVIDED', 6, 'CLGQ', 'Dịch vụ công trực tuyến', 'Online public services', 12, '3.1', 'Tỷ lệ TTHC cung cấp DVC trực tuyến', 'Procedures provided as online services', 2, 80, 'procedures_online', 'procedures_authority', 'ZERO', 'OWN', 'ZERO', 'ZERO', 'ZERO'),
        ('portal-2026', 'ONLINE_SERVICE_USED', 7, 'CLGQ', 'Dịch vụ công trực tuyến', 'Online public services', 12, '3.2', 'Tỷ lệ DVC trực tuyến có phát sinh hồ sơ', 'Online services with dossiers', 4, 100, 'online_services', 'services_applied', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'ONLINE_SUBMITTED', 8, 'CLGQ', 'Dịch vụ công trực tuyến', 'Online public services', 12, '3.3', 'Tỷ lệ hồ sơ nộp trực tuyến', 'Dossiers submitted online', 6, 50, 'received_online', 'received', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'PAYMENT_FORMALITY_ENABLED', 9, 'TTTT', 'Thanh toán trực tuyến', 'Online payment', 10, '3.5', 'Tỷ lệ TTHC có nghĩa vụ tài chính được tích hợp thanh toán trực tuyến', 'Fee procedures enabled for online payment', 2, 80, 'fee_procedures_seen', 'fee_procedures', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'PAYMENT_FORMALITY_USED', 10, 'TTTT', 'Thanh toán trực tuyến', 'Online payment', 10, '3.5b', 'Tỷ lệ TTHC có giao dịch thanh toán trực tuyến', 'Fee procedures with online payments', 2, 80, 'fee_procedures_paid', 'fee_procedures', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'PAYMENT_DOSSIER', 11, 'TTTT', 'Thanh toán trực tuyến', 'Online payment', 10, '3.6', 'Tỷ lệ hồ sơ thanh toán trực tuyến', 'Dossiers paid online', 6, 100, 'fee_paid', 'fee_dossiers', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'ORIGINAL_RESULT_AVAILABLE', 12, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.1', 'Tỷ lệ hồ sơ TTHC có cấp kết quả giải quyết điện tử', 'Dossiers with an electronic result', 6, 100, 'result_available', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'SO_HOA_GIAY_TO_GIAI_QUYET', 13, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.2', 'Tỷ lệ hồ sơ TTHC thực hiện số hóa hồ sơ', 'Digitised dossiers', 4, 100, 'digitized', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'REUSED_DIGITIZED_DATA', 14, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.3', 'Tỷ lệ hồ sơ khai thác, sử dụng lại thông tin, dữ liệu số hóa', 'Dossiers reusing digitised data', 2, 80, 'reused', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'SYNCED_WITH_DVCQG_PERSONAL_STORAGE', 15, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.4', 'Tỷ lệ hồ sơ được số hóa có kết nối, chia sẻ dữ liệu phục vụ tái sử dụng', 'Dossiers connected to the personal data store', 4, 100, 'personal_store', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'CITIZEN_DATA_CONNECTED_DOSSIER', 16, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.5b', 'Tỷ lệ hồ sơ TTHC có sử dụng dữ liệu dân cư', 'Dossiers using population data', 2, 100, 'citizen_data', 'handled', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'CITIZEN_DATA_CONNECTED_FORMALITY', 17, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '4.5a', 'Tỷ lệ TTHC triển khai kết nối, chia sẻ dữ liệu dân cư', 'Procedures connected to population data', 2, 100, 'citizen_procedures_connected', 'citizen_procedures', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'ELECTRONIC_CERTIFIED_COPY', 18, 'MDSH', 'Số hóa hồ sơ', 'Digitisation of dossiers', 22, '', 'Tỷ lệ cung cấp dịch vụ chứng thực bản sao điện tử từ bản chính', 'Electronic certified copies provided', 2, 100, 'certified_copy', '', 'CONST', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'PETITION_PROCESSING_ON_TIME', 19, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.2', 'Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn', 'Petitions processed on time', 6, 100, 'petitions_on_time', 'petitions', 'FULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'PETITION_HANDLING_SATISFACTION', 20, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.3', 'Tỷ lệ hài lòng trong xử lý phản ánh, kiến nghị', 'Satisfaction with petition handling', 6, 100, 'petitions_satisfied', 'petitions_first', 'FULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'DOSSIER_RECEIVING_SATISFACTION', 21, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.4', 'Tỷ lệ hài lòng trong tiếp nhận, giải quyết TTHC', 'Satisfaction with reception and resolution', 6, 90, 'satisfied', 'handled', 'ZERO', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'PETITION_CLASSIFICATION_TTHC', 22, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.1', 'Tỷ lệ phản ánh, kiến nghị về quy định, TTHC', 'Petitions about rules and procedures', 0, 100, '', '', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN'),
        ('portal-2026', 'PETITION_CLASSIFICATION_STAFF', 23, 'MDHL', 'Mức độ hài lòng', 'Satisfaction', 18, '5.1', 'Tỷ lệ phản ánh, kiến nghị về hành vi cán bộ', 'Petitions about staff conduct', 0, 100, '', '', 'NULL', 'OWN', 'OWN', 'OWN', 'OWN')
    )
COMMENT 'Indicators of every version of the index';

CREATE VIEW IF NOT EXISTS bi_dim_grade
(
    formula              LowCardinality(String)       COMMENT 'Version of the index',
    grade                LowCardinality(String)       COMMENT 'Code of the grade (xếp loại); key together with formula',
    name_vi              String                       COMMENT 'Name, Vietnamese',
    name_en              String                       COMMENT 'Name, English',
    from_total           Decimal(9, 2)                COMMENT 'Least total that earns it'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT * FROM values
    (
        'formula String, grade String, name_vi String, name_en String, from_total Decimal(9, 2)',
        ('article-2024', 'excellent', 'Xuất sắc', 'Excellent', 90),
        ('article-2024', 'good', 'Tốt', 'Good', 80),
        ('article-2024', 'fair', 'Khá', 'Fair', 70),
        ('article-2024', 'average', 'Trung bình', 'Average', 50),
        ('article-2024', 'weak', 'Yếu', 'Weak', 0),
        ('portal-2026', 'excellent', 'Xuất sắc', 'Excellent', 90),
        ('portal-2026', 'good', 'Tốt', 'Good', 80),
        ('portal-2026', 'fair', 'Khá', 'Fair', 70),
        ('portal-2026', 'average', 'Trung bình', 'Average', 50),
        ('portal-2026', 'weak', 'Yếu', 'Weak', 0)
    )
COMMENT 'Grades of every version of the index';

CREATE VIEW IF NOT EXISTS bi_dim_period
(
    period               String                       COMMENT 'Key of the period: 2024-03, 2024-Q1, 2024, R7@2024-03-31',
    period_kind          LowCardinality(String)       COMMENT 'month, quarter, year, R7 or R30 (rolling windows)',
    period_start         Date32                       COMMENT 'First local day',
    period_end           Date32                       COMMENT 'Last local day',
    previous_period      String                       COMMENT 'Key of the period of the same kind before it'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT DISTINCT period, period_kind, period_start, period_end, previous_period FROM scores
COMMENT 'Periods for which there are scores';

CREATE VIEW IF NOT EXISTS bi_fact_score_day
(
    day                  Date32                       COMMENT 'Local day at whose end the figures held; days on which no unit of the level changed are left out',
    formula              LowCardinality(String)       COMMENT 'Version of the index',
    level                LowCardinality(String)       COMMENT 'province, department, district or commune; ranks hold within it',
    period               String                       COMMENT 'Key of the period',
    unit_code            String                       COMMENT 'Code of the unit',
    total                Nullable(Decimal(5, 2))      COMMENT 'Points of 100; null (not 0) if a group could not be read',
    rank                 Nullable(UInt32)             COMMENT 'Competition rank 1-2-2-4; null without a total',
    grade                LowCardinality(String)       COMMENT 'Code of the grade, empty without a total',
    as_of                DateTime64(3, 'UTC')         COMMENT 'Moment the score is of; a unit that did not change keeps its last one'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT day, formula, level, period, unit_code, total, rank, grade, as_of FROM ranking_history
COMMENT 'Total and rank of every unit at the end of each local day';

CREATE VIEW IF NOT EXISTS bi_fact_group_day
(
    day                  Date32                       COMMENT 'Local day at whose end the figures held',
    formula              LowCardinality(String)       COMMENT 'Version of the index',
    level                LowCardinality(String)       COMMENT 'province, department, district or commune',
    period               String                       COMMENT 'Key of the period',
    unit_code            String                       COMMENT 'Code of the unit',
    group_code           LowCardinality(String)       COMMENT 'Code of the group',
    score                Decimal(5, 2)                COMMENT 'Points of the group; a group that could not be read has no row'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT day, formula, level, period, unit_code, group_code, score
FROM ranking_history
ARRAY JOIN mapKeys(groups) AS group_code, mapValues(groups) AS score
COMMENT 'Points of the groups of every unit at the end of each local day';

CREATE VIEW IF NOT EXISTS bi_fact_indicator_day
(
    day                  Date32                       COMMENT 'Local day at whose end the figures held; a day on which the unit did not change has no row',
    formula              LowCardinality(String)       COMMENT 'Version of the index',
    level                LowCardinality(String)       COMMENT 'province, department, district or commune',
    period               String                       COMMENT 'Key of the period',
    unit_code            String                       COMMENT 'Code of the unit',
    indicator            LowCardinality(String)       COMMENT 'Code of the indicator',
    group_code           LowCardinality(String)       COMMENT 'Code of the group',
    numerator            Nullable(Int64)              COMMENT 'What counts; null where the index shows none',
    denominator          Nullable(Int64)              COMMENT 'Of how many; null where the index shows none',
    score                Nullable(Decimal(9, 2))      COMMENT 'Points; null (not 0) where the index says null',
    maximum              Decimal(9, 2)                COMMENT 'Most points',
    lost                 Decimal(9, 2)                COMMENT 'maximum less score'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    day, formula, level, period, unit_code, indicator, group_code, numerator, denominator,
    CAST(toDecimal64(score_hundredths, 2) / 100, 'Nullable(Decimal(9, 2))') AS score,
    CAST(toDecimal64(maximum_hundredths, 2) / 100, 'Decimal(9, 2)') AS maximum,
    maximum - ifNull(score, 0) AS lost
FROM (SELECT *, day FROM indicator_days FINAL)
ARRAY JOIN
    indicators AS indicator, group_codes AS group_code, numerators AS numerator, denominators AS denominator,
    scores AS score_hundredths, maxima AS maximum_hundredths
COMMENT 'Indicators of every unit, last of each local day on which they changed';

CREATE VIEW IF NOT EXISTS bi_fact_dossier
(
    dossier_code         String                       COMMENT 'Code of the dossier (MaHoSo)',
    unit_code            String                       COMMENT 'Unit that holds it by the newest event, empty if unknown',
    procedure_code       String                       COMMENT 'Code of the procedure, empty if unknown',
    status               UInt8                        COMMENT 'Status 1..10 derived from the dates, 0 if none is known',
    channel              UInt8                        COMMENT '1 counter, 2 online, 3 post; unknown counts as counter',
    submitted_day        Nullable(Date32)             COMMENT 'Local day of submission',
    received_day         Nullable(Date32)             COMMENT 'Local day of reception, null if not received',
    due_day              Nullable(Date32)             COMMENT 'Local day of the promised return now in force, computed where none was promised',
    ended_day            Nullable(Date32)             COMMENT 'Local day on which it was resolved, refused, withdrawn or stopped; null while open',
    is_open              UInt8                        COMMENT '1 if received and not ended',
    is_late_now          UInt8                        COMMENT '1 if open and late now, by the rule of indicator 2.1 (view overdue_dossiers)',
    days_taken           Nullable(Int64)              COMMENT 'Calendar days from reception to end',
    has_result           UInt8                        COMMENT '1 if a result with a file was issued',
    digitized            UInt8                        COMMENT '1 if it has digitised components',
    reused               UInt8                        COMMENT '1 if a component was reused',
    personal_store       UInt8                        COMMENT '1 if a component came from the personal store',
    paid_online          UInt8                        COMMENT '1 if fees were paid online',
    supplements          UInt32                       COMMENT 'Supplement rounds asked for',
    synced               UInt8                        COMMENT '1 if the national portal has accepted it',
    liked                Nullable(UInt8)              COMMENT 'Rating of the citizen: 1 like, 0 dislike, null none',
    petitions            UInt32                       COMMENT 'Petitions about it'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    dossier_code, unit_code, procedure_code, status,
    ifNull(channel, 1) AS channel,
    toDate32(submitted_at, 'Asia/Ho_Chi_Minh') AS submitted_day,
    toDate32(received_at, 'Asia/Ho_Chi_Minh') AS received_day,
    toDate32(ifNull(due_at, computed_due_at), 'Asia/Ho_Chi_Minh') AS due_day,
    toDate32(ended_at, 'Asia/Ho_Chi_Minh') AS ended_day,
    received_at IS NOT NULL AND ended_at IS NULL AS is_open,
    dossier_code IN (SELECT dossier_code FROM overdue_dossiers) AS is_late_now,
    dateDiff('day', received_day, ended_day) AS days_taken,
    has_result, digitized, reused, personal_store,
    ifNull(online_payment IN (1, 2), 0) AS paid_online,
    length(supplement_rounds) AS supplements,
    synced_at IS NOT NULL AS synced,
    liked,
    length(petition_codes) AS petitions
FROM (SELECT *, coalesce(finished_at, returned_at, stopped_at, refused_at, withdrawn_at) AS ended_at FROM dossier_facts)
COMMENT 'One row a dossier (hồ sơ), as known now';

CREATE VIEW IF NOT EXISTS bi_fact_dossier_day
(
    day                  Date32                       COMMENT 'Local day',
    unit_code            String                       COMMENT 'Unit that holds the dossiers by the newest event',
    procedure_code       String                       COMMENT 'Code of the procedure',
    received             UInt64                       COMMENT 'Dossiers received on the day',
    received_online      UInt64                       COMMENT 'Of these, submitted online',
    ended                UInt64                       COMMENT 'Dossiers that ended on the day',
    ended_after_due      UInt64                       COMMENT 'Of these, on a later day than promised; pauses are not taken off: for the index ask bi_fact_indicator_day',
    ended_with_result    UInt64                       COMMENT 'Of those that ended, with a result file'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    happened.1 AS day, unit_code, procedure_code,
    countIf(happened.2 = 'received') AS received,
    countIf(happened.2 = 'received' AND channel = 2) AS received_online,
    countIf(happened.2 = 'ended') AS ended,
    countIf(happened.2 = 'ended' AND ifNull(ended_day > due_day, 0)) AS ended_after_due,
    countIf(happened.2 = 'ended' AND has_result) AS ended_with_result
FROM bi_fact_dossier
ARRAY JOIN arrayFilter(h -> h.1 != toDate32('1900-01-01'), [
    (ifNull(received_day, toDate32('1900-01-01')), 'received'),
    (if(received_day IS NULL, toDate32('1900-01-01'), ifNull(ended_day, toDate32('1900-01-01'))), 'ended')]) AS happened
GROUP BY day, unit_code, procedure_code
COMMENT 'Dossiers received and ended by day, unit and procedure';

CREATE VIEW IF NOT EXISTS bi_fact_petition
(
    petition_code        String                       COMMENT 'Code of the petition (phản ánh, kiến nghị)',
    dossier_code         String                       COMMENT 'Dossier it is about, empty if none',
    unit_code            String                       COMMENT 'Unit that handles it by the newest event, empty if unknown',
    petition_class       LowCardinality(String)       COMMENT 'rule, staff or other; empty if unknown',
    sent_day             Nullable(Date32)             COMMENT 'Local day of sending',
    received_day         Nullable(Date32)             COMMENT 'Local day of the first reception',
    answered_day         Nullable(Date32)             COMMENT 'Local day of the answer',
    published_day        Nullable(Date32)             COMMENT 'Local day on which the answer was published',
    outcome              LowCardinality(String)       COMMENT 'open, answered, refused or returned',
    likes                UInt32                       COMMENT 'Likes of the answer',
    dislikes             UInt32                       COMMENT 'Dislikes of the answer',
    repeated             UInt8                        COMMENT '1 if the matter was raised again'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    petition_code, dossier_code, unit_code, petition_class,
    toDate32(sent_at, 'Asia/Ho_Chi_Minh') AS sent_day,
    toDate32(received_at, 'Asia/Ho_Chi_Minh') AS received_day,
    toDate32(answered_at, 'Asia/Ho_Chi_Minh') AS answered_day,
    toDate32(published_at, 'Asia/Ho_Chi_Minh') AS published_day,
    multiIf(
        answered_at IS NOT NULL OR published_at IS NOT NULL, 'answered',
        refused_at IS NOT NULL, 'refused',
        returned_at IS NOT NULL, 'returned',
        'open') AS outcome,
    ifNull(likes, 0) AS likes, ifNull(dislikes, 0) AS dislikes, notEmpty(repeated_by) AS repeated
FROM petition_facts
COMMENT 'One row a petition, as known now';
