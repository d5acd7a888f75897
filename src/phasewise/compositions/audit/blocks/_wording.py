"""Rows and places as the evidence names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from phasewise.core.types import IntArray

__all__ = ["MOST_NAMED", "counted", "labels_of", "named_rows"]

MOST_NAMED = 5
"""So many rows, labels or places are named one by one."""


def named_rows(rows: IntArray) -> str:
    """Return some rows of a table, counted from 1.

    Examples
    --------
    >>> import numpy as np
    >>> named_rows(np.array([0, 4, 5]))
    'rows 1, 5 and 6'
    """
    if len(rows) > 1 and rows[-1] - rows[0] == len(rows) - 1:
        return f"rows {rows[0] + 1}-{rows[-1] + 1}"
    return ("row " if len(rows) == 1 else "rows ") + labels_of(str(int(row) + 1) for row in rows)


def labels_of(names: Iterable[str]) -> str:
    """Return names as a list in words, the first few of them.

    Examples
    --------
    >>> labels_of(["Olivine", "Spinel"])
    'Olivine and Spinel'
    """
    every = list(names)
    if len(every) > MOST_NAMED:
        return f"{', '.join(every[:MOST_NAMED])} and {len(every) - MOST_NAMED} more"
    return " and ".join(part for part in (", ".join(every[:-1]), *every[-1:]) if part)


def counted(n: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "row"), counted(3, "analysis", "analyses")
    ('1 row', '3 analyses')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"
