"""Compositions: from a table of chemical analyses to phases one can trust."""
