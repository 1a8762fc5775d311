"""Letters that come in: reading what mail programs make of an answer."""
