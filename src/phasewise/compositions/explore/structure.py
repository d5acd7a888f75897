"""What an autoencoder sees of an analysis, and what it has to tell from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.oxides import OXIDES
from phasewise.compositions.features import INPUTS, closed_cations
from phasewise.core.types import TEN_OXIDES

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.core.types import FloatArray

__all__ = [
    "CATIONS",
    "DIVALENT",
    "RESTORED",
    "SIGHTS",
    "STRUCTURE",
    "cations",
    "free_divalent",
    "oxides",
    "structure",
    "with_sum",
]

CATIONS = (*(OXIDES[name].element for name in INPUTS[:-3]), "F", "Cl", "rare")
"""Columns of `cations` but the last, which is their sum."""

_SUMS = (
    "Mg Fe Mn Ni",
    "Ca Na",
    "K",
    "Si Al Cr",
    "Ti",
    "P",
    "Zr",
    "Ba Sr",
    "S",
    "C",
    "F",
    "Cl",
)
_TWICE = ("K", "Ti", "P", "Zr")
"""Elements that tell minerals apart by little of them: they count double."""

DIVALENT = ("Mg", "Fe", "Mn", "Ni")

STRUCTURE = (*_SUMS, "rare", "cations", "Al-Na-K-2Ca", "free Mg Mn Ni")
"""What `structure` tells, each per 24 oxygens."""

_RARE = 10.0
"""The rare components are a share of the mass; ten times that is of the size of their cations."""


def cations(values: FloatArray) -> FloatArray:
    """Return the cations on 24 oxygens and, twice, their sum.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        wt%; NaN (not measured) and negative values count as nothing.

    Returns
    -------
    (n, len(CATIONS) + 1) float64
        NaN in rows without any oxygen. The same for a row times a constant.
    """
    return with_sum(closed_cations(values))


def with_sum(closed: FloatArray) -> FloatArray:
    """Return closed cations (n, len(CATIONS)) with twice their sum as a last column."""
    return np.concatenate([closed, 2.0 * closed[:, :-3].sum(axis=1, keepdims=True)], axis=1)


def oxides(values: FloatArray) -> FloatArray:
    """Return the ten oxides in wt% (n, 10), where what was not measured is 0."""
    return np.nan_to_num(values[:, : len(TEN_OXIDES)])


SIGHTS: dict[str, Callable[[FloatArray], FloatArray]] = {"cations": cations, "oxides": oxides}
"""What networks can look at."""


def structure(closed: FloatArray) -> FloatArray:
    """Return sums of cations that stay as they are when ions exchange within a mineral.

    Mg for Fe, or Ca and Al for Na and Si change neither the sums nor the excess of Al over what feldspar
    would take, so that a solid solution is one place, while minerals of other structures differ; Cr for Al
    changes the excess alone. Of oxides of little but divalent cations, Fe is told apart from the others.

    Parameters
    ----------
    closed : (n, len(CATIONS)) float64
        Cations on 24 oxygens.

    Returns
    -------
    (n, len(STRUCTURE)) float64
    """
    of = dict(zip(CATIONS, closed.T, strict=True))
    sums = [sum(of[c] for c in names.split()) * (2.0 if names in _TWICE else 1.0) for names in _SUMS]
    excess = of["Al"] - of["Na"] - of["K"] - 2.0 * of["Ca"]
    with np.errstate(invalid="ignore", divide="ignore"):
        no_iron = np.where(sums[0] > 0, 1.0 - of["Fe"] / sums[0], 0.0) * free_divalent(closed)
    return np.stack([*sums, _RARE * of["rare"], 2.0 * closed[:, :-3].sum(axis=1), excess, no_iron], axis=1)


def free_divalent(closed: FloatArray) -> FloatArray:
    """Return how many of Mg, Fe, Mn and Ni are more than two for each other cation, per 24 oxygens.

    They are so in magnetite and wuestite, as all iron counts as Fe2+ here, and in periclase: there, Mg and Fe
    make minerals of their own.
    """
    divalent = closed[:, [CATIONS.index(name) for name in DIVALENT]].sum(axis=1)
    others = closed[:, :-3].sum(axis=1) - divalent
    return np.asarray(np.maximum(divalent - 2.0 * others, 0.0))


RESTORED: dict[str, Callable[[FloatArray], FloatArray]] = {
    **SIGHTS,
    "structure": lambda values: structure(closed_cations(values)),
}
"""What networks can be taught to restore."""
