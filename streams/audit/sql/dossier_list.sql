-- The counters that each dossier of a unit and everything below it stands in, who holds it and its procedure.
SELECT
    dossier_code AS code,
    holder,
    procedure_code,
    arrayFilter((name, stands) -> stands,
        ['received', 'received_synced', 'received_online', 'fee_dossiers', 'fee_paid', 'handled', 'on_time', 'result_available',
         'digitized', 'reused', 'personal_store', 'citizen_data', 'satisfied', 'online_services', 'fee_procedures_seen',
         'fee_procedures_paid', 'citizen_procedures_connected'],
        [received_here, received_synced, received_online, fee_dossiers, fee_paid, handled, on_time, result_available,
         scanned, reusing, from_store, citizen_data, satisfied, online, fee_procedures_seen,
         fee_procedures_paid, citizen_procedures_connected]) AS counters
FROM ({judged}) AS judged
INNER JOIN tree ON tree.unit = judged.holder
WHERE tree.above = %(unit)s
