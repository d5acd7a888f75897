"""Rows that hold units (``wt%``, ``ppm``) where numbers are expected, mostly the first below the header."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from phasewise.compositions.column_name import Unit, parse_column_name
from phasewise.compositions.headers import PPM_TO_WT, Column, Headers, listed
from phasewise.compositions.read._numbers import Numbers
from phasewise.core.errors import HeaderError

__all__ = ["unit_named", "units_rows", "with_units_below"]


def unit_named(text: str) -> Unit | None:
    """Return the unit that a cell names, None where it names none.

    Examples
    --------
    >>> unit_named("(wt.%)"), unit_named("ppm"), unit_named("40.8 %"), unit_named("Sample")
    ('wt%', 'ppm', None, None)
    """
    found = parse_column_name(f"SiO2 ({text})")
    if found is None or found.bare or found.sigma or found.suffix:
        return None
    return found.unit


def units_rows(table: pa.Table, raw: dict[str, Numbers]) -> tuple[int, ...]:
    """Return the positions of rows without any number whose unreadable cells all name units.

    Parameters
    ----------
    table : pa.Table
        Rows as they are.
    raw : dict
        Numbers of the columns that are read, by name.
    """
    odd = {name: numbers.unreadable for name, numbers in raw.items() if numbers.unreadable is not None}
    if not odd:
        return ()
    candidates = np.flatnonzero(np.logical_or.reduce(list(odd.values()))).tolist()
    return tuple(
        row
        for row in candidates
        if all(np.isnan(numbers.values[row]) for numbers in raw.values())
        and all(unit_named(str(table[name][row].as_py())) for name, mask in odd.items() if mask[row])
    )


def with_units_below(table: pa.Table, headers: Headers, where: str) -> Headers:
    """Return the headers with the units that the first row of the table gives.

    Parameters
    ----------
    table : pa.Table
        The first rows, of which the first one holds units.
    headers : Headers
        What the names of the columns say.
    where : str
        Name of the table, for messages.

    Raises
    ------
    HeaderError
        If a name says another unit than the row, or no column is left that can be read.
    """
    columns = tuple(
        _with_unit(c, unit_named(str(table[c.name][0].as_py() or "")), where) if c.is_value else c
        for c in headers.columns
    )
    if not any(c.is_value for c in columns):
        refused = [c for c in columns if "below the header" in c.note]
        raise HeaderError(
            f"{where} has no column in wt% or ppm: {listed(c.name for c in refused)}: {refused[0].note}. "
            "Export oxides or elements in wt%."
        )
    notices = [f"{c.name!r} is not used: {c.note}." for c in columns if "below the header" in c.note]
    ppm = [c.name for c, old in zip(columns, headers.columns, strict=True) if c.role != old.role == "oxide"]
    ppm = [name for name in ppm if not any(name in notice for notice in notices)]
    if ppm:
        notices.append(f"{listed(ppm)} in ppm, as the row of units below the header says.")
    return replace(headers, columns=columns, notices=(*headers.notices, *notices))


def _with_unit(column: Column, unit: Unit | None, where: str) -> Column:
    if unit is None or unit == column.unit:
        return column
    said = parse_column_name(column.name)
    if said is not None and not said.bare:
        raise HeaderError(
            f"{where} gives {column.name!r} in {column.unit} by its name, but in {unit} by the row of units "
            "below the header. Correct one of them."
        )
    if unit == "ppm":
        return replace(column, role="ppm", unit="ppm", factor=column.factor * PPM_TO_WT)
    return Column(column.name, column.position, note=f"{unit} by the row of units below the header")
