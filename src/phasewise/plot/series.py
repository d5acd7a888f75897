"""How several curves in one figure are told apart, with and without colour."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["SERIES_STYLES", "SeriesStyle", "series_style"]


class SeriesStyle(NamedTuple):
    """Colour, line style and marker of a curve, as matplotlib takes them."""

    colour: str
    line: str
    marker: str


SERIES_STYLES = (
    SeriesStyle("#0072B2", "-", "o"),
    SeriesStyle("#D55E00", "-", "s"),
    SeriesStyle("#009E73", "-", "D"),
    SeriesStyle("#CC79A7", "-", "^"),
    SeriesStyle("#56B4E9", "--", "v"),
    SeriesStyle("#E69F00", "--", "P"),
    SeriesStyle("#222222", "--", "X"),
)
"""Colours that colour-blind eyes tell apart (Wong 2011, doi:10.1038/nmeth.1618)."""


def series_style(number: int) -> SeriesStyle:
    """Return the style of the curve with that number, counted from 0; after the last they begin anew."""
    return SERIES_STYLES[number % len(SERIES_STYLES)]
