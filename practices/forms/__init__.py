"""Forms of the practices, a module for each thing that people come to do."""
