"""Compositions of minerals simulated as solid solutions of their end members.

Published training sets hold what their authors studied. Pure end members and rare solid
solutions are lacking there, so they are drawn from the mineral files: charge-balanced mixtures
of end members, held to the mineral's own stoichiometric limits. Simulated rows train; they are
never scored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.formula import molar_mass, oxides_wt
from phasewise.compositions.features import INPUTS, RARE

if TYPE_CHECKING:
    from phasewise.chem.mineral import Mineral
    from phasewise.chem.stoichiometry import StoichiometricTests
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["CONCENTRATIONS", "formula_inputs", "simulate"]

CONCENTRATIONS = (1.0, 0.5, 0.12)
"""Dirichlet concentrations: from well mixed to nearly pure end members."""

MINOR = 0.5
"""An end member that never makes more than this part of a solid solution is a minor one."""

_MOST_DRAWS = 40


def formula_inputs(formula: str) -> FloatArray:
    """Return what an analysis gives of one formula unit, in grams of each of `INPUTS`.

    Water, boron and lithium are not among the inputs.
    """
    share = oxides_wt(formula)
    grams = [share.get(name, 0.0) for name in INPUTS[:-1]]
    rare = sum(share.get(name, 0.0) for name in RARE)
    return np.array([*grams, rare]) * molar_mass(formula) / 100.0


def simulate(mineral: Mineral, tests: StoichiometricTests, n: int, rng: np.random.Generator) -> FloatArray:
    """Return random solid solutions of a mineral that keep its stoichiometric limits.

    Parameters
    ----------
    mineral : Mineral
        Its end members, each on the same formula unit, and their shares.
    tests : StoichiometricTests
        Compiled for ``INPUTS[:-1]``; holds the mineral.
    n : int
        Number of rows.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    (n, len(INPUTS)) float64
        wt% of 100 g of mineral.

    Raises
    ------
    ValueError
        If hardly any solid solution of the end members keeps the limits.
    """
    members = np.stack([formula_inputs(m.formula) for m in mineral.end_members])
    masses = np.array([molar_mass(m.formula) for m in mineral.end_members])
    low, high = np.array([m.share for m in mineral.end_members]).T
    index = np.full(2 * n, tests.names.index(mineral.name))
    found: list[FloatArray] = []
    for _ in range(_MOST_DRAWS):
        fractions = _draw_fractions(2 * n, high, rng)
        fractions = fractions[((fractions >= low - 1e-9) & (fractions <= high + 1e-9)).all(axis=1)]
        rows = fractions @ members / (fractions @ masses)[:, None] * 100.0
        found.append(rows[_passes(tests, rows, index[: len(rows)])])
        if sum(map(len, found)) >= n:
            return np.concatenate(found)[:n]
    raise ValueError(
        f"{mineral.name}: hardly any solid solution of the end members keeps the limits of the file"
    )


def _passes(tests: StoichiometricTests, rows: FloatArray, index: np.ndarray) -> BoolArray:
    return tests.passes(rows[:, :-1], index)


def _draw_fractions(n: int, high: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return at most n rows of mole fractions: random subsets of the end members, minor ones held low."""
    k = len(high)
    concentration = np.broadcast_to(rng.choice(CONCENTRATIONS, n)[:, None], (n, k))
    present = rng.random((n, k)) < rng.uniform(0.15, 1.0, (n, 1))
    present[np.arange(n), rng.integers(0, k, n)] = True
    weight = np.where(present, rng.standard_gamma(concentration) + 1e-12, 0.0)
    fractions: FloatArray = weight / weight.sum(axis=1, keepdims=True)
    minor = high < MINOR
    limit = high * rng.random((n, k))
    fractions[:, minor] = np.minimum(fractions, limit)[:, minor]
    major = fractions[:, ~minor].sum(axis=1)
    rest = 1.0 - fractions[:, minor].sum(axis=1)
    usable = major > 1e-9
    fractions[:, ~minor] *= (rest / np.where(usable, major, 1.0))[:, None]
    return np.asarray(fractions[usable])
