"""Figures; every function returns matplotlib Axes and leaves showing and saving to the caller."""
