"""Local stores of encoded states: one port, in memory or in RocksDB."""
