"""Taking tables away: what there is, as CSV, XLSX, JSON and Parquet, with the filters in force."""
