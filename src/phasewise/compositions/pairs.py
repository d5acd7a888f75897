"""Pairs of minerals that neither a network nor composition can tell, as the mineral files declare them.

Where the total tells them apart, it divides the two anew (`phasewise.compositions.totals`). Where nothing
does, neither of them gets more than published analyses of that region support.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.stoichiometry import limit_sums
from phasewise.compositions.totals import weigh_pairs

if TYPE_CHECKING:
    from phasewise.core.types import Analyses, FloatArray, IntArray

__all__ = ["Region", "held_back", "regions", "settle_pairs"]

FADE = 0.02
"""Beyond its borders a region fades over this part of its width."""

NEGLIGIBLE = 1e-3
"""Pairs that have less than this together are left as they are."""


@dataclass(frozen=True, eq=False)
class Region:
    """Where composition cannot tell two phases, compiled for the columns of a table.

    Attributes
    ----------
    first, second : int
        Indices of the two phases.
    probability : float
        The most that either of them may have of what they have together.
    because : str
        Why.
    columns : (q,) int
        The columns that it looks at.
    above, below : (ratios, q) float64
        Weights of these columns in numerator and denominator of each ratio.
    low, high : (ratios,) float64
        Borders of the region.
    """

    first: int
    second: int
    probability: float
    because: str
    columns: IntArray
    above: FloatArray
    below: FloatArray
    low: FloatArray
    high: FloatArray

    def weight(self, values: FloatArray) -> FloatArray:
        """Return 1 within the region, less at its borders and 0 beyond them.

        Parameters
        ----------
        values : (n, p) float64
            wt%; NaN (not measured) counts as 0.

        Returns
        -------
        (n,) float64
            Where a ratio has no denominator, 0.
        """
        weight = np.ones(len(values))
        measured = np.nan_to_num(values.T[self.columns])
        for above, below, low, high in zip(self.above, self.below, self.low, self.high, strict=True):
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = _sum(measured, above) / _sum(measured, below)
                outside = np.maximum(low - ratio, ratio - high) / (FADE * (high - low))
            np.minimum(weight, np.clip(1 - np.nan_to_num(outside, nan=1.0), 0, 1), out=weight)
        return weight


def _sum(columns: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted sums of columns, one after the other: matrix products round by the number of rows."""
    out = np.zeros(columns.shape[1])
    for k in np.flatnonzero(weights):
        out += weights[k] * columns[k]
    return out


@lru_cache(maxsize=64)
def regions(phases: tuple[str, ...], columns: tuple[str, ...]) -> tuple[Region, ...]:
    """Return the regions that the files of these phases declare, for tables with these columns."""
    found = []
    for first, name in enumerate(phases):
        mineral = load_minerals()[name]
        for declared in (d for d in mineral.indistinct if d.other in phases):
            sums = [limit_sums(limit, mineral, columns) for limit in declared.where]
            above, below = (np.array(side) for side in zip(*sums, strict=True))
            low, high = np.array([limit.range for limit in declared.where]).T
            used = np.flatnonzero((above != 0).any(axis=0) | (below != 0).any(axis=0))
            what = first, phases.index(declared.other), declared.probability, declared.because
            found.append(Region(*what, used, above[:, used], below[:, used], low, high))
    return tuple(found)


def settle_pairs(
    among: FloatArray,
    total: FloatArray,
    analyses: Analyses,
    phases: tuple[str, ...],
    *,
    by_total: bool = True,
) -> FloatArray:
    """Return probabilities in which the declared pairs are divided as far as they can be told.

    First the total weighs the pairs that it tells apart. Then, where composition cannot tell two phases, the
    one with more gives up what exceeds its share. What the two have together stays.

    Parameters
    ----------
    among : (n, k) float64
        The columns begin with `phases`.
    total : (n,) float64
        Corrected total in wt%.
    analyses : Analyses
        What was measured.
    phases : tuple of str
        Class names.
    by_total : bool
        Whether the total is yet to be weighed.
    """
    out = weigh_pairs(among, total, analyses, phases, load_minerals()) if by_total else among.copy()
    for region in regions(phases, analyses.columns):
        _hold_back(out, region, analyses.values)
    return out


def _hold_back(probabilities: FloatArray, region: Region, values: FloatArray) -> None:
    a, b = probabilities[:, region.first], probabilities[:, region.second]
    together = a + b
    too_sure = np.maximum(a, b) > region.probability * together
    rows = np.flatnonzero(too_sure & (together > NEGLIGIBLE))
    weight = region.weight(values[rows])
    rows, weight = rows[weight > 0], weight[weight > 0]
    share = a[rows] / together[rows]
    share += weight * (np.clip(share, 1 - region.probability, region.probability) - share)
    probabilities[rows, region.first] = together[rows] * share
    probabilities[rows, region.second] = together[rows] * (1 - share)


def held_back(analyses: Analyses, phases: tuple[str, ...], first: IntArray, second: IntArray) -> IntArray:
    """Return the region of the two most probable phases of each row that it lies in, -1 for none.

    Parameters
    ----------
    analyses : Analyses
        What was measured.
    phases : tuple of str
        Class names.
    first, second : (n,) int
        The two most probable phases.

    Returns
    -------
    (n,) int
        Index in `regions`.
    """
    found = np.full(len(first), -1)
    for k, region in enumerate(regions(phases, analyses.columns)):
        of_both = ((first == region.first) & (second == region.second)) | (
            (first == region.second) & (second == region.first)
        )
        rows = np.flatnonzero(of_both)
        found[rows[region.weight(analyses.values[rows]) >= 0.5]] = k
    return found
