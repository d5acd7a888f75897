"""Whether the numbers of a table are wt% or mass fractions, from its first rows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from phasewise.compositions.column_name import parse_column_name
from phasewise.compositions.headers import IRON_TOTALS, Column, Headers, listed
from phasewise.compositions.read._assemble import read_columns
from phasewise.core.errors import HeaderError
from phasewise.core.types import FloatArray

__all__ = ["settle_units"]

OXIDE_FRACTIONS = (0.85, 1.1)
ELEMENT_FRACTIONS = (0.35, 1.1)
"""Between these lie sums of mass fractions, of oxides and of elements without oxygen."""
CATIONS_PER_FORMULA = (1.1, 30.0)
"""Elements in wt% sum to 40 or more, cations per formula unit to 1-25."""
MOST_ROWS = 0.9
FEWEST_COLUMNS = 3


def settle_units(
    sample: pa.Table, headers: Headers, unit: str | None, where: str
) -> tuple[bool, tuple[str, ...]]:
    """Return whether the numbers are fractions, and a notice if so.

    Parameters
    ----------
    sample : pa.Table
        The first rows.
    headers : Headers
        What the columns are.
    unit : {"wt%", "fraction"} or None
        What the user says, None to decide from the values.
    where : str
        Name of the table, for messages.

    Raises
    ------
    HeaderError
        If elements without a unit look like cations per formula unit.
    """
    if unit is not None:
        return unit == "fraction", ()
    columns = [c for suffix in headers.suffixes for c in _summed(headers, suffix)]
    if len(columns) < FEWEST_COLUMNS:
        return False, ()
    numbers = read_columns(sample, headers)
    sums = np.concatenate(
        [_sums([numbers[c.name].values for c in _summed(headers, suffix)]) for suffix in headers.suffixes]
    )
    elements = [c for c in columns if c.role == "element"]
    only_elements = len(elements) > len(columns) / 2
    if only_elements and _mostly_within(sums, CATIONS_PER_FORMULA) and _without_unit(elements):
        raise HeaderError(
            f"{where}: {listed(c.name for c in elements)} sum to {np.median(sums):.3g} and look like cations "
            "per formula unit, which are not converted. Export wt%, or pass unit='wt%' if they are."
        )
    if not _mostly_within(sums, ELEMENT_FRACTIONS if only_elements else OXIDE_FRACTIONS):
        return False, ()
    return True, (
        f"The rows sum to about {np.median(sums):.3g}: taken as mass fractions and multiplied by 100 "
        "(unit='wt%' forbids it).",
    )


def _summed(headers: Headers, suffix: str) -> list[Column]:
    """Return one column an oxide (both of FeO and Fe2O3 where no total is given), ppm left out."""
    chosen: dict[str, Column] = {}
    columns = headers.of_role("oxide", "element", suffix=suffix)
    for column in sorted(columns, key=lambda c: (c.role == "element", c.analyte not in IRON_TOTALS)):
        chosen.setdefault(column.oxide, column)
    iron = chosen.get("FeOt")
    if iron is not None and iron.analyte in {"FeO", "Fe2O3"}:
        return [*chosen.values(), *(c for c in columns if c.analyte in {"FeO", "Fe2O3"} and c is not iron)]
    return list(chosen.values())


def _sums(columns: list[FloatArray]) -> FloatArray:
    if not columns:
        return np.empty(0)
    sums: FloatArray = np.nansum(np.column_stack(columns), axis=1)
    return sums[np.isfinite(sums) & (sums > 0)]


def _mostly_within(sums: FloatArray, limits: tuple[float, float]) -> bool:
    return len(sums) > 0 and float(np.mean((sums >= limits[0]) & (sums <= limits[1]))) >= MOST_ROWS


def _without_unit(elements: list[Column]) -> bool:
    parsed = [parse_column_name(c.name) for c in elements]
    return all(p is not None and p.bare for p in parsed)
