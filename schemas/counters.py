"""The counters of a tally: the one list of names, in the order they have on the wire.

A tally of a unit and a period is one non-negative integer per counter. Three families, by how a parent gets
its own:

* dossier counters are sums over dossiers and petitions of the unit and everything below it;
* presence counters count distinct procedures or services, so presence is summed per code first, then counted;
* catalogue counters come from reference data alone, no event moves them.

HANDLED and RECEIVED are the populations of the index description: a dossier is HANDLED in a period if it was
received on or before the cut-off and had not ended before the period began, RECEIVED if its reception falls
into the period. Names of national fields (NgayTiepNhan ...) are those of the sync call DongBoHoSoMC.

The order is a wire format: append, never move or remove.
"""

DOSSIER_COUNTERS_WITH_MEANING: tuple[tuple[str, str], ...] = (
    ("received", "RECEIVED dossiers (2.1, 3.3; NgayTiepNhan in the period; portal channelTotalSum)"),
    (
        "received_synced",
        "RECEIVED dossiers that reached the national portal (1.4; answer of the sync call)",
    ),
    (
        "received_online",
        "RECEIVED dossiers submitted online (3.3; KenhThucHien = 2; portal channelOnlineSum)",
    ),
    ("fee_dossiers", "RECEIVED with a fee, not every line 0 (3.6; portal totalDossierFinancialObligation)"),
    (
        "fee_paid",
        "fee_dossiers paid online (3.6; DuocThanhToanTrucTuyen 1 or 2; totalDossierOnlinePaymentSuccess)",
    ),
    ("handled", "HANDLED dossiers (2.1, 4.1-4.5b, 5.4; portal totalReceived)"),
    ("on_time", "HANDLED dossiers before or on their due date (2.1; portal totalOnTime)"),
    (
        "result_available",
        "HANDLED dossiers with a result file (4.1; DanhSachGiayToKetQua.DuongDanTepTinKetQua)",
    ),
    (
        "digitized",
        "HANDLED dossiers with a component file and a result file (4.2; TaiLieuNop.DuongDanTaiTepTin)",
    ),
    ("reused", "HANDLED dossiers whose digitised data are reused (4.3; HoSoCoThanhPhanSoHoa, DuocSoHoa)"),
    (
        "personal_store",
        "HANDLED dossiers with a component from the citizen's store (4.4; DuocLayTuKhoDMQG)",
    ),
    ("citizen_data", "HANDLED dossiers using population data (4.5b; VNeID, personal store, MaCSDL)"),
    ("satisfied", "HANDLED dossiers neither overdue nor complained about nor disliked (5.4)"),
    ("completed", "HANDLED dossiers finished by the cut-off (information; portal totalCompleted)"),
    ("open", "HANDLED dossiers not finished at the cut-off (information)"),
    ("open_late", "open dossiers past their due date at the cut-off (information; the overdue list)"),
    ("petitions", "petitions (PAKN) received or being handled in the period (5.2 denominator)"),
    ("petitions_on_time", "petitions inside the limit of their outcome (5.2; 2, 5, 15 or 2 working days)"),
    ("petitions_first", "accepted petitions first received in the period (5.3 denominator)"),
    ("petitions_satisfied", "petitions_first not disliked, not overdue, not raised again (5.3)"),
)

PRESENCE_COUNTERS_WITH_MEANING: tuple[tuple[str, str], ...] = (
    (
        "online_services",
        "services with an online dossier received (3.2; by service code; onlineDossierCount)",
    ),
    (
        "fee_procedures_seen",
        "fee procedures with a non-zero fee line (3.5; DanhSachLePhi; totalFeeDossierFormality)",
    ),
    (
        "fee_procedures_paid",
        "fee procedures paid online (3.5b; portal totalDossierOnlineFormalityPaymentSuccess)",
    ),
    (
        "citizen_procedures_connected",
        "citizen procedures with a citizen_data dossier (4.5a; by procedure code)",
    ),
)

CATALOGUE_COUNTERS_WITH_MEANING: tuple[tuple[str, str], ...] = (
    ("procedures_decided", "public procedures in decisions dated in the period (1.1 denominator)"),
    (
        "procedures_decided_on_time",
        "of these, every decision early enough before legal effect (1.1 numerator)",
    ),
    ("procedures_publication_due", "procedures published in the period or due to be (1.2 denominator)"),
    (
        "procedures_published_on_time",
        "of these, published within the limit of working days (1.2 numerator)",
    ),
    ("procedures_public", "procedures public at the cut-off (1.3 denominator)"),
    (
        "procedures_public_full",
        "of these, all seven parts of Decree 63/2010 art. 8(2) complete (1.3 numerator)",
    ),
    ("procedures_authority", "procedures under the unit's authority (3.1; portal authorityCount)"),
    (
        "procedures_online",
        "of these, with a partial or full online service (3.1; partialCount + fullCount)",
    ),
    ("services_applied", "online services applied by the unit (3.2; portal onlineServiceTotal)"),
    ("fee_procedures", "procedures with a fee in the catalogue (3.5, 3.5b; portal totalFeeFormality)"),
    ("citizen_procedures", "procedures whose subjects include citizens (4.5a denominator)"),
    (
        "sync_expected",
        "dossiers expected at the national portal: larger of reported and received (1.4; BCQG)",
    ),
    ("certified_copy", "1 if the unit issues electronic certified copies, else 0 (reference flag)"),
)

DOSSIER_COUNTERS: tuple[str, ...] = tuple(name for name, _ in DOSSIER_COUNTERS_WITH_MEANING)
PRESENCE_COUNTERS: tuple[str, ...] = tuple(name for name, _ in PRESENCE_COUNTERS_WITH_MEANING)
CATALOGUE_COUNTERS: tuple[str, ...] = tuple(name for name, _ in CATALOGUE_COUNTERS_WITH_MEANING)

ALL_COUNTERS: tuple[str, ...] = DOSSIER_COUNTERS + PRESENCE_COUNTERS + CATALOGUE_COUNTERS

MEANINGS: dict[str, str] = dict(
    DOSSIER_COUNTERS_WITH_MEANING + PRESENCE_COUNTERS_WITH_MEANING + CATALOGUE_COUNTERS_WITH_MEANING
)
