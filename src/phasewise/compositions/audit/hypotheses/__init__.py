"""What may have happened to rows that do not fit their label, and what undoes it; one kind a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phasewise.compositions.audit.hypotheses import columns, elements, scale, totals, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.compositions.audit.hypotheses.hypothesis import Expected, Hypothesis
    from phasewise.core.types import FloatArray

__all__ = ["of_any_row", "of_block", "of_whole_rows"]


def of_any_row(order: Sequence[str]) -> list[Hypothesis]:
    """Return what is tried on every row.

    Parameters
    ----------
    order : sequence of str
        The oxides as they stand in the table.
    """
    return [
        *of_whole_rows(),
        *totals.hypotheses(order),
        *columns.exchanges(),
        *columns.shifts(order),
        *units.hypotheses(),
    ]


def of_whole_rows() -> list[Hypothesis]:
    """Return what may have happened to all oxides alike, whatever the mineral holds of each."""
    return [*scale.hypotheses(), *elements.hypotheses()]


def of_block(values: FloatArray, expected: Expected) -> list[Hypothesis]:
    """Return what the rows (m, len(INPUTS)) of one source and label suggest together."""
    return columns.permutations(values, expected)
