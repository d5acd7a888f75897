"""Clusters of points found by density, and how new points are assigned to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["NOISE", "Assignment"]

NOISE = -1


@dataclass(frozen=True, eq=False)
class Assignment:
    """The cluster of each point.

    Attributes
    ----------
    cluster : (n,) int
        Index of the cluster; -1 for noise, which lies apart from all clusters or has no place.
    probability : (n,) float64
        How well it belongs there: 1 in the dense parts of a cluster, falling to 0 where noise begins; 0 for
        noise, NaN without a place.
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
