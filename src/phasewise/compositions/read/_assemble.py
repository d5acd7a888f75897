"""From rows as they are in the table to analyses in wt%."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from phasewise.compositions.headers import Column, Headers, Role
from phasewise.compositions.read._iron import Iron, combine_iron
from phasewise.compositions.read._numbers import Numbers, numbers_of
from phasewise.compositions.read._units_row import units_rows
from phasewise.core.types import Analyses, BoolArray, FloatArray

__all__ = ["READ_ROLES", "Assembled", "Unreadable", "assemble", "read_columns"]

READ_ROLES: tuple[Role, ...] = ("oxide", "element", "ppm", "sigma")
"""Roles of the columns whose numbers are read."""

_RANK = {"oxide": 0, "element": 1, "ppm": 2}


@dataclass(frozen=True)
class Unreadable:
    """Cells of one column whose text is neither a number nor a known mark."""

    column: str
    count: int
    row: int
    example: str


@dataclass(frozen=True, eq=False)
class Assembled:
    """Some rows of a table, read.

    Attributes
    ----------
    analyses : dict
        `Analyses` by phase suffix.
    unreadable : tuple of Unreadable
        What is neither a number nor a known mark, rows of units apart.
    units_rows : tuple of int
        Positions of rows that hold units instead of an analysis.
    """

    analyses: dict[str, Analyses]
    unreadable: tuple[Unreadable, ...]
    units_rows: tuple[int, ...]


def read_columns(table: pa.Table, headers: Headers) -> dict[str, Numbers]:
    """Return the numbers of every column that is read, as they stand in the table."""
    return {c.name: numbers_of(table[c.name]) for c in headers.of_role(*READ_ROLES)}


def assemble(table: pa.Table, headers: Headers, *, where: str, first_row: int) -> Assembled:
    """Return analyses of some rows by phase suffix, and what could not be read.

    Parameters
    ----------
    table : pa.Table
        Rows as they are.
    headers : Headers
        What the columns are.
    where : str
        Name of the table, for messages.
    first_row : int
        Number of the first row, for messages.

    Raises
    ------
    HeaderError
        If two totals of iron disagree in a row.
    """
    raw = read_columns(table, headers)
    of_units = units_rows(table, raw)
    unreadable = tuple(
        _unreadable(table, name, mask, first_row)
        for name, numbers in raw.items()
        if (mask := _unread(numbers, of_units)) is not None
    )
    wt = {c.name: _in_wt(raw[c.name], _factor(c, headers)) for c in headers.columns if c.name in raw}
    result = {}
    for suffix in headers.suffixes:
        result[suffix] = _analyses(table, headers, suffix, wt, where, first_row)
    return Assembled(result, unreadable, of_units)


def _unread(numbers: Numbers, of_units: tuple[int, ...]) -> BoolArray | None:
    """Return the unreadable cells of a column outside rows of units, None where there are none."""
    if numbers.unreadable is None or not of_units:
        return numbers.unreadable
    mask = numbers.unreadable.copy()
    mask[list(of_units)] = False
    return mask if mask.any() else None


def _unreadable(table: pa.Table, name: str, mask: BoolArray, first_row: int) -> Unreadable:
    row = int(np.argmax(mask))
    return Unreadable(name, int(mask.sum()), first_row + row, str(table[name][row].as_py()))


def _factor(column: Column, headers: Headers) -> float:
    scaled = headers.fraction and column.unit == "wt%"
    return column.factor * (100.0 if scaled else 1.0)


def _in_wt(numbers: Numbers, factor: float) -> Numbers:
    return numbers if factor == 1 else Numbers(numbers.values * factor, numbers.below, numbers.unreadable)


def _analyses(
    table: pa.Table, headers: Headers, suffix: str, wt: dict[str, Numbers], where: str, first_row: int
) -> Analyses:
    oxides = headers.oxides(suffix)
    n = table.num_rows
    values = np.empty((len(oxides), n)).T
    below = np.zeros((len(oxides), n), dtype=bool).T
    iron: Iron | None = None
    for j, oxide in enumerate(oxides):
        sources = tuple(c for c in headers.columns if c.is_value and (c.suffix, c.oxide) == (suffix, oxide))
        if oxide == "FeOt":
            strict = headers.iron_conflicts == "error"
            iron = combine_iron(sources, wt, strict=strict, where=where, first_row=first_row)
            values[:, j], below[:, j] = iron.total, iron.below
        else:
            values[:, j], mask = _first_given(sources, wt)
            if mask is not None:
                below[:, j] = mask
    return Analyses(
        values=values,
        columns=oxides,
        below_detection=below,
        sigma=_sigma(headers, suffix, wt, oxides, values),
        ferric=iron.ferric if iron is not None else None,
        meta=table,
        notices=headers.notices,
    )


def _first_given(sources: tuple[Column, ...], wt: dict[str, Numbers]) -> tuple[FloatArray, BoolArray | None]:
    """wt% of the oxide, else of another oxide, of the element, else ppm."""
    ranked = sorted(sources, key=lambda c: (_RANK[c.role], c.analyte != c.oxide))
    values, below = wt[ranked[0].name].values, wt[ranked[0].name].below
    for column in ranked[1:]:
        other = wt[column.name]
        blank = np.isnan(values)
        if other.below is not None or below is not None:
            below = np.where(blank, _mask(other.below, values), _mask(below, values))
        values = np.where(blank, other.values, values)
    return values, below


def _mask(mask: BoolArray | None, values: FloatArray) -> BoolArray:
    return np.zeros(len(values), dtype=bool) if mask is None else mask


def _sigma(
    headers: Headers, suffix: str, wt: dict[str, Numbers], oxides: tuple[str, ...], values: FloatArray
) -> FloatArray | None:
    columns = headers.of_role("sigma", suffix=suffix)
    if not columns:
        return None
    sigma = np.full((len(oxides), len(values)), np.nan).T
    for j, oxide in enumerate(oxides):
        given = [_absolute(c, wt[c.name].values, values[:, j]) for c in columns if c.oxide == oxide]
        if oxide == "FeOt":
            sigma[:, j] = _iron_sigma([c for c in columns if c.oxide == oxide], given, len(values))
        else:
            for other in given:
                sigma[:, j] = np.where(np.isnan(sigma[:, j]), other, sigma[:, j])
    return sigma


def _absolute(column: Column, numbers: FloatArray, values: FloatArray) -> FloatArray:
    return np.abs(numbers * values) if column.unit == "% of value" else np.abs(numbers)


def _iron_sigma(columns: list[Column], given: list[FloatArray], n: int) -> FloatArray:
    """Of the total where it has one, else the quadratic sum of those of FeO and Fe2O3."""
    of_total = np.full(n, np.nan)
    squares, any_part = np.zeros(n), np.zeros(n, dtype=bool)
    for column, sigma in zip(columns, given, strict=True):
        if column.analyte in {"FeO", "Fe2O3"}:
            squares += np.nan_to_num(sigma) ** 2
            any_part |= ~np.isnan(sigma)
        else:
            of_total = np.where(np.isnan(of_total), sigma, of_total)
    return np.where(np.isnan(of_total), np.where(any_part, np.sqrt(squares), np.nan), of_total)
