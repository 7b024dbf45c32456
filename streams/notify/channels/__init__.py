"""The channels, one file each, under one port (`port.Channel`)."""
