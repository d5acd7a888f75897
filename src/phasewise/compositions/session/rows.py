"""Which rows of a table are standards, and of which material."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.session.order import order_of
from phasewise.core.errors import HeaderError
from phasewise.core.result_names import find_label

if TYPE_CHECKING:
    import pyarrow as pa

    from phasewise.compositions.session.accepted import AcceptedValues
    from phasewise.compositions.session.order import Order
    from phasewise.core.types import Analyses, BoolArray, IntArray

__all__ = ["SessionRows", "session_rows"]

_COLUMNS = (
    *("standard", "isstandard", "standards", "secondarystandard", "std", "referencematerial", "reference"),
    *("rm", "srm", "crm", "checkstandard", "monitor"),
)
_NO = frozenset(("", "no", "n", "false", "0", "0.0", "-", "--", "none", "nan", "unknown", "unk", "sample"))
_YES = frozenset(("yes", "y", "true", "1", "1.0", "x", "standard", "std", "secondary", "check"))
_MAJOR = 5.0
_ALIKE = 0.25
"""Relative difference of a major oxide up to which an analysis may be of the material of its name."""


@dataclass(frozen=True, eq=False)
class SessionRows:
    """The rows of a session.

    Attributes
    ----------
    analyses : Analyses
    labels : tuple of str
        What each row is called: by the column of names, else by its number.
    names : tuple of str
        The standards, in the order in which they come, as the user calls them; where there are several names
        for one, by that of its accepted values.
    materials : tuple of int
        Index in the accepted values, -1 where there are none.
    standard : (n,) int
        Index in `names`, -1 for unknowns.
    order : Order
    assumed : tuple of str
        What was assumed, and may be wrong.
    told : tuple of str
        Which columns were used.
    """

    analyses: Analyses
    labels: tuple[str, ...]
    names: tuple[str, ...]
    materials: tuple[int, ...]
    standard: IntArray
    order: Order
    assumed: tuple[str, ...]
    told: tuple[str, ...]

    def of(self, standard: int) -> IntArray:
        """Return the rows of one standard."""
        return np.flatnonzero(self.standard == standard)


def session_rows(
    analyses: Analyses, accepted: AcceptedValues, standard: str | None, order: str | None
) -> SessionRows:
    """Return which rows of a table are standards.

    Parameters
    ----------
    analyses : Analyses
        With the user's own table.
    accepted : AcceptedValues
    standard : str, optional
        The column that tells standards; without it one is looked for, else the names of the rows count.
    order : str, optional
        The column of times or numbers.

    Raises
    ------
    HeaderError
        If there is no such column, or no row is a standard.
    """
    table: pa.Table = analyses.meta
    label = find_label(table.column_names)
    labels = _cells(table, label) if label else [str(k) for k in range(1, len(analyses) + 1)]
    column = _column(table, standard) or label
    if column is None:
        raise HeaderError(
            "No column tells which rows are standards. Name it, or add one: the name of the material in rows "
            "of standards, blank in all others."
        )
    named, told, doubts = _named(_cells(table, column), labels, accepted, analyses, column)
    if not any(named):
        raise HeaderError(_nothing(column, accepted))
    titles, materials = _titles(named, accepted)
    names = tuple(materials)
    codes = np.array([names.index(titles[name]) if name else -1 for name in named], dtype=int)
    when = order_of(table, order)
    return SessionRows(
        analyses,
        tuple(labels),
        names,
        tuple(materials.values()),
        codes,
        when,
        (*analyses.notices, *doubts),
        (told, when.told),
    )


def _titles(named: list[str], accepted: AcceptedValues) -> tuple[dict[str, str], dict[str, int]]:
    """Return what each name of a standard is called, and the material of what it is called."""
    found = {name: accepted.find(name) for name in dict.fromkeys(filter(None, named))}
    times = Counter(found.values())
    titles = {
        name: accepted.materials[k].name if k >= 0 and times[k] > 1 else name for name, k in found.items()
    }
    return titles, {titles[name]: k for name, k in found.items()}


def _cells(table: pa.Table, column: str) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in table[column].to_pylist()]


def _column(table: pa.Table, standard: str | None) -> str | None:
    if standard is None:
        known = {re.sub(r"[\W_]", "", name.casefold()): name for name in reversed(table.column_names)}
        return next((known[name] for name in _COLUMNS if name in known), None)
    if standard in table.column_names:
        return standard
    alike = [name for name in table.column_names if name.casefold() == standard.casefold()]
    if len(alike) == 1:
        return str(alike[0])
    raise HeaderError(f"There is no column {standard!r}. The table has {', '.join(table.column_names)}.")


def _named(
    cells: list[str], labels: list[str], accepted: AcceptedValues, analyses: Analyses, column: str
) -> tuple[list[str], str, list[str]]:
    """Return the name of the standard of each row, empty for unknowns, how it was found, and doubts."""
    marked = [cell.casefold() not in _NO for cell in cells]
    if any(marked) and not all(marked):
        if all(cell.casefold() in _YES for cell, mark in zip(cells, marked, strict=True) if mark):
            cells = labels
        named = [cell if mark else "" for cell, mark in zip(cells, marked, strict=True)]
        return named, f"Standards are the rows that {column!r} marks.", []
    return _by_name(cells, accepted, analyses, column)


def _by_name(
    cells: list[str], accepted: AcceptedValues, analyses: Analyses, column: str
) -> tuple[list[str], str, list[str]]:
    """Return the same of a column that has a name in every row: those count that name a known material."""
    places = {cell: accepted.find(cell) for cell in set(cells)}
    named, doubts = [cell if places[cell] >= 0 else "" for cell in cells], []
    codes = np.array([places[cell] for cell in cells])
    for material in np.unique(codes[codes >= 0]).tolist():
        rows = np.flatnonzero(codes == material)
        if not _resembles(analyses, rows, accepted, material):
            for row in rows:
                named[row] = ""
            doubts.append(
                f"{len(rows)} rows such as {cells[rows[0]]!r} are named like "
                f"{accepted.materials[material].name} and have another composition: they count as unknowns. "
                "If they are that standard, mark them in a column of their own."
            )
    found = ", ".join(_titles(named, accepted)[1]) or "none"
    told = f"Standards are the rows whose {column!r} is the name of a known material: {found}."
    return named, told, doubts


def _resembles(analyses: Analyses, rows: IntArray, accepted: AcceptedValues, material: int) -> bool:
    """Return whether rows may be of a material: most major oxides of half of them are near its values."""
    values, _ = accepted.of(material, analyses.columns)
    major = values >= _MAJOR
    if not major.any():
        return False
    measured = analyses.values[rows][:, major]
    near: BoolArray = np.abs(measured / values[major] - 1) <= _ALIKE
    return bool(np.median((near | np.isnan(measured)).mean(axis=1)) > 0.5)


def _nothing(column: str, accepted: AcceptedValues) -> str:
    known = ", ".join(material.name for material in accepted.materials[:3])
    return (
        f"No row is a standard by column {column!r}. Write the name of the material in the rows of standards "
        f"and leave the others blank, or name another column. Known are {known} and "
        f"{len(accepted.materials) - 3} others; give the values of your own as a table of accepted values."
    )
