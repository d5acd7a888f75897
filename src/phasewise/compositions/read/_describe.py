"""What each column of a table was taken for, with counts from one pass over its rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phasewise.compositions.headers import Column
from phasewise.compositions.read._buffers import bools_of, floats_of, is_text
from phasewise.compositions.read._numbers import numbers_of
from phasewise.compositions.read._table import Table
from phasewise.core.types import BoolArray

__all__ = ["ColumnCounts", "describe_headers"]


@dataclass
class ColumnCounts:
    """One line of ``phasewise headers``.

    Attributes
    ----------
    column : str
        Name in the table.
    taken_for : str
        Oxide that it gives, ``sigma of ...``, ``total`` or nothing.
    unit, role, note : str
        As in `Column`.
    n_values, n_missing, n_below_detection, n_unreadable : int
        Cells with a number (below detection included), without one, below detection, and with
        text that is no number. For user columns: cells that are filled or blank.
    example : str
        The first filled cell.
    """

    column: str
    taken_for: str
    unit: str
    role: str
    n_values: int = 0
    n_missing: int = 0
    n_below_detection: int = 0
    n_unreadable: int = 0
    example: str = ""
    note: str = ""


def describe_headers(table: Table) -> list[ColumnCounts]:
    """Return one line a column: what it was taken for and how much of it is there.

    Parameters
    ----------
    table : Table
        From `open_table`; read once to the end.

    Returns
    -------
    list of ColumnCounts

    Examples
    --------
    >>> import pyarrow as pa
    >>> from phasewise.compositions.read import open_table
    >>> line = describe_headers(open_table(pa.table({"SiO2 wt%": ["40.8", "bdl", ""]})))[0]
    >>> line.taken_for, line.n_values, line.n_missing, line.n_below_detection
    ('SiO2', 2, 1, 1)
    """
    lines = [_line(column, table) for column in table.headers.columns]
    for block in table.blocks():
        for column, line in zip(table.headers.columns, lines, strict=True):
            _count(block.table[column.name], column, line)
    return lines


def _line(column: Column, table: Table) -> ColumnCounts:
    suffix = f" ({column.suffix})" if column.suffix else ""
    taken = {"user": "", "total": "total", "sigma": f"sigma of {column.oxide}"}.get(column.role, column.oxide)
    unit = column.unit
    if column.role in {"oxide", "element"} and table.headers.fraction:
        unit = "fraction"
    return ColumnCounts(column.name, taken + suffix if taken else "", unit, column.role, note=column.note)


def _count(cells: pa.ChunkedArray, column: Column, line: ColumnCounts) -> None:
    filled = _filled(cells)
    if not line.example and filled.any():
        line.example = str(cells[int(np.argmax(filled))].as_py())
    if column.role == "user":
        line.n_values += int(filled.sum())
        line.n_missing += int((~filled).sum())
        return
    numbers = numbers_of(cells)
    unreadable = 0 if numbers.unreadable is None else int(numbers.unreadable.sum())
    given = int((~np.isnan(numbers.values)).sum())
    line.n_values += given
    line.n_unreadable += unreadable
    line.n_missing += len(cells) - given - unreadable
    line.n_below_detection += 0 if numbers.below is None else int(numbers.below.sum())


def _filled(cells: pa.ChunkedArray) -> BoolArray:
    if is_text(cells.type):
        return floats_of(pc.binary_length(pc.utf8_trim_whitespace(cells))) > 0
    return bools_of(pc.is_valid(cells))
