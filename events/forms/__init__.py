"""Forms of events, by topic."""
