"""Cleaning of labelled tables: which rows cannot teach what their label says, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.features import INPUTS
from phasewise.compositions.left_out import TRACES, mass_left_out
from phasewise.core.types import TEN_OXIDES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.chem.mineral import Mineral
    from phasewise.chem.stoichiometry import StoichiometricTests
    from phasewise.compositions.training.tables import Table
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["REASONS", "Cleaning", "clean"]

REASONS = ("kept", "empty", "repeat", "label conflict", "total", "stoichiometry", "shifted block")
"""Why a row was left out, the first that holds; ``kept`` where it was not."""

_OFF_TOTAL = 5.0
_BLOCK_PART, _BLOCK_ROWS = 0.15, 20


@dataclass(frozen=True, eq=False)
class Cleaning:
    """What became of each row of a table.

    Attributes
    ----------
    reason : (n,) int
        Index in `REASONS`.
    """

    table: Table
    reason: np.ndarray

    @property
    def kept(self) -> Table:
        """The rows that may teach."""
        return self.table.take(np.flatnonzero(self.reason == 0))

    @property
    def judged(self) -> Table:
        """The rows as published, errors included; only empty rows and repeats are left out."""
        out = [REASONS.index("empty"), REASONS.index("repeat")]
        return self.table.take(np.flatnonzero(~np.isin(self.reason, out)))

    def counts(self) -> Counter[tuple[str, str, str]]:
        """Return the number of rows by label, source and reason."""
        reasons = [REASONS[k] for k in self.reason]
        return Counter(zip(map(str, self.table.label), map(str, self.table.source), reasons, strict=True))

    def by_label(self) -> dict[str, Counter[str]]:
        """Return for each label how many rows were kept or left out for which reason."""
        found: dict[str, Counter[str]] = {}
        for (label, _, reason), n in self.counts().items():
            found.setdefault(label, Counter())[reason] += n
        return found


def clean(
    table: Table,
    minerals: Mapping[str, Mineral],
    tests: StoichiometricTests,
    most_left_out: FloatArray | None = None,
) -> Cleaning:
    """Return the reason for which each row is kept or left out.

    - ``empty``: nothing above zero was measured.
    - ``repeat``: the ten oxides and the label stand in an earlier row.
    - ``label conflict``: the ten oxides stand under another label as well.
    - ``total``: more than 5 wt% outside the total that the mineral file expects.
    - ``stoichiometry``: the limits of the mineral file are not kept.
    - ``shifted block``: the same, in a publication where that holds for at least 15 % and at least 20
      of the rows of one label: its columns do not stand under their headers.

    Parameters
    ----------
    table : Table
        Labels are class names.
    minerals : mapping of str to Mineral
        By class name.
    tests : StoichiometricTests
        Compiled for ``INPUTS[:-1]``.
    most_left_out : (len(tests.names) + 1, len(INPUTS)) float64, optional
        See `mass_left_out`: of rows that lack what the model does without, neither total nor stoichiometry
        can be asked.
    """
    reason = np.zeros(len(table), dtype=np.int8)

    def mark(rows: BoolArray, name: str) -> None:
        reason[rows & (reason == 0)] = REASONS.index(name)

    total = np.nansum(table.values, axis=1)
    index = np.array([tests.names.index(label) for label in table.label], dtype=int)
    mark(~(total > 0), "empty")
    repeat, conflict = _repeats(table)
    mark(repeat, "repeat")
    mark(conflict, "label conflict")
    expected = np.array([minerals[label].total.expected for label in table.label]).reshape(-1, 2)
    excused = np.zeros(len(table), dtype=bool)
    if most_left_out is not None:
        left_out = mass_left_out(table.values, index, most_left_out)
        expected[:, 0] -= left_out
        excused = left_out > TRACES
    rows = zip(table.label, table.values, strict=True)
    needs_missing = np.array([_lacks(minerals[label], row) for label, row in rows], dtype=bool)
    off = (total < expected[:, 0] - _OFF_TOTAL) | (total > expected[:, 1] + _OFF_TOTAL)
    mark(off & ~needs_missing, "total")
    broken = ~tests.passes(table.values[:, :-1], index) & ~excused & (reason == 0)
    mark(broken & _in_bad_blocks(table, broken), "shifted block")
    mark(broken, "stoichiometry")
    return Cleaning(table, reason)


def _lacks(mineral: Mineral, row: np.ndarray) -> bool:
    return any(np.isnan(row[INPUTS.index(name)]) for name in mineral.total.needs if name in INPUTS)


def _repeats(table: Table) -> tuple[BoolArray, BoolArray]:
    ten = np.round(np.nan_to_num(table.values[:, : len(TEN_OXIDES)], nan=-1.0), 4)
    labels: dict[bytes, set[str]] = {}
    repeat = np.zeros(len(table), dtype=bool)
    keys = [row.tobytes() for row in ten]
    for i, (key, label) in enumerate(zip(keys, table.label, strict=True)):
        seen = labels.setdefault(key, set())
        repeat[i] = label in seen
        seen.add(str(label))
    conflict = np.array([len(labels[key]) > 1 for key in keys], dtype=bool)
    return repeat, conflict


def _in_bad_blocks(table: Table, broken: BoolArray) -> BoolArray:
    blocks = np.array([f"{s}\t{label}" for s, label in zip(table.source, table.label, strict=True)])
    names, inverse, sizes = np.unique(blocks, return_inverse=True, return_counts=True)
    bad = np.bincount(inverse, weights=broken, minlength=len(names))
    return ((bad >= _BLOCK_ROWS) & (bad >= _BLOCK_PART * sizes))[inverse]
