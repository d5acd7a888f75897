"""Clusters of points found by density, and how new points are assigned to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.core.errors import PhasewiseError
from phasewise.core.threads import side_by_side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["NOISE", "Assignment", "DensityClusters", "tree_of"]

NOISE = -1

CHUNK_ROWS = 16_384


@dataclass(frozen=True, eq=False)
class Assignment:
    """The cluster of each point.

    Attributes
    ----------
    cluster : (n,) int
        Index of the cluster; -1 for noise, which lies apart from all clusters or has no place.
    probability : (n,) float64
        How well it belongs there: the part of the points that the clusters were found in, each seen from
        other sources than its own, that lie at least so far from their cluster. 1 in the dense parts, little
        where noise begins; 0 for noise, NaN without a place.
    distance : (n,) float64
        Distance to the nearest point of a cluster, where 1 is the farthest that is not noise; NaN without
        a place.
    nearest : (n,) int
        The cluster of that point, also for noise; -1 without a place.
    """

    cluster: IntArray
    probability: FloatArray
    distance: FloatArray
    nearest: IntArray

    def renumbered(self, order: IntArray) -> Assignment:
        """Return the assignment where cluster ``order[k]`` has become cluster k."""
        place = np.append(np.argsort(order), NOISE)
        return Assignment(place[self.cluster], self.probability, self.distance, place[self.nearest])


@dataclass(frozen=True, eq=False)
class DensityClusters:
    """Points that stand for clusters of any shape.

    Attributes
    ----------
    points : (m, k) float64
        Points of the clusters, no noise among them.
    cluster : (m,) int
        The cluster of each.
    reach : (m,) float64
        How far from it another point still belongs to its cluster: more where points are scarce.
    tail : (q,) float64
        Increasing quantiles of the distances, over the reach, of points from their cluster as other sources
        show it; gives the probability.
    level : (m,) int
        0 for frequent clusters, 1 for those that were found among what lies apart from them, and hold
        nothing else.
    """

    points: FloatArray
    cluster: IntArray
    reach: FloatArray
    tail: FloatArray
    level: IntArray

    @property
    def count(self) -> int:
        """Number of clusters."""
        return int(self.cluster.max()) + 1 if len(self.cluster) else 0

    @cached_property
    def _levels(self) -> list[tuple[Any, FloatArray, IntArray]]:
        """A tree of the points of each level, with their reach and cluster."""
        rows = [np.flatnonzero(self.level == level) for level in np.unique(self.level)]
        return [(tree_of(self.points[k]), self.reach[k], self.cluster[k]) for k in rows]

    def assign(self, latent: FloatArray, strange: BoolArray | None = None) -> Assignment:
        """Return the cluster of each point.

        Parameters
        ----------
        latent : (n, k) float64
            A row with NaN has no place.
        strange : (n,) bool, optional
            Points that are known to be unlike what is frequent: they belong to a cluster of level 1 first,
            where they lie within its reach.
        """
        n = len(latent)
        if not len(self.points):
            there = np.where(np.isfinite(latent).all(axis=1), np.inf, np.nan)
            none = np.full(n, NOISE)
            return Assignment(none, np.where(np.isnan(there), np.nan, 0.0), there, none)
        strange = np.zeros(n, dtype=bool) if strange is None else strange
        pieces = (slice(k, k + CHUNK_ROWS) for k in range(0, n or 1, CHUNK_ROWS))
        parts = [
            part for _, part in side_by_side(lambda rows: self._assign(latent[rows], strange[rows]), pieces)
        ]
        return Assignment(*(np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS))

    def _assign(self, latent: FloatArray, strange: BoolArray) -> Assignment:
        there = np.isfinite(latent).all(axis=1)
        distance = np.where(there, np.inf, np.nan)
        nearest = np.full(len(latent), NOISE)
        for turn in range(len(self._levels)):
            open_rows = distance > 1.0
            for asked, level in ((~strange, turn), (strange, len(self._levels) - 1 - turn)):
                rows = np.flatnonzero(open_rows & asked)
                self._nearer(latent[rows], rows, level, distance, nearest)
        belongs = there & (distance <= 1.0)
        parts = np.linspace(1.0, 0.0, len(self.tail))
        probability = np.where(there, 0.0, np.nan)
        # From far to near: of equal quantiles, the part that lies at least so far is the largest.
        probability[belongs] = np.interp(-distance[belongs], -self.tail[::-1], parts[::-1])
        return Assignment(np.where(belongs, nearest, NOISE), probability, distance, nearest)

    def _nearer(
        self, latent: FloatArray, rows: IntArray, level: int, distance: FloatArray, nearest: IntArray
    ) -> None:
        """Set distance and nearest cluster of rows to which a cluster of this level is nearer."""
        tree, reach, cluster = self._levels[level]
        away, index = tree.query(latent)
        away = away / reach[index]
        nearer = away < distance[rows]
        distance[rows[nearer]] = away[nearer]
        nearest[rows[nearer]] = cluster[index[nearer]]

    def renumbered(self, order: IntArray) -> DensityClusters:
        """Return the clusters where ``order[k]`` has become cluster k."""
        return replace(self, cluster=np.argsort(order)[self.cluster])

    def to_arrays(self) -> dict[str, FloatArray]:
        """Return what `from_arrays` takes."""
        return {
            "clusters.points": self.points,
            "clusters.cluster": self.cluster.astype(np.float64),
            "clusters.reach": self.reach,
            "clusters.tail": self.tail,
            "clusters.level": self.level.astype(np.float64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, FloatArray]) -> DensityClusters:
        """Return the clusters that `to_arrays` has named.

        Raises
        ------
        KeyError
            If an array is missing.
        ValueError
            If their shapes do not fit one another.
        """
        names = ("points", "cluster", "reach", "tail", "level")
        points, cluster, reach, tail, level = (np.asarray(arrays[f"clusters.{name}"]) for name in names)
        if points.ndim != 2 or {len(cluster), len(reach), len(level)} != {len(points)} or not len(tail):
            raise ValueError(f"{points.shape=}, {cluster.shape=}, {reach.shape=}, {level.shape=} do not fit")
        return cls(points, cluster.astype(np.int64), reach, tail, level.astype(np.int64))


_FIELDS = ("cluster", "probability", "distance", "nearest")


def tree_of(points: FloatArray) -> Any:
    """Return a k-d tree of points (m, k).

    Raises
    ------
    PhasewiseError
        If SciPy is absent.
    """
    try:
        from scipy.spatial import KDTree
    except ImportError as error:
        raise PhasewiseError(
            "Clusters need SciPy and scikit-learn. Install them with: pip install 'phasewise[explore]'"
        ) from error
    return KDTree(points)
