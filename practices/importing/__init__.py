"""Sheets from a spreadsheet: the template, reading what members filled in, and what importing it would do.

``columns`` says what a spreadsheet has; ``template`` and ``plan`` are both made from it.
"""
