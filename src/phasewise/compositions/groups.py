"""Groups of minerals: pyroxene for certain, though which one is open."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["group_probability", "groups_of"]


@lru_cache(maxsize=16)
def groups_of(phases: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the indices of phases of one group, for each group with several of them.

    Examples
    --------
    >>> groups_of(("Clinopyroxene", "Olivine", "Orthopyroxene"))
    ((0, 2),)
    """
    members: dict[str, list[int]] = {}
    for k, name in enumerate(phases):
        members.setdefault(load_minerals()[name].group, []).append(k)
    return tuple(tuple(found) for found in members.values() if len(found) > 1)


def group_probability(probabilities: FloatArray, phase: IntArray, phases: tuple[str, ...]) -> FloatArray:
    """Return the probability that each row is of the group of its phase.

    Parameters
    ----------
    probabilities : (n, k) float64
        Of the phases.
    phase : (n,) int
        Index of the phase of each row; -1 for none.
    phases : tuple of str
        Class names.

    Returns
    -------
    (n,) float64
        Never above 1; NaN where the probabilities are.
    """
    out = probabilities[np.arange(len(phase)), phase]
    for members in groups_of(phases):
        rows = np.flatnonzero(_among(members, len(phases))[phase])
        out[rows] = np.minimum(sum(probabilities[rows, k] for k in members), 1.0)
    return out


@lru_cache(maxsize=64)
def _among(members: tuple[int, ...], n_phases: int) -> BoolArray:
    """Return whether each phase, and last none, is a member."""
    return np.isin(np.arange(n_phases + 1), members)
