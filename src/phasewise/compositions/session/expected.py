"""What the recoveries of standards leave of the concentrations of unknowns: bias and precision by level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.compositions.session.recovery import Recovery
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["LEAST_WT", "WITHIN", "ExpectedErrors", "expected_errors"]

WITHIN = 2.0
"""A level is comparable to that of a standard up to this factor ..."""

BRACKET = 10.0
"""... and to those of two standards on either side of it, where both are within this factor."""

LEAST_WT = 0.1
"""wt% below which nobody asks for a standard of the oxide."""


@dataclass(frozen=True, eq=False)
class ExpectedErrors:
    """What is expected of each value of unknowns.

    Attributes
    ----------
    columns : tuple of str
    bias, sd : (n, p) float64
        Systematic and random part, relative to the value (0.01 is 1 %); NaN where no standard tells.
    covered : (n, p) bool
        Whether standards hold the oxide at a comparable level.
    asked : (n, p) bool
        Whether there is `LEAST_WT` or more of it.
    """

    columns: tuple[str, ...]
    bias: FloatArray
    sd: FloatArray
    covered: BoolArray
    asked: BoolArray

    @property
    def error(self) -> FloatArray:
        """Relative error (n, p): the root of the sum of the squares of both parts."""
        return np.hypot(self.bias, self.sd)

    def take(self, rows: IntArray) -> ExpectedErrors:
        """Return some of the rows."""
        return ExpectedErrors(
            self.columns, self.bias[rows], self.sd[rows], self.covered[rows], self.asked[rows]
        )


def expected_errors(
    values: FloatArray, columns: tuple[str, ...], recoveries: Sequence[Recovery]
) -> ExpectedErrors:
    """Return what is expected of values, from the recoveries of all standards.

    Between standards the relative bias, and the logarithm of the relative standard deviation, are linear in
    the logarithm of the concentration. Beyond them the bias is that of the nearest standard, and the standard
    deviation goes with the root of the concentration, as counts do.

    Parameters
    ----------
    values : (n, p) float64
        wt%; nothing is expected of NaN, 0 and less.
    columns : tuple of str
        Names of the p columns.
    recoveries : sequence of Recovery

    Returns
    -------
    ExpectedErrors
    """
    bias, sd = np.full_like(values, np.nan), np.full_like(values, np.nan)
    covered = np.zeros(values.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        asked = (values >= LEAST_WT) & np.isfinite(values)
    for k, oxide in enumerate(columns):
        levels = _levels([r for r in recoveries if r.oxide == oxide])
        rows = np.flatnonzero(values[:, k] > 0)
        if len(levels) and len(rows):
            bias[rows, k], sd[rows, k], covered[rows, k] = _interpolated(values[rows, k], levels)
    bias[~covered], sd[~covered] = np.nan, np.nan
    return ExpectedErrors(columns, bias, sd, covered, asked)


def _levels(recoveries: list[Recovery]) -> FloatArray:
    """Return concentration, relative bias and relative standard deviation (m, 3), by rising concentration.

    Standards of equal concentration are one level, with their means.
    """
    found: dict[float, list[tuple[float, float]]] = {}
    for r in recoveries:
        sd = r.sd if r.sd > 0 else r.counting_sd
        if r.accepted > 0 and r.mean > 0 and sd > 0:
            found.setdefault(r.accepted, []).append((r.bias / r.accepted, sd / r.mean))
    rows = [(level, *np.mean(found[level], axis=0)) for level in sorted(found)]
    return np.array(rows).reshape(-1, 3)


def _interpolated(x: FloatArray, levels: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    level, place = np.log(levels[:, 0]), np.log(x)
    bias = np.interp(place, level, levels[:, 1])
    beyond = place - np.clip(place, level[0], level[-1])
    sd = np.exp(np.interp(place, level, np.log(levels[:, 2])) - beyond / 2)
    below = np.clip(np.searchsorted(level, place, side="right") - 1, 0, len(level) - 1)
    above = np.clip(np.searchsorted(level, place), 0, len(level) - 1)
    away = np.abs(place - level[below]), np.abs(place - level[above])
    bracketed = (beyond == 0) & (np.maximum(*away) <= np.log(BRACKET))
    return bias, sd, bracketed | (np.minimum(*away) <= np.log(WITHIN))
