"""The user's own columns on the page, so that chosen rows are saved as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from phasewise.core.arrow import integers, numbers, texts
from phasewise.core.result_names import find_label
from phasewise.report.rows import RowColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.compositions.explore.explored import Explored
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["MOST_CELLS", "own_columns"]

MOST_CELLS = 3_000_000
"""Cells of the user's that a page holds: it has to open quickly."""

_MOST_DECIMALS = 9
_EXACT = 1e-9
"""Numbers are held with so many decimals that no more than this part of any is lost, else as texts."""

_LARGEST = 2.0**53


def own_columns(
    found: Explored, at: IntArray, oxides: Mapping[str, tuple[FloatArray, BoolArray]]
) -> tuple[str | None, list[RowColumn], tuple[str, ...]]:
    """Return the user's columns of some rows: that which names the rows, all, and those without room.

    Parameters
    ----------
    found : Explored
    at : (m,) int
        Rows.
    oxides : mapping of str to ((m,) float64, (m,) bool)
        What the page holds anyway: a column of the same name and numbers is not held twice.

    Returns
    -------
    name : str or None
        The column that names the rows; it is the first one then.
    columns : list of RowColumn
    left_out : tuple of str
        Names of the columns beyond `MOST_CELLS`.
    """
    table = found.table
    name = _name_column(found)
    wanted = [name] if name else []
    wanted += [column for column in table.column_names if column != name]
    room = MOST_CELLS // max(len(at), 1)
    columns: list[RowColumn] = []
    left_out = []
    for key in wanted:
        values = table[key].take(integers(at)).combine_chunks()
        if key in oxides and _same(values, *oxides[key]):
            continue
        if len(columns) >= room:
            left_out.append(key)
        else:
            columns.append(_column(key, values))
    return name, columns, tuple(left_out)


def _name_column(found: Explored) -> str | None:
    """Return the column that names the rows; that of the minerals or publications does not."""
    others = {found.columns.get("label"), found.columns.get("source")}
    return find_label([name for name in found.table.column_names if name not in others])


def _same(values: pa.Array, measured: FloatArray, below: BoolArray) -> bool:
    """Return whether a column holds just what was measured, so that nothing is lost without it."""
    if below.any() or not (pa.types.is_floating(values.type) or pa.types.is_integer(values.type)):
        return False
    own = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.array_equal(own, measured, equal_nan=True) and _decimals(own) in range(5)


def _column(name: str, values: pa.Array) -> RowColumn:
    """Return a column as numbers where those keep what it holds, else as texts."""
    kind = values.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        held = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        decimals = _decimals(held)
        if decimals is not None:
            return RowColumn(name, numbers(held), decimals=decimals)
        return RowColumn(name, values.cast(pa.string()))
    if pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type):
        return RowColumn(name, values)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return RowColumn(name, values.cast(pa.string()))
    return RowColumn(name, texts([None if value is None else str(value) for value in values.to_pylist()]))


def _decimals(values: FloatArray) -> int | None:
    """Return how many decimals hold all numbers; None if so many would be too long."""
    values = values[np.isfinite(values)]
    largest = float(np.abs(values).max(initial=0.0))
    for decimals in range(_MOST_DECIMALS + 1):
        if largest * 10.0**decimals >= _LARGEST:
            return None
        if np.all(np.abs(np.round(values, decimals) - values) <= _EXACT * np.abs(values)):
            return decimals
    return None
