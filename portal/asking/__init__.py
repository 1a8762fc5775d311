"""Asking: a city about its sheet, the network about a problem; and answers that come to stand on a sheet.

Practices, discussions and the search are siblings or know nothing of each other upwards; this joins them.
"""
