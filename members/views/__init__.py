"""Screens about accounts and people."""
