"""The audit: counts again from the event log, and by SQL from stored facts, and compares both with the live rows."""
