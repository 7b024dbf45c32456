"""What crosses a border: events, topics, reference data, index versions and tables."""
