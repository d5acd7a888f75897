"""Analyses without labels: a map of them, clusters by density, and what no known mineral explains."""
