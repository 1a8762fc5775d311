"""All writes to discussions, by what people do."""
