"""Audits of labelled tables: which rows and which blocks of rows are wrong, and why."""
