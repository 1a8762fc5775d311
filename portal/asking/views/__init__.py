"""Screens of asking, by what is asked."""
