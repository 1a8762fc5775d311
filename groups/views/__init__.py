"""Screens of working groups, a module for each thing that people come to do."""
