-- Sums over the dossiers of a unit and everything below it; distinct procedures where procedures are counted.
SELECT
    above AS unit,
    toInt64(sum(received_here)) AS received,
    toInt64(sum(received_synced)) AS received_synced,
    toInt64(sum(received_online)) AS received_online,
    toInt64(sum(fee_dossiers)) AS fee_dossiers,
    toInt64(sum(fee_paid)) AS fee_paid,
    toInt64(sum(handled)) AS handled,
    toInt64(sum(on_time)) AS on_time,
    toInt64(sum(result_available)) AS result_available,
    toInt64(sum(scanned)) AS digitized,
    toInt64(sum(reusing)) AS reused,
    toInt64(sum(from_store)) AS personal_store,
    toInt64(sum(citizen_data)) AS citizen_data,
    toInt64(sum(satisfied)) AS satisfied,
    toInt64(uniqExactIf(procedure_code, fee_procedures_seen)) AS fee_procedures_seen,
    toInt64(uniqExactIf(procedure_code, fee_procedures_paid)) AS fee_procedures_paid,
    toInt64(uniqExactIf(procedure_code, citizen_procedures_connected)) AS citizen_procedures_connected
FROM ({judged}) AS judged
INNER JOIN tree ON tree.unit = judged.holder
GROUP BY above
