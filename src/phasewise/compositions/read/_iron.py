"""Total iron and ferric iron of one table, from the columns that give them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.compositions.headers import IRON_TOTALS, Column
from phasewise.compositions.read._numbers import Numbers
from phasewise.core.errors import HeaderError
from phasewise.core.types import BoolArray, FloatArray

__all__ = ["Iron", "combine_iron"]

AGREE_WT = 0.05
AGREE_FRACTION = 0.01
"""Two totals of iron agree if they differ by no more than the larger of 0.05 wt% and 1 %."""


@dataclass(frozen=True, eq=False)
class Iron:
    """Iron of n analyses.

    Attributes
    ----------
    total : (n,) float64
        All iron as FeO in wt%, NaN where no column gives it.
    below : (n,) bool
        True where the total rests on marks "below detection" alone.
    ferric : (n,) float64 or None
        Fe2O3 in wt% where FeO and Fe2O3 were both given, else NaN.
    """

    total: FloatArray
    below: BoolArray
    ferric: FloatArray | None


@dataclass(frozen=True, eq=False)
class _Given:
    """One iron column, in wt% FeO."""

    column: Column
    values: FloatArray
    below: BoolArray


def combine_iron(
    columns: tuple[Column, ...], numbers: dict[str, Numbers], *, strict: bool, where: str, first_row: int
) -> Iron:
    """Return iron from its columns (FeOt, Fe2O3t, FeO, Fe2O3, element or ppm).

    Parameters
    ----------
    columns : tuple of Column
        Value columns with ``oxide == "FeOt"`` of one suffix.
    numbers : dict
        Their numbers in wt% of FeO, by name of the column.
    strict : bool
        Whether two totals that disagree are an error; if not, the first of FeOt, Fe2O3t and
        FeO + Fe2O3 counts.
    where : str
        Name of the table, for messages.
    first_row : int
        Number of the first row, for messages.

    Raises
    ------
    HeaderError
        If two totals of a row disagree.
    """
    given = [_given(column, numbers[column.name]) for column in columns]
    totals = sorted(
        (g for g in given if g.column.analyte in IRON_TOTALS),
        key=lambda g: IRON_TOTALS.index(g.column.analyte),
    )
    by_analyte = {g.column.analyte: g for g in given if g.column.role == "oxide"}
    ferrous, ferric = by_analyte.get("FeO"), by_analyte.get("Fe2O3")
    ranked = [*totals, *_sum_of_split(ferrous, ferric)]
    if strict:
        _reject_disagreement(totals, ferrous, ferric, where, first_row)
    ranked += sorted((g for g in given if g.column.role != "oxide"), key=lambda g: g.column.role == "ppm")
    total, below = ranked[0].values, ranked[0].below
    for other in ranked[1:]:
        blank = np.isnan(total)
        total, below = np.where(blank, other.values, total), np.where(blank, other.below, below)
    return Iron(total, below, _ferric(ferrous, ferric))


def _given(column: Column, number: Numbers) -> _Given:
    below = np.zeros(len(number.values), dtype=bool) if number.below is None else number.below
    return _Given(column, number.values, below)


def _sum_of_split(ferrous: _Given | None, ferric: _Given | None) -> list[_Given]:
    """FeO + Fe2O3 as FeO; one alone counts as all iron of the row."""
    if ferrous is None or ferric is None:
        return [given for given in (ferrous, ferric) if given is not None]
    neither = np.isnan(ferrous.values) & np.isnan(ferric.values)
    both = np.nan_to_num(ferrous.values, posinf=np.inf, neginf=-np.inf) + np.nan_to_num(
        ferric.values, posinf=np.inf, neginf=-np.inf
    )
    below = (ferrous.below | np.isnan(ferrous.values)) & (ferric.below | np.isnan(ferric.values)) & ~neither
    return [_Given(ferrous.column, np.where(neither, np.nan, both), below)]


def _ferric(ferrous: _Given | None, ferric: _Given | None) -> FloatArray | None:
    if ferrous is None or ferric is None:
        return None
    return np.where(np.isnan(ferrous.values), np.nan, ferric.values / FE2O3_TO_FEO)


def _reject_disagreement(
    totals: list[_Given], ferrous: _Given | None, ferric: _Given | None, where: str, first_row: int
) -> None:
    if not totals:
        return
    first = totals[0]
    for other in totals[1:]:
        _compare(first, other, other.column.name, _differ(first, other), where, first_row)
    split = _sum_of_split(ferrous, ferric)
    if not split:
        return
    names = " + ".join(repr(g.column.name) for g in (ferrous, ferric) if g is not None)
    differ = _differ(first, split[0])
    if ferrous is not None and ferric is not None:
        part = np.isnan(ferrous.values) | np.isnan(ferric.values)
        differ &= ~part | (split[0].values > first.values)
    _compare(first, split[0], names.strip("'"), differ, where, first_row)


def _differ(one: _Given, other: _Given) -> BoolArray:
    """Where both are given, neither is below detection, and they do not agree."""
    a, b = one.values, other.values
    with np.errstate(invalid="ignore"):
        apart = np.abs(a - b) > np.maximum(AGREE_WT, AGREE_FRACTION * np.maximum(np.abs(a), np.abs(b)))
    return np.asarray(apart & ~one.below & ~other.below, dtype=bool)


def _compare(first: _Given, other: _Given, name: str, differ: BoolArray, where: str, first_row: int) -> None:
    if not differ.any():
        return
    row = int(np.argmax(differ))
    raise HeaderError(
        f"{where} gives total iron twice, and differently: {first.column.name!r} and '{name}' are "
        f"{first.values[row]:.4g} and {other.values[row]:.4g} wt% FeO in row {first_row + row}. "
        f'Keep one, or pass iron="{first.column.name}" (on the command line --iron {first.column.name}).'
    )
