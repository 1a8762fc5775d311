"""Forms about events, by topic."""
