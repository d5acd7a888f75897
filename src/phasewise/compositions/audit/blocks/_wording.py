"""Rows and places as the evidence names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from phasewise.core.types import IntArray

__all__ = ["MOST_NAMED", "counted", "labels_of", "named_rows"]

MOST_NAMED = 5
"""So many rows, labels or places are named one by one."""


def named_rows(rows: IntArray) -> str:
    """Return some rows of a table, counted from 1.

    Parameters
    ----------
    rows : (m,) int
        Positions, rising.

    Examples
    --------
    >>> import numpy as np
    >>> named_rows(np.array([0, 4, 5, 6]))
    'rows 1 and 5-7'
    """
    runs = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1)
    named = [f"{run[0] + 1}-{run[-1] + 1}" if len(run) > 1 else str(run[0] + 1) for run in runs[:MOST_NAMED]]
    rest = len(rows) - sum(map(len, runs[:MOST_NAMED]))
    noun = "row" if len(rows) == 1 else "rows"
    return f"{noun} {', '.join(named)} and {rest:,} more" if rest else f"{noun} {labels_of(named)}"


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
