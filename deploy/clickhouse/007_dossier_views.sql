-- Views over dossiers and petitions that resolve versions.

CREATE VIEW IF NOT EXISTS dossier_facts
(
    dossier_code            String                                    COMMENT 'Code of the dossier (MaHoSo), the same from submission to result',
    procedure_code          String                                    COMMENT 'Code of the procedure (MaTTHC), empty if unknown',
    unit_code               String                                    COMMENT 'Unit that holds the dossier by the newest event (DonViXuLy), empty if unknown',
    holding_units           Array(LowCardinality(String))             COMMENT 'Units that held the dossier, oldest first',
    holding_since           Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Since when each of holding_units; null: from the beginning',
    status                  UInt8                                     COMMENT 'Status 1..10 (TrangThaiHoSo) derived from the dates, 0 if none is known',
    channel                 Nullable(UInt8)                           COMMENT '1 counter, 2 online, 3 post (KenhThucHien); null counts as 1',
    applicant_kind          Nullable(UInt8)                           COMMENT '1 citizen, 2 enterprise, 3 state agency, 4 other (LoaiDoiTuong)',
    submitted_from          LowCardinality(Nullable(String))          COMMENT 'Where it was submitted (NoiNopHoSo), a code',
    submitted_at            Nullable(DateTime64(3, 'UTC'))            COMMENT 'Submitted (NgayNopHoSo)',
    received_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'Received (NgayTiepNhan): start of the clock',
    due_at                  Nullable(DateTime64(3, 'UTC'))            COMMENT 'Promised return now in force (NgayHenTra, NgayHenTraMoi)',
    due_stated_at           Nullable(DateTime64(3, 'UTC'))            COMMENT 'When due_at was last stated; a supplement or rescheduling after it decides',
    due_corrected           UInt8                                     COMMENT '1 if due_at was set by a correction: then it decides',
    original_due_at         Nullable(DateTime64(3, 'UTC'))            COMMENT 'Promised return as first given, before any rescheduling',
    computed_due_at         Nullable(DateTime64(3, 'UTC'))            COMMENT 'Reception plus the maximum time of the procedure, where no return was promised',
    refused_at              Nullable(DateTime64(3, 'UTC'))            COMMENT 'Refused (NgayTuChoi, status 3)',
    finished_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'Resolved (NgayKetThucXuLy, status 9)',
    returned_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'Result handed over (NgayTra, status 10)',
    withdrawn_at            Nullable(DateTime64(3, 'UTC'))            COMMENT 'Withdrawn by the citizen (status 7)',
    stopped_at              Nullable(DateTime64(3, 'UTC'))            COMMENT 'Stopped (status 8)',
    return_form             Nullable(UInt8)                           COMMENT 'How the result was handed over (HinhThuc), 0 or 1',
    supplement_rounds       Array(String)                             COMMENT 'Ids of the supplement rounds (HoSoBoSungId), by time of request',
    supplement_requested_at Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each round was asked for (NgayBoSung)',
    supplement_completed_at Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each round was completed (NgayTiepNhanBoSung), null while waiting',
    supplement_due_before   Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Due date before each round (NgayHenTraTruoc)',
    supplement_due_after    Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Due date given anew after each round (NgayHenTraMoi); null: the pause is subtracted',
    reschedule_apology_at   Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each letter of apology (phiếu xin lỗi) was sent',
    reschedule_due_before   Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Due date before each rescheduling',
    reschedule_due_after    Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Due date after each rescheduling',
    stages                  Array(String)                             COMMENT 'Ids of the stages (công đoạn)',
    stage_started_at        Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each stage began (NgayBatDau)',
    stage_due_at            Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each stage should end (NgayKetThucTheoQuyDinh)',
    stage_finished_at       Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each stage ended',
    online_payment          Nullable(UInt8)                           COMMENT '1 national portal, 2 ministry or province gateway, else not online (DuocThanhToanTrucTuyen)',
    paid_at                 Nullable(DateTime64(3, 'UTC'))            COMMENT 'When fees were paid',
    paid_online_at          Nullable(DateTime64(3, 'UTC'))            COMMENT 'When they were paid online; null with online_payment 1 or 2: some time',
    fees_known              UInt8                                     COMMENT '1 if a list of fee lines was ever sent, even an empty one (DanhSachLePhi)',
    fees                    Array(Int64)                              COMMENT 'Amounts of the fee lines (Gia), VND; all 0: no obligation',
    has_result              UInt8                                     COMMENT '1 if a result with a file was issued (DuongDanTepTinKetQua)',
    has_component_file      UInt8                                     COMMENT '1 if a component has a file (DuongDanTaiTepTin)',
    digitized               UInt8                                     COMMENT '1 if it has digitised components (HoSoCoThanhPhanSoHoa, DuocSoHoa)',
    reused                  UInt8                                     COMMENT '1 if a component was reused (DuocTaiSuDung)',
    personal_store          UInt8                                     COMMENT '1 if a component came from the personal store (DuocLayTuKhoDMQG)',
    vneid_verified          UInt8                                     COMMENT '1 if the account was verified with VNeID (TaiKhoanDuocXacThucVoiVNeID)',
    databases               Array(LowCardinality(String))             COMMENT 'Codes of the databases consulted (DSKetNoiCSDL.MaCSDL)',
    liked                   Nullable(UInt8)                           COMMENT 'Rating of the citizen: 1 like, 0 dislike, null none',
    rated_at                Nullable(DateTime64(3, 'UTC'))            COMMENT 'When it was rated',
    petition_codes          Array(String)                             COMMENT 'Petitions (PAKN) about the dossier',
    petition_sent_at        Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each of petition_codes was sent',
    synced_at               Nullable(DateTime64(3, 'UTC'))            COMMENT 'When the national portal first accepted it',
    contradictions          Array(LowCardinality(String))             COMMENT 'What does not fit together, derived from the facts, e.g. finished_before_received',
    epoch                   UInt16                                    COMMENT 'Epoch of the topics that the row was read from',
    source_partition        UInt32                                    COMMENT 'Partition of the dossier events',
    source_offset           UInt64                                    COMMENT 'Offset of the event that last changed the dossier'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    dossier_code, procedure_code, unit_code, holding_units, holding_since, status, channel, applicant_kind,
    submitted_from, submitted_at, received_at, due_at, due_stated_at, due_corrected, original_due_at,
    computed_due_at, refused_at, finished_at, returned_at, withdrawn_at, stopped_at, return_form,
    supplement_rounds, supplement_requested_at, supplement_completed_at, supplement_due_before,
    supplement_due_after, reschedule_apology_at, reschedule_due_before, reschedule_due_after, stages,
    stage_started_at, stage_due_at, stage_finished_at, online_payment, paid_at, paid_online_at, fees_known,
    fees, has_result, has_component_file, digitized, reused, personal_store, vneid_verified, databases, liked,
    rated_at, petition_codes, petition_sent_at, synced_at, contradictions, epoch, source_partition,
    source_offset
FROM dossiers FINAL
COMMENT 'Current facts of each dossier';

CREATE VIEW IF NOT EXISTS petition_facts
(
    petition_code           String                                    COMMENT 'Code of the petition (phản ánh, kiến nghị)',
    dossier_code            String                                    COMMENT 'Dossier it is about, empty if none',
    unit_code               String                                    COMMENT 'Unit that handles it by the newest event, empty if unknown',
    holding_units           Array(LowCardinality(String))             COMMENT 'Units that held the petition, oldest first',
    holding_since           Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Since when each of holding_units; null: from the beginning',
    petition_class          LowCardinality(String)                    COMMENT 'rule, staff or other; empty if unknown',
    direct                  UInt8                                     COMMENT '1 if the citizen sent it directly: the clock starts at sent_at',
    sent_at                 Nullable(DateTime64(3, 'UTC'))            COMMENT 'Sent by the citizen',
    transfer_units          Array(LowCardinality(String))             COMMENT 'Units it was transferred to, oldest first',
    transferred_at          Array(DateTime64(3, 'UTC'))               COMMENT 'When each transfer happened',
    transfer_by_agency      Array(UInt8)                              COMMENT '1 if the Government Office or another agency transferred it: the clock starts anew',
    received_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'First received',
    supplement_requested_at Nullable(DateTime64(3, 'UTC'))            COMMENT 'First request for a supplement',
    refused_at              Nullable(DateTime64(3, 'UTC'))            COMMENT 'Refused (từ chối)',
    returned_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'Sent back (trả lại)',
    answered_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'Answered, waiting to be published (chờ công khai)',
    published_at            Nullable(DateTime64(3, 'UTC'))            COMMENT 'Answer published (công khai)',
    likes                   Nullable(UInt32)                          COMMENT 'Likes of the answer',
    dislikes                Nullable(UInt32)                          COMMENT 'Dislikes of the answer',
    rated_at                Nullable(DateTime64(3, 'UTC'))            COMMENT 'When the answer was rated',
    repeated_by             Array(String)                             COMMENT 'Later petitions on the same result',
    repeated_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'When the matter was first raised again',
    epoch                   UInt16                                    COMMENT 'Epoch of the topics that the row was read from',
    source_partition        UInt32                                    COMMENT 'Partition of the dossier events',
    source_offset           UInt64                                    COMMENT 'Offset of the event that last changed the petition'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    petition_code, dossier_code, unit_code, holding_units, holding_since, petition_class, direct, sent_at,
    transfer_units, transferred_at, transfer_by_agency, received_at, supplement_requested_at, refused_at,
    returned_at, answered_at, published_at, likes, dislikes, rated_at, repeated_by, repeated_at, epoch,
    source_partition, source_offset
FROM petitions FINAL
COMMENT 'Current facts of each petition';

-- Dossiers in process, not ended at the moment `at` and late by then, by the decision list of indicator 2.1:
-- waiting for a first supplement the moment of the request counts, waiting for a second one is late, otherwise `at`
-- counts; pauses that no newer due date covers are taken off (supplement rule subtract or shift; under restart a dossier
-- with such a pause may be due later than shown). Without any due date only a second supplement makes it late.

CREATE VIEW IF NOT EXISTS overdue_dossiers_at
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS WITH
    {at:DateTime64(3, 'UTC')} AS moment,
    open AS
    (
        SELECT
            *,
            arrayLast((unit, since) -> since IS NULL OR since <= moment, holding_units, holding_since) AS holder,
            coalesce(finished_at, returned_at) AS resolved_at,
            coalesce(
                resolved_at,
                arraySort(arrayFilter(x -> x IS NOT NULL,
                [
                    stopped_at,
                    if(refused_at >= received_at, refused_at, NULL),
                    if(withdrawn_at >= received_at, withdrawn_at, NULL)
                ]))[1]
            ) AS ended_at
        FROM dossiers FINAL
        WHERE received_at <= moment
            AND (withdrawn_at IS NULL OR withdrawn_at >= received_at OR resolved_at IS NOT NULL)
            AND (ended_at IS NULL OR ended_at > moment)
    ),
    asked AS
    (
        SELECT
            *,
            arrayFilter(r -> ifNull(r.1 <= moment, 0) OR ifNull(r.2 <= moment, 0),
                arrayZip(supplement_requested_at, supplement_completed_at, supplement_due_after)) AS rounds,
            arrayFilter(r -> r.2 IS NULL OR r.2 > moment, rounds) AS waiting,
            arrayLast(x -> 1, arraySort(arrayConcat(
                arrayMap(r -> (assumeNotNull(r.2), assumeNotNull(r.3)),
                    arrayFilter(r -> ifNull(r.2 <= moment, 0) AND r.3 IS NOT NULL, rounds)),
                arrayMap(r -> (assumeNotNull(r.1), assumeNotNull(r.2)),
                    arrayFilter(r -> ifNull(r.1 <= moment, 0) AND r.2 IS NOT NULL,
                        arrayZip(reschedule_apology_at, reschedule_due_after)))
            )) AS renewals) AS renewal,
            notEmpty(renewals) AND NOT
            (
                ifNull(due_stated_at > renewal.1, 0) AND (due_corrected OR ifNull(due_at > renewal.2, 0))
            ) AS renewed
        FROM open
    ),
    promised AS
    (
        SELECT
            *,
            multiIf(renewed, toNullable(renewal.2), due_at IS NULL, computed_due_at, due_at) AS due,
            multiIf(
                renewed, toNullable(renewal.1),
                NOT due_corrected AND ifNull(due_at > original_due_at, 0), due_stated_at,
                NULL
            ) AS agreed_at,
            arraySum(r -> if(r.1 IS NULL OR r.2 < r.1, 0, dateDiff('millisecond', assumeNotNull(r.1), assumeNotNull(r.2))),
                arrayFilter(r -> ifNull(r.2 <= moment, 0) AND (agreed_at IS NULL OR r.2 > agreed_at), rounds)) AS paused_ms
        FROM asked
    )
SELECT
    dossier_code,
    procedure_code,
    holder AS unit_code,
    status,
    received_at,
    due AS due_at,
    original_due_at,
    notEmpty(waiting) AS waits_for_supplement,
    length(rounds) AS supplements_asked,
    multiIf(
        empty(waiting), due + toIntervalMillisecond(paused_ms),
        length(rounds) > 1, coalesce(waiting[1].1, moment),
        due
    ) AS late_since,
    dateDiff('hour', assumeNotNull(late_since), moment) AS hours_late
FROM promised
WHERE multiIf(
    empty(waiting), ifNull(moment > due + toIntervalMillisecond(paused_ms), 0),
    length(rounds) > 1, 1,
    ifNull(waiting[1].1 > due, 0)
)
COMMENT 'The view overdue_dossiers at the moment at; ask with overdue_dossiers_at(at = ...)';

CREATE VIEW IF NOT EXISTS overdue_dossiers
(
    dossier_code         String                          COMMENT 'Code of the dossier',
    procedure_code       String                          COMMENT 'Code of the procedure',
    unit_code            LowCardinality(String)          COMMENT 'Unit that holds it',
    status               UInt8                           COMMENT 'Status 1..10 derived from the dates',
    received_at          Nullable(DateTime64(3, 'UTC'))  COMMENT 'Received',
    due_at               Nullable(DateTime64(3, 'UTC'))  COMMENT 'Due date in force, before pauses are taken off',
    original_due_at      Nullable(DateTime64(3, 'UTC'))  COMMENT 'Due date first promised',
    waits_for_supplement UInt8                           COMMENT '1 while it waits for the citizen',
    supplements_asked    UInt32                          COMMENT 'Supplement rounds asked for so far; a second one still waiting is late',
    late_since           Nullable(DateTime64(3, 'UTC'))  COMMENT 'Last moment at which it was on time',
    hours_late           Nullable(Int64)                 COMMENT 'Whole hours since then'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT * FROM overdue_dossiers_at(at = now64(3))
COMMENT 'Dossiers that are late and not finished now, by the clock of the server';
