"""What pages and API say: documents made from answers of ClickHouse, the same for both."""
