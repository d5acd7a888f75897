"""From moles of ions to ions per formula unit."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.formula_units import FormulaUnits, evaluate_sum
from phasewise.chem.ions import ION_VALENCES, IONS

if TYPE_CHECKING:
    from phasewise.chem.mineral import Basis
    from phasewise.core.types import FloatArray

__all__ = ["assumed_oxo", "normalise", "oxygens_of"]

_OH = IONS.index("OH")
_HALOGENS = [IONS.index("F"), IONS.index("Cl")]


def oxygens_of(ions: FormulaUnits, basis: Basis) -> FloatArray:
    """Return half the positive charges of the cations that count (n,)."""
    return np.asarray(np.einsum("ij,j->i", ions.ions[:, :_OH], _oxygens(basis.without)))


@cache
def _oxygens(without: tuple[str, ...]) -> FloatArray:
    """Return half the positive charge of each ion that counts."""
    charges = np.where(np.isin(IONS, without), 0.0, np.maximum(ION_VALENCES, 0.0))
    return np.asarray(charges[:_OH] / 2)


def assumed_oxo(ions: FormulaUnits, basis: Basis, factor: FloatArray | float) -> FloatArray:
    """Return O that takes the place of OH (n,), in the unit of the ions.

    Parameters
    ----------
    ions : FormulaUnits
    basis : Basis
        Says of which ions it follows, and from how much of it on it is assumed.
    factor : (n,) float64 or float
        From the unit of the ions to ions per formula unit.
    """
    oxo = evaluate_sum(basis.oxo, ions)
    return np.where(factor * oxo >= basis.oxo_from, oxo, 0.0)


def normalise(moles: FloatArray, basis: Basis) -> tuple[FloatArray, FloatArray]:
    """Return ions per formula unit, and the factor that took them there.

    The charges of the cations are balanced by O, OH, F and Cl. Where OH was measured, all anions of the
    formula unit are counted: N = X + A/2, with X oxygens and A anions of the basis. Where it was not, the
    anion site is taken to be full, and OH is what F, Cl and O leave of it; the O there (``oxo``) brings a
    charge more each. Neither changes anything in a mineral without an anion site.

    Parameters
    ----------
    moles : (n, len(IONS)) float64
        In any unit, iron divided; NaN in the column of OH where it is to be found by stoichiometry. NaN in
        another column gives no formula.
    basis : Basis
        Of the mineral.

    Returns
    -------
    apfu : (n, len(IONS)) float64
        NaN in rows without cations.
    factor : (n,) float64
    """
    ions = FormulaUnits(moles)
    halogens = moles[:, _HALOGENS].sum(axis=1)
    hydroxyl = moles[:, _OH]
    by_stoichiometry = np.isnan(hydroxyl)
    oxygens = oxygens_of(ions, basis)
    with np.errstate(divide="ignore", invalid="ignore"):
        oxo = assumed_oxo(ions, basis, basis.oxygens / oxygens)
        if basis.count:
            factor = basis.count_to / (evaluate_sum(basis.count, ions) + 0.0 * oxygens)
        else:
            every_anion = basis.oxygens + basis.anions / 2
            full = every_anion / (oxygens + halogens / 2)
            factor = basis.oxygens / (oxygens - oxo / 2)
            factor = np.where(factor * (halogens + oxo) > basis.anions, full, factor) if basis.oxo else factor
            measured = every_anion / (oxygens + (halogens + hydroxyl) / 2)
            factor = np.where(by_stoichiometry, factor, measured) if basis.anions else factor
        factor = np.where((factor > 0) & np.isfinite(factor), factor, np.nan)
    apfu = moles * factor[:, None]
    room = basis.anions - factor * halogens
    left = np.maximum(room - np.minimum(factor * oxo, np.maximum(room, 0.0)), 0.0)
    apfu[:, _OH] = np.where(by_stoichiometry, left, apfu[:, _OH]) if basis.anions else 0.0 * factor
    return apfu, factor
