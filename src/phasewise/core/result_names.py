"""Names of columns in a table of results: the user's, ours, and the one that names a row."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from phasewise.core.errors import HeaderError

__all__ = ["find_label", "find_result", "find_suffixes", "output_names", "with_suffix"]

_LABELS = (
    "name",
    "sample name",
    "samplename",
    "sample",
    "label",
    "analysis",
    "spot",
    "point",
    "id",
    "sample id",
    "spot id",
    "point id",
    "analysis no",
    "grain",
    "comment",
)


def output_names(existing: Collection[object], ours: Iterable[str]) -> dict[str, str]:
    """Return the name under which each result column is stored beside the user's columns.

    A name that the user's table has already stays the user's; the result takes the prefix
    ``phasewise_``, and a number behind it where that is taken as well.

    Examples
    --------
    >>> output_names(["sample", "total"], ["phase", "total"])
    {'phase': 'phase', 'total': 'phasewise_total'}
    """
    taken = set(existing)
    names: dict[str, str] = {}
    for name in ours:
        free, number = name, 1
        while free in taken:
            free = f"phasewise_{name}" if number == 1 else f"phasewise_{name}_{number}"
            number += 1
        taken.add(free)
        names[name] = free
    return names


def find_result(columns: Sequence[str], name: str) -> str:
    """Return the column of a classified table that holds one result, whatever its prefix.

    Raises
    ------
    HeaderError
        If the table has no such column.

    Examples
    --------
    >>> find_result(["sample", "total", "phase", "phasewise_total"], "total")
    'phasewise_total'
    """
    pattern = re.compile(rf"{re.escape(name)}|phasewise_{re.escape(name)}(_\d+)?")
    for column in reversed(columns):
        if pattern.fullmatch(column):
            return column
    raise HeaderError(f"The table has no column '{name}'. Classify it first: phasewise.classify(table).")


def with_suffix(name: str, suffix: str) -> str:
    """Return the name of a result column of one analysis in a row.

    Examples
    --------
    >>> with_suffix("phase", "Cpx"), with_suffix("phase", "")
    ('phase_Cpx', 'phase')
    """
    return f"{name}_{suffix}" if suffix else name


def find_suffixes(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the suffixes of the analyses in a row of a classified table, ``("",)`` for a plain one.

    Raises
    ------
    HeaderError
        If the table has no results.

    Examples
    --------
    >>> find_suffixes(["SiO2_Cpx", "SiO2_Liq", "verdict_Cpx", "verdict_Liq"])
    ('Cpx', 'Liq')
    """
    pattern = re.compile(r"(?:phasewise_)?verdict(?:_([A-Z][a-z]+))?(?:_\d+)?")
    found = [match[1] or "" for column in columns if (match := pattern.fullmatch(column))]
    if "" in found or not found:
        find_result(columns, "phase")
        return ("",)
    return tuple(dict.fromkeys(found))


def find_label(columns: Sequence[str]) -> str | None:
    """Return the column that most likely names the rows, None where no name looks like it.

    Examples
    --------
    >>> find_label(["SiO2", "SAMPLE NAME", "spot"])
    'SAMPLE NAME'
    """
    plain = [re.sub(r"[\s_.]+", " ", column).strip().lower() for column in columns]
    for label in _LABELS:
        if label in plain:
            return columns[plain.index(label)]
    return None
