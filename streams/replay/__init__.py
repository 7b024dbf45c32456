"""A past told again: events from files, from the archive or from a topic, into fresh topics and tables, with ticks."""
