"""The list of all analyses in a report: what it shows of each, and what its details add."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from phasewise.compositions.report.collect import FERRIC
from phasewise.core.arrow import numbers
from phasewise.plot.colours import UNKNOWN_COLOUR, VERDICT_TINTS, phase_colour
from phasewise.report.rows import RowColumn, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from phasewise.compositions.report.collect import ReportRows
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["listing", "oxide_columns", "saved_name"]

_LOOKS: dict[str, dict[str, Any]] = {
    "name": {"width": 10.0},
    "phase": {"width": 8.8, "choose": True},
    "species": {"width": 9.0, "choose": True, "rank": 4},
    "probability": {"width": 4.2, "title": "prob.", "rank": 2},
    "verdict": {"width": 7.2, "choose": True, "codes_in_words": True},
    "flags": {"width": 8.2, "rank": 4, "codes_in_words": True},
    "total": {"width": 4.6, "decimals": 2, "rank": 3},
    "formula": {"width": 12.0, "rank": 5},
    "reason": {"width": None, "rank": 3},
    "todo": {"title": "to do", "choose": True},
    "why": {"choose": True},
    "row": {"decimals": 0},
    "prediction_set": {"title": "may be", "codes_in_words": True},
    "total_corrected": {"title": "total, corrected", "decimals": 2},
    "total_expected": {"title": "total expected"},
}
"""How each column looks; those without a width stand in the details alone."""

OXIDES = "Measured, wt%"


def listing(rows: ReportRows, title: str, everything: str) -> Rows:
    """Return the analyses of a table as a list for a page.

    Parameters
    ----------
    rows : ReportRows
        At least one.
    title : str
        Name of the table, after which a file of chosen rows is called.
    everything : str
        How else to get a table of all rows.
    """
    colours: Mapping[str, Mapping[str, str]] = {"verdict": VERDICT_TINTS, "phase": _phase_colours(rows)}
    columns = [
        RowColumn(name, values, colours=colours.get(name, {}), **look)
        for name, look in _LOOKS.items()
        if (values := rows.column(name)) is not None
    ]
    columns += oxide_columns(rows.oxides())
    return Rows(columns, "analyses", saved_name(title), f"A table of all rows: {everything}")


def oxide_columns(oxides: Mapping[str, tuple[FloatArray, BoolArray]]) -> list[RowColumn]:
    """Return the columns of what was measured, for the details of a row.

    Parameters
    ----------
    oxides : mapping of str to ((n,) float64, (n,) bool)
        wt%, NaN where not measured, and whether it is below detection.
    """
    return [
        RowColumn(name, numbers(values), _title(name), decimals=4, part=OXIDES, below=below)
        for name, (values, below) in oxides.items()
    ]


def saved_name(title: str) -> str:
    """Return what the file of rows that a reader saves is called.

    Examples
    --------
    >>> saved_name("my table.csv")
    'my_table_chosen.csv'
    """
    stem = re.sub(r"[^\w.-]+", "_", PurePath(title).stem) or "analyses"
    return f"{stem}_chosen.csv"


def _title(oxide: str) -> str:
    return f"{oxide} (of FeOt)" if oxide == FERRIC else oxide


def _phase_colours(rows: ReportRows) -> dict[str, str]:
    named = {phase: phase_colour(phase) for phase, _, _ in rows.counts if phase is not None}
    return {phase: colour for phase, colour in named.items() if colour != UNKNOWN_COLOUR}
