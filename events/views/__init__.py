"""Screens of events, by topic."""
