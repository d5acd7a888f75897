"""Errors that whole blocks of rows share; each kind is found by one module of this folder."""
