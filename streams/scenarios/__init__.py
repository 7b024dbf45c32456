"""The stories of the demo, as data and generators."""
