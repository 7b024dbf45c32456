-- Facts of dossiers and petitions, one row each; of two rows with one key the higher version is the truth. No date or flag
-- here is a result of the index: who handled a dossier when, whether it was on time and where it counts can be recomputed
-- from these columns by anyone. There is no partition key: a dossier's code says nothing about when its row changes.

CREATE TABLE dossiers
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
    original_due_at         Nullable(DateTime64(3, 'UTC'))            COMMENT 'Promised return as first given, before any rescheduling',
    refused_at              Nullable(DateTime64(3, 'UTC'))            COMMENT 'Refused (NgayTuChoi, status 3)',
    finished_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'Resolved (NgayKetThucXuLy, status 9)',
    returned_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'Result handed over (NgayTra, status 10)',
    withdrawn_at            Nullable(DateTime64(3, 'UTC'))            COMMENT 'Withdrawn by the citizen (status 7)',
    stopped_at              Nullable(DateTime64(3, 'UTC'))            COMMENT 'Stopped (status 8)',
    supplement_rounds       Array(String)                             COMMENT 'Ids of the supplement rounds (HoSoBoSungId), by time of request',
    supplement_requested_at Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each round was asked for (NgayBoSung)',
    supplement_completed_at Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each round was completed (NgayTiepNhanBoSung), null while waiting',
    supplement_due_before   Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Due date before each round (NgayHenTraTruoc)',
    supplement_due_after    Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Due date given anew after each round (NgayHenTraMoi); null: the pause is subtracted',
    reschedule_apology_at   Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each letter of apology (phiếu xin lỗi) was sent',
    reschedule_due_before   Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Due date before each rescheduling',
    reschedule_due_after    Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'Due date after each rescheduling',
    online_payment          Nullable(UInt8)                           COMMENT '1 national portal, 2 ministry or province gateway, else not online (DuocThanhToanTrucTuyen)',
    paid_at                 Nullable(DateTime64(3, 'UTC'))            COMMENT 'When fees were paid',
    fees_known              UInt8                                     COMMENT '1 if a list of fee lines was ever sent, even an empty one (DanhSachLePhi)',
    fees                    Array(Int64)                              COMMENT 'Amounts of the fee lines (Gia), VND; all 0: no obligation',
    has_result              UInt8                                     COMMENT '1 if a result with a file was issued (DuongDanTepTinKetQua)',
    has_component_file      UInt8                                     COMMENT '1 if a component has a file (DuongDanTaiTepTin)',
    digitized               UInt8                                     COMMENT '1 if it has digitised components (HoSoCoThanhPhanSoHoa, DuocSoHoa)',
    reused                  UInt8                                     COMMENT '1 if a component was reused (DuocTaiSuDung)',
    personal_store          UInt8                                     COMMENT '1 if a component came from the personal store (DuocLayTuKhoDMQG)',
    vneid_verified          UInt8                                     COMMENT '1 if the account was verified with VNeID (TaiKhoanDuocXacThucVoiVNeID)',
    population_database     UInt8                                     COMMENT '1 if the population database was consulted (DSKetNoiCSDL.MaCSDL)',
    liked                   Nullable(UInt8)                           COMMENT 'Rating of the citizen: 1 like, 0 dislike, null none',
    rated_at                Nullable(DateTime64(3, 'UTC'))            COMMENT 'When it was rated',
    petition_codes          Array(String)                             COMMENT 'Petitions (PAKN) about the dossier',
    petition_sent_at        Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each of petition_codes was sent',
    synced_at               Nullable(DateTime64(3, 'UTC'))            COMMENT 'When the national portal first accepted it',
    contradictions          Array(LowCardinality(String))             COMMENT 'What does not fit together, derived from the facts, e.g. finished_before_received',
    epoch                   UInt16                                    COMMENT 'Epoch of the topics that the row was read from',
    source_partition        UInt32                                    COMMENT 'Partition of the dossier events',
    source_offset           UInt64                                    COMMENT 'Offset of the event that last changed the dossier',
    version                 UInt128                                   COMMENT 'epoch << 64 | source_offset; the highest wins',
    inserted_at             DateTime('UTC') DEFAULT now()             COMMENT 'When the row was written, by the clock of the server'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY dossier_code
COMMENT 'Current facts of each dossier (hồ sơ TTHC), for drill-down and audit; read through the view dossier_facts';

CREATE TABLE petitions
(
    petition_code           String                                    COMMENT 'Code of the petition (phản ánh, kiến nghị)',
    dossier_code            String                                    COMMENT 'Dossier it is about, empty if none',
    unit_code               String                                    COMMENT 'Unit that handles it by the newest event, empty if unknown',
    petition_class          LowCardinality(String)                    COMMENT 'rule, staff or other; empty if unknown',
    direct                  UInt8                                     COMMENT '1 if the citizen sent it directly: the clock starts at sent_at',
    sent_at                 Nullable(DateTime64(3, 'UTC'))            COMMENT 'Sent by the citizen',
    transfer_units          Array(LowCardinality(String))             COMMENT 'Units it was transferred to, oldest first',
    transferred_at          Array(Nullable(DateTime64(3, 'UTC')))     COMMENT 'When each transfer happened',
    transfer_by_agency      Array(UInt8)                              COMMENT '1 if the Government Office or another agency transferred it: the clock starts anew',
    received_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'First received',
    refused_at              Nullable(DateTime64(3, 'UTC'))            COMMENT 'Refused (từ chối)',
    returned_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'Sent back (trả lại)',
    supplement_requested_at Nullable(DateTime64(3, 'UTC'))            COMMENT 'First request for a supplement',
    answered_at             Nullable(DateTime64(3, 'UTC'))            COMMENT 'Answered, waiting to be published (chờ công khai)',
    published_at            Nullable(DateTime64(3, 'UTC'))            COMMENT 'Answer published (công khai)',
    likes                   Nullable(UInt32)                          COMMENT 'Likes of the answer',
    dislikes                Nullable(UInt32)                          COMMENT 'Dislikes of the answer',
    repeated_by             Array(String)                             COMMENT 'Later petitions on the same result',
    epoch                   UInt16                                    COMMENT 'Epoch of the topics that the row was read from',
    source_partition        UInt32                                    COMMENT 'Partition of the dossier events',
    source_offset           UInt64                                    COMMENT 'Offset of the event that last changed the petition',
    version                 UInt128                                   COMMENT 'epoch << 64 | source_offset; the highest wins',
    inserted_at             DateTime('UTC') DEFAULT now()             COMMENT 'When the row was written, by the clock of the server'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY petition_code
COMMENT 'Current facts of each petition (PAKN); read through the view petition_facts';
