"""Diagrams of the minerals of a table."""
