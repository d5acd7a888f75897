"""End members of the spinel prism."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.core.types import FloatArray

__all__ = ["SPINEL_MEMBERS", "spinel_prism"]

_OF_DIVALENT = {
    "Mg": ("Spl", "Mchr", "Mfr", "Qnd"),
    "Fe2+": ("Hc", "Chr", "Mag", "Usp"),
}
_OTHER_DIVALENT = ("Mn", "Zn", "Ni", "Co")
_NUMBER_PER_FORMULA = {"Al": 2.0, "Cr": 2.0, "Fe3+": 2.0, "Ti": 1.0, "V": 2.0, "Si": 1.0}

SPINEL_MEMBERS = (*(name for names in _OF_DIVALENT.values() for name in names), "other")
"""Al, Cr, Fe3+ and Ti with Mg, the same with Fe2+, and all members with Mn, Zn, Ni, Co, V or Si."""


def spinel_prism(units: FormulaUnits) -> FloatArray:
    """Return the proportions of the end members at the corners of the spinel prism.

    Al, Cr, Fe3+ (two a formula unit) and Ti (one) give the sums of MgAl2O4 + FeAl2O4, MgCr2O4 + FeCr2O4,
    MgFe3+2O4 + Fe3O4 and Mg2TiO4 + Fe2TiO4. As the divalent ions mix freely between them, each sum is
    divided by Mg / R2+, Fe2+ / R2+ and so on, with R2+ all divalent ions. Corners of a prism depend on one
    another, so that other sets describe the same point; this one prefers none of them. A stoichiometric
    spinel is the sum of its members, to the last ion.

    Parameters
    ----------
    units : FormulaUnits
        3 cations and 4 O, iron divided by charge balance.

    Returns
    -------
    (n, 9) float64
        mol% of Spl, Mchr, Mfr, Qnd, Hc, Chr, Mag, Uspl and of all other members, which sum to 100. NaN where
        there is no formula, or nothing of one kind.

    Notes
    -----
    Ferracutti et al. (2024), European Journal of Mineralogy 36, 87-103, doi:10.5194/ejm-36-87-2024, name the
    members. Their proportions are products of cations; here a Ti counts as a whole formula unit and two
    trivalent ions as one, so that magnetite and ulvöspinel in equal parts give 50 and 50.
    """
    held = {ion: units[ion] / number for ion, number in _NUMBER_PER_FORMULA.items()}
    divalent = np.sum([units[ion] for ion in (*_OF_DIVALENT, *_OTHER_DIVALENT)], axis=0)
    whole = np.sum(list(held.values()), axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = [
            np.where((divalent > 0) & (whole > 0), units[ion] / divalent * held[other] / whole, np.nan)
            for ion in _OF_DIVALENT
            for other in ("Al", "Cr", "Fe3+", "Ti")
        ]
    corners = 100.0 * np.stack(shares, axis=1)
    return np.hstack([corners, 100.0 - corners.sum(axis=1, keepdims=True)])
