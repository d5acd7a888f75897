"""End members of trioctahedral mica: phlogopite, annite, eastonite and siderophyllite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.core.types import FloatArray

__all__ = ["biotite_quadrilateral"]


def biotite_quadrilateral(units: FormulaUnits) -> FloatArray:
    """Return phlogopite, annite, eastonite and siderophyllite in mol%.

    The four formulae depend on one another: KMg3AlSi3O10(OH)2 - KFe3AlSi3O10(OH)2 equals one and a half
    times KMg2Al3Si2O10(OH)2 - KFe2Al3Si2O10(OH)2. An analysis alone therefore fixes two numbers, the Al of M
    and Mg / (Mg + Fe + Mn), but not four proportions. Mg and Fe are taken to be the same mixture in both
    pairs: with y = Al of M, at most 1, and x = Mg / (Mg + Fe + Mn), the proportions are (1 - y) x,
    (1 - y) (1 - x), y x and y (1 - x).

    Parameters
    ----------
    units : FormulaUnits
        On 11 oxygens, with the site M.

    Returns
    -------
    (n, 4) float64
        mol%, summing to 100; NaN where there is no Mg, Fe and Mn. Ti, vacancies and the interlayer do not
        enter.

    References
    ----------
    Rieder et al. 1998, Clays and Clay Minerals 46, 586-595, doi:10.1346/CCMN.1998.0460513: formulae.

    Examples
    --------
    >>> from phasewise.chem.formula_units import FormulaUnits
    >>> from phasewise.chem.ions import IONS
    >>> ions = np.zeros((1, len(IONS)))
    >>> ions[0, [IONS.index("Mg"), IONS.index("Fe2+")]] = 2.0, 0.5
    >>> biotite_quadrilateral(FormulaUnits(ions, {("M", "Al"): np.array([0.5])})).round(6)
    array([[40., 10., 40., 10.]])
    """
    magnesium, iron = units["Mg"], units["Fe"] + units["Mn"]
    divalent = magnesium + iron
    aluminium = np.clip(units.site("M", "Al"), 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(divalent > 0, magnesium / divalent, np.nan)
    magnesian, ferrous = np.stack([share, 1.0 - share])
    members = [(1.0 - aluminium) * magnesian, (1.0 - aluminium) * ferrous, aluminium * magnesian]
    return np.asarray(100.0 * np.stack([*members, aluminium * ferrous], axis=1))
