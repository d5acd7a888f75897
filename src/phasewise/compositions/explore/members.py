"""Which rows each cluster holds, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.compositions.row_groups import Groups
    from phasewise.core.types import FloatArray, IntArray
    from phasewise.infer.clusters import Assignment

__all__ = ["Members", "Spreads", "spreads_of"]

FENCE = 3.0
"""A value beyond the quartiles by more interquartile ranges than this is far out."""

LEAST_FENCED = 4
"""Among fewer values nothing can be called far out."""

ERROR = 0.05
RELATIVE_ERROR = 0.02
"""Of an oxide by microprobe, in wt% and as a part of it: differences below that are no differences."""


@dataclass(frozen=True, eq=False)
class Members:
    """The rows of each cluster; noise, where there is any, stands behind the last one.

    Attributes
    ----------
    numbers : tuple of int
        Of the clusters that hold rows, 1 for the first of the assignment, in their order; 0 for noise.
    order : (n,) int
        All rows, those of the first cluster first.
    edges : (len(numbers) + 1,) int
        Where in `order` the rows of each cluster begin.
    """

    numbers: tuple[int, ...]
    order: IntArray
    edges: IntArray

    @classmethod
    def of(cls, assigned: Assignment) -> Members:
        """Return the rows of each cluster, the largest first."""
        noise = int(assigned.cluster.max(initial=-1)) + 1
        slot = np.where(assigned.cluster < 0, noise, assigned.cluster)
        size = np.bincount(slot, minlength=noise + 1)
        falling = np.argsort(-size[:-1], kind="stable")
        held = [*falling[size[falling] > 0].tolist(), *([noise] if size[noise] else [])]
        place = np.zeros(noise + 1, dtype=np.int32)
        place[held] = np.arange(len(held))
        numbers = tuple(0 if k == noise else k + 1 for k in held)
        edges = np.concatenate([[0], np.cumsum(size[held])])
        return cls(numbers, np.argsort(place[slot], kind="stable"), edges)

    def __len__(self) -> int:
        return len(self.numbers)

    def rows(self, k: int) -> IntArray:
        """Return the rows of the k-th cluster."""
        return self.order[self.edges[k] : self.edges[k + 1]]

    @cached_property
    def sizes(self) -> list[int]:
        """How many rows each cluster holds."""
        found: list[int] = np.diff(self.edges).tolist()
        return found

    def count(self, groups: Groups) -> list[dict[str, int]]:
        """Return how many rows of each cluster are of which group, the most frequent first.

        Rows without a text are not counted; equally frequent texts stand in alphabetical order.
        """
        width = len(groups.names) + 1
        place = np.repeat(np.arange(len(self)), self.sizes)
        pairs, counts = np.unique(place * width + groups.code[self.order] + 1, return_counts=True)
        found: list[list[tuple[int, str]]] = [[] for _ in range(len(self))]
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
            k, code = divmod(pair, width)
            if code:
                found[k].append((-count, groups.names[code - 1]))
        return [{name: -count for count, name in sorted(several)} for several in found]

    def medians(self, values: FloatArray) -> FloatArray:
        """Return the median of each column (n, d) in each cluster (clusters, d); NaN rows do not count."""
        out = np.full((len(self), values.shape[1]), np.nan)
        for k in range(len(self)):
            of_cluster = values[self.rows(k)]
            placed = of_cluster[~np.isnan(of_cluster).any(axis=1)]
            if len(placed):
                out[k] = np.median(placed, axis=0)
        return out


@dataclass(frozen=True, eq=False)
class Spreads:
    """Means and standard deviations of columns in clusters.

    Attributes
    ----------
    columns : tuple of str
    rows : (clusters,) int
        How many rows each cluster holds.
    mean, sd : (clusters, columns) float64
        wt%; NaN where nothing was measured, the standard deviation also of a single value.
    n : (clusters, columns) int
        How many rows were measured.
    """

    columns: tuple[str, ...]
    rows: IntArray
    mean: FloatArray
    sd: FloatArray
    n: IntArray

    @cached_property
    def typical(self) -> FloatArray:
        """The means of what was measured in at least half of the rows of a cluster, else NaN."""
        return np.where(2 * self.n >= self.rows[:, None], self.mean, np.nan)

    def contrast(self, a: int, b: int) -> FloatArray:
        """Return how much richer cluster a is than b in each column; negative where it is poorer.

        The size is the difference of the roots of the means, 1 wt% added to both: so 3 wt% more of an oxide
        count for more beside 2 wt% of it than beside 50, and traces for little. It is 0 where not measured,
        and where the difference is below 0.2 wt% or below the pooled standard deviation of the rows, which
        contains an analytical error of 0.05 wt% and 2 % of the mean. It is 0 of H2O and CO2, too, which few
        laboratories measure.
        """
        one, other = self.typical[a], self.typical[b]
        error = np.hypot(ERROR, RELATIVE_ERROR * np.fmax(np.abs(one), np.abs(other)))
        scatter = (np.nan_to_num(self.sd[a]) ** 2 + np.nan_to_num(self.sd[b]) ** 2) / 2
        told = np.abs(one - other) >= np.fmax(np.sqrt(scatter + error**2), 0.2)
        size = np.sqrt(np.fmax(one, 0.0) + 1) - np.sqrt(np.fmax(other, 0.0) + 1)
        return np.where(told & ~np.isin(self.columns, ("H2O", "CO2")), size, 0.0)


def spreads_of(members: Members, columns: tuple[str, ...], values: FloatArray) -> Spreads:
    """Return means and standard deviations that single absurd values hardly move.

    Values beyond the quartiles by more than three interquartile ranges (the outer fences of Tukey) or three
    analytical errors, whichever is more, count as if they lay there; so each row counts. Among fewer than
    four values all count as they are.

    Parameters
    ----------
    members : Members
    columns : tuple of str
    values : (n, len(columns)) float64
        wt%; NaN and infinite values count as not measured.

    References
    ----------
    Tukey 1977, Exploratory Data Analysis, Addison-Wesley, chapter 2.
    """
    shape = (len(members), len(columns))
    mean, sd, n = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
    for j in range(len(columns)):
        column = values[:, j][members.order]
        for k, (start, stop) in enumerate(zip(members.edges[:-1], members.edges[1:], strict=True)):
            part = column[start:stop]
            measured = np.sort(part[np.isfinite(part)])
            n[k, j] = len(measured)
            if len(measured):
                fenced = _fenced(measured)
                mean[k, j] = fenced.mean()
                sd[k, j] = fenced.std(ddof=1) if len(fenced) > 1 else np.nan
    return Spreads(columns, np.array(members.sizes, dtype=np.int64), mean, sd, n)


def _fenced(ascending: FloatArray) -> FloatArray:
    """Return values in which those that are far out have moved to the fence."""
    n = len(ascending)
    if n < LEAST_FENCED:
        return ascending
    upper = 3 * (n - 1) // 4
    low, high = float(ascending[n - 1 - upper]), float(ascending[upper])
    width = FENCE * max(high - low, float(np.hypot(ERROR, RELATIVE_ERROR * max(abs(low), abs(high)))))
    return np.clip(ascending, low - width, high + width)
