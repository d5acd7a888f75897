"""What formulae are calculated from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.oxides import FE2O3_TO_FEO

if TYPE_CHECKING:
    from phasewise.core.types import Analyses, FloatArray, IntArray

__all__ = ["FormulaInput"]


@dataclass(frozen=True, eq=False)
class FormulaInput:
    """The numbers of some analyses as formulae take them.

    Attributes
    ----------
    values : (n, p) float64
        wt%, NaN where not measured; counting noise below zero counts as 0.
    columns : tuple of str
        Names of the p columns.
    ferric : (n,) float64
        Fe3+ / total Fe where FeO and Fe2O3 were measured apart, else NaN. A 0 of one beside the other
        means that all iron was reported as the other.
    """

    values: FloatArray
    columns: tuple[str, ...]
    ferric: FloatArray

    @classmethod
    def of(cls, analyses: Analyses) -> FormulaInput:
        """Return what the formulae of analyses are calculated from."""
        values = np.where(analyses.values < 0, 0.0, analyses.values)
        return cls(values, analyses.columns, _measured_ferric(analyses))

    def __len__(self) -> int:
        return len(self.values)

    def without_ferric(self) -> FormulaInput:
        """Return the same as if FeO and Fe2O3 had not been measured apart; itself where they were not."""
        if np.isnan(self.ferric).all():
            return self
        return FormulaInput(self.values, self.columns, np.full(len(self), np.nan))

    def take(self, rows: IntArray) -> FormulaInput:
        """Return some of the rows."""
        return FormulaInput(self.values[rows], self.columns, self.ferric[rows])


def _measured_ferric(analyses: Analyses) -> FloatArray:
    if analyses.ferric is None:
        return np.full(len(analyses), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = FE2O3_TO_FEO * analyses.ferric / analyses["FeOt"]
        return np.where((fraction > 0) & (fraction < 1), fraction, np.nan)
