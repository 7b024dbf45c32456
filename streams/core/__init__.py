"""The pure core: no input or output, no engine, no clock."""
