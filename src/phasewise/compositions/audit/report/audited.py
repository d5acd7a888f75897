"""What the report of an audit is made of, and how its rows are counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.blocks.block import PRIORITIES
from phasewise.compositions.audit.findings import FINDINGS
from phasewise.report.page import Cell, cell
from phasewise.report.rows import rows_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from phasewise.compositions.audit.labels import Labels
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.compositions.audit.with_blocks import Marked
    from phasewise.core.types import BoolArray, IntArray

__all__ = ["LISTED", "Audited", "counted", "in_words", "linked", "plural", "share"]

LISTED = 200_000
"""Flagged rows that a page lists; those behind them are counted only."""


@dataclass(frozen=True, eq=False)
class Audited:
    """What the report of an audit is made of.

    Attributes
    ----------
    title : str
        Name of the table.
    file : str or None
        Where it lies.
    model : str
        Name in the zoo, or folder, of the model that judges what it has not learned from.
    columns : mapping of str to (str or None)
        The columns that were taken for ``label``, ``source`` and ``sample``.
    notices : tuple of str
        What was assumed while reading.
    rows : AuditRows
    labels : Labels
    marked : Marked
    table : pyarrow.Table
        The user's columns.
    """

    title: str
    file: str | None
    model: str
    columns: Mapping[str, str | None]
    notices: tuple[str, ...]
    rows: AuditRows
    labels: Labels
    marked: Marked
    table: pa.Table

    @cached_property
    def flagged(self) -> BoolArray:
        """Which rows somebody has to look at (n,)."""
        flagged = np.zeros(len(self.rows), dtype=bool)
        flagged[self.marked.flagged] = True
        return flagged

    @property
    def listed(self) -> IntArray:
        """The flagged rows that the page lists, the most important first."""
        return self.marked.flagged[:LISTED]

    @property
    def finding(self) -> IntArray:
        """Index in `FINDINGS` of each row (n,)."""
        return self.marked.findings.finding

    @property
    def priority(self) -> IntArray:
        """Index in `PRIORITIES` of each row (n,)."""
        return self.marked.findings.priority

    @cached_property
    def findings_flagged(self) -> list[int]:
        """The findings that flagged rows have, as indices."""
        found: list[int] = np.unique(self.finding[self.flagged]).tolist()
        return found

    @cached_property
    def by_priority(self) -> IntArray:
        """How many flagged rows have which finding and priority (findings, priorities)."""
        rows = self.flagged
        return counted(self.finding[rows], self.priority[rows], (len(FINDINGS), len(PRIORITIES)))


def counted(first: IntArray, second: IntArray, shape: tuple[int, int]) -> IntArray:
    """Return how many rows have which pair of codes; none of them is negative.

    Examples
    --------
    >>> counted(np.array([0, 1, 1]), np.array([1, 0, 0]), (2, 2)).tolist()
    [[0, 1], [2, 0]]
    """
    place = first.astype(np.int64) * shape[1] + second
    return np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)


def in_words(code: str) -> str:
    """Return a code of files as people write it."""
    return code.replace("_", " ")


def linked(number: int, **chosen: str | None) -> Cell:
    """Return a cell of a number that leads to its rows; empty for none."""
    return cell(int(number), link=rows_link(**chosen)) if number else Cell("", 0.0)


def plural(number: int, one: str, many: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> plural(1, "row", "rows"), plural(1200, "row", "rows")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {one if number == 1 else many}"


def share(part: int, whole: int) -> str:
    """Return a part in per cent, ``none`` of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "none"
