"""Analyses that cannot be told from known ones by the oxides that a model uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["closed", "enough_seen", "unlike"]

WITHIN = 0.02
"""Compositions that differ in less than this part of their mass count as alike."""

LEAST_SEEN = 0.1
"""At least this part of the mass of a row lies in oxides that the model uses."""


def enough_seen(values: FloatArray, used: BoolArray) -> BoolArray:
    """Return which rows hold enough of the oxides that a model uses; without them nothing can be learned.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        wt%, NaN where not measured.
    used : (len(INPUTS),) bool
        The inputs of the model; F, Cl and rare components, the last three, are no oxides here.
    """
    mass = np.fmax(np.nan_to_num(values), 0.0)
    seen = mass[:, :-3][:, used[:-3]].sum(axis=1)
    return np.asarray(seen > LEAST_SEEN * mass.sum(axis=1))


def unlike(values: FloatArray, known: FloatArray, used: BoolArray) -> BoolArray:
    """Return which rows differ from all known ones.

    A sanidine is no plagioclase, but by SiO2 and Al2O3 alone it cannot be told from albite.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        Rows in wt%; NaN counts as nothing.
    known : (m, len(INPUTS)) float64
        Analyses of the phases.
    used : (len(INPUTS),) bool
        The inputs by which they are compared, closed to 1: half the sum of absolute differences.
    """
    if not len(values):
        return np.zeros(0, dtype=bool)
    distance, _ = KDTree(closed(known, used)).query(
        closed(values, used), p=1, distance_upper_bound=2 * WITHIN
    )
    return np.asarray(~np.isfinite(distance))


def closed(values: FloatArray, used: BoolArray) -> FloatArray:
    """Return the inputs in use, closed to 1; NaN and negative values count as nothing."""
    mass = np.fmax(np.nan_to_num(values), 0.0)[:, used]
    return np.asarray(mass / np.maximum(mass.sum(axis=1, keepdims=True), 1e-9))
