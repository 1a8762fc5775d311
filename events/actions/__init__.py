"""All writes to events, by topic."""
