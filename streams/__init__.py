"""The stream processor of Nhịp 766."""
