"""Real servers on a laptop: start, await, stop."""
