"""All writes to practices, a module for each thing that is done."""
