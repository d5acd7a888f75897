"""Models that do without some oxides: which phases they can tell, and what cannot be judged by them.

A table from EDS or XRF may lack Na2O for good. A model trained without it sees no difference, but totals
and stoichiometric limits do: of an albite 12 wt% are missing. The card of such a model says how much of the
oxides that it does without each phase holds. Where they were not measured, the total may be lower by as
much, and the limits of phases that hold more than traces of them decide nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.core.types import FloatArray, IntArray

__all__ = ["TRACES", "mass_left_out", "most_left_out", "untellable"]

TRACES = 1.0
"""Up to this many wt% that were not measured hardly move a cation sum."""

LEAST_SEEN = 0.6
"""A phase is told by at least this part of the mass of its first end member: TiO2 alone makes no ilmenite."""


def untellable(phases: tuple[str, ...], oxides: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the phases that cannot be told by these oxides, and the oxides that each would need.

    Parameters
    ----------
    phases : tuple of str
        Class names.
    oxides : tuple of str
        Those of `INPUTS` that a model uses.

    Examples
    --------
    >>> untellable(("Olivine", "Rutile"), ("SiO2", "FeOt", "MgO"))
    {'Rutile': ('TiO2',)}
    """
    minerals, found = load_minerals(), {}
    for name in phases:
        mineral = minerals[name]
        keys = [key for key in mineral.key_oxides if key not in oxides]
        masses = oxides_wt(mineral.end_members[0].formula) if mineral.end_members else {}
        masses = {oxide: mass for oxide, mass in masses.items() if oxide in INPUTS}
        seen = sum(mass for oxide, mass in masses.items() if oxide in oxides)
        if (keys and len(keys) == len(mineral.key_oxides)) or seen < LEAST_SEEN * sum(masses.values()):
            main = sorted((oxide for oxide in masses if oxide not in oxides), key=lambda o: -masses[o])
            found[name] = tuple(keys or main[:1])
    return found


def most_left_out(card: Mapping[str, Any], phases: tuple[str, ...]) -> FloatArray:
    """Return what a card says of the most that each phase holds of each input that the model does not use.

    Returns
    -------
    (len(phases) + 1, len(INPUTS)) float64
        wt%; 0 of the inputs that it uses, and in the last row, which stands for no phase.
    """
    most = np.zeros((len(phases) + 1, len(INPUTS)))
    for phase, held in card.get("inputs", {}).get("left_out", {}).items():
        for oxide, mass in held.items():
            most[phases.index(phase), INPUTS.index(oxide)] = mass
    return most


def mass_left_out(values: FloatArray, phase: IntArray, most: FloatArray) -> FloatArray:
    """Return how many wt% of its phase may be missing from each row, as the model does without these oxides.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        wt% as the table has them; NaN where not measured.
    phase : (n,) int
        Index of the phase; -1 for none.
    most : (phases + 1, len(INPUTS)) float64
        See `most_left_out`.

    Returns
    -------
    (n,) float64
        0 where all oxides that the phase holds were measured, or are inputs of the model.
    """
    if not most.any():
        return np.zeros(len(phase))
    return np.asarray((most[phase] * np.isnan(values)).sum(axis=1))
