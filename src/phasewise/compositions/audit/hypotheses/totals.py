"""The total under the header of an oxide, in its place or before all oxides."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.hypotheses.hypothesis import MOVABLE, Hypothesis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["hypotheses"]

NEAR = 1.5
"""A value is the total where it is as near to the sum of all others, in wt%."""

LEAST = 80.0
"""No mineral or glass that a probe measures has a lower total, in wt%."""

COST = 0.5


def hypotheses(order: Sequence[str]) -> list[Hypothesis]:
    """Return that the total stands under an oxide, or under the first one, with all others behind it.

    Parameters
    ----------
    order : sequence of str
        The oxides as they stand in the table.
    """
    kind = "total under an oxide"
    under = [
        Hypothesis(
            kind,
            f"the total stands under {name}",
            f"Take the total out of {name}",
            partial(_emptied, column=k),
            COST,
            least_off=0,
        )
        for k, name in enumerate(MOVABLE)
    ]
    known = [MOVABLE.index(name) for name in order if name in MOVABLE]
    if len(known) < 2:
        return under
    first = MOVABLE[known[0]]
    before = Hypothesis(
        kind,
        f"the total stands under {first}, and each oxide under the header behind its own",
        f"Take the total out of {first}, and move the others one header to the left",
        partial(_moved, columns=known),
        COST,
        least_off=0,
    )
    return [*under, before]


def _is_total(values: FloatArray, column: int) -> BoolArray:
    held = np.nan_to_num(values)
    rest = held.sum(axis=1) - held[:, column]
    return np.asarray((held[:, column] >= LEAST) & (np.abs(held[:, column] - rest) <= NEAR))


def _emptied(values: FloatArray, column: int) -> FloatArray:
    out = values.copy()
    out[_is_total(values, column), column] = np.nan
    return out


def _moved(values: FloatArray, columns: list[int]) -> FloatArray:
    """Return rows with the total taken out of the first column, and the others moved back by one."""
    out, rows = values.copy(), _is_total(values, columns[0])
    for place, behind in zip(columns, [*columns[1:], None], strict=True):
        out[rows, place] = np.nan if behind is None else values[rows, behind]
    return out
