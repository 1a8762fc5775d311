"""The demonstration as files: what they say, and how that comes into the database."""
