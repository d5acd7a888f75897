"""End members of garnet: each takes what its sites allow of what the ones before it left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.ions import ANIONS, IONS

if TYPE_CHECKING:
    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.core.types import FloatArray

__all__ = ["GARNET_MEMBERS", "garnet_sequence"]

_SEQUENCE: tuple[tuple[str, dict[str, float]], ...] = (
    ("menzerite-(Y)", {"Y": 2, "Ca": 1, "Mg": 2}),
    ("Kmz", {"Ca": 3, "Zr": 2, "Al Z": 2}),
    ("kerimasite", {"Ca": 3, "Zr": 2, "Fe3+ Z": 2}),
    ("NaTi garnet", {"Na": 2, "Ca": 1, "Ti": 2}),
    ("hutcheonite", {"Ca": 3, "Ti": 2, "Al Z": 2}),
    ("Slo", {"Ca": 3, "Ti": 2, "Fe3+ Z": 2}),
    ("Mg-morimotoite", {"Ca": 3, "Ti": 1, "Mg": 1}),
    ("Mmt", {"Ca": 3, "Ti": 1, "Fe2+": 1}),
    ("Na-majorite", {"Na": 2, "Mg": 1, "Si Y": 2}),
    ("Maj", {"Mg": 4, "Si Y": 1}),
    ("Glm", {"Ca": 3, "V": 2}),
    ("Mom", {"Mn": 3, "V": 2}),
    ("Uv", {"Ca": 3, "Cr": 2}),
    ("Krr", {"Mg": 3, "Cr": 2}),
    ("Adr", {"Ca": 3, "Fe3+ Y": 2}),
    ("Grs", {"Ca": 3, "Al Y": 2}),
    ("Sps", {"Mn": 3, "Al Y": 2}),
    ("Prp", {"Mg": 3, "Al Y": 2}),
    ("Alm", {"Fe2+": 3, "Al Y": 2}),
    ("calderite", {"Mn": 3, "Fe3+ Y": 2}),
    ("khoharite", {"Mg": 3, "Fe3+ Y": 2}),
    ("skiagite", {"Fe2+": 3, "Fe3+ Y": 2}),
)
_TETRAHEDRAL = ("Al Z", "Fe3+ Z")

GARNET_MEMBERS = tuple(name for name, _ in _SEQUENCE)
"""Members in the order in which they are formed; IMA-CNMNC symbols (Warr 2021) where the names are short."""


def garnet_sequence(units: FormulaUnits) -> FloatArray:
    """Return the proportions of the end members of garnet, formed one after the other.

    Si fills Z to 3, then Al, then Fe3+; Si above 3 and all other Al and Fe3+ lie in Y. Ti with R3+ in Z is
    schorlomite (Fe3+) or hutcheonite (Al), Ti without is morimotoite, Si in Y majorite (a percent or two of
    it may be counting error). Then the trivalent ions of Y take Ca first: V, Cr, Fe3+, Al; what is left
    forms spessartine, pyrope, almandine, and with Fe3+ calderite, khoharite, skiagite.

    Sequential formation, and the part of the cations that is allotted as a figure of analytical quality,
    follow the idea of Rickwood (1968); sites and the reading of Ti follow Grew et al. (2013). The order is
    not that of Rickwood or of Locock (2008), so that rare members can differ from theirs; a garnet made of
    pyrope, almandine, spessartine, grossular, andradite and uvarovite leaves no choice.

    Parameters
    ----------
    units : FormulaUnits
        8 cations and 12 O, iron divided.

    Returns
    -------
    (n, 23) float64
        mol% of `GARNET_MEMBERS`, which sum to 100, and last the cations in percent that no member explains
        (more than a few percent: no good garnet analysis). NaN where there is no formula or no member.

    References
    ----------
    Rickwood 1968, Contributions to Mineralogy and Petrology 18, 175-198.
    Grew et al. 2013, American Mineralogist 98, 785-811, doi:10.2138/am.2013.4201 (figure 5: schorlomite is
    the lesser of Ti + Zr in Y and R3+ in Z, morimotoite the rest of Ti).

    Examples
    --------
    >>> from phasewise.chem.formula_units import FormulaUnits
    >>> ions = np.zeros((1, len(IONS)))
    >>> ions[0, [IONS.index(ion) for ion in ("Mg", "Ca", "Al", "Si")]] = 2.4, 0.6, 2.0, 3.0
    >>> percent = dict(zip(GARNET_MEMBERS, garnet_sequence(FormulaUnits(ions))[0].round(6).tolist()))
    >>> percent["Prp"], percent["Grs"]
    (80.0, 20.0)
    """
    left = _pools(units)
    rest = units.ions.copy()
    amounts = np.zeros((len(units), len(_SEQUENCE)))
    for column, (_, needs) in enumerate(_SEQUENCE):
        amount = np.min([left[pool] / number for pool, number in needs.items()], axis=0)
        for pool, number in needs.items():
            left[pool] = left[pool] - amount * number
            rest[:, IONS.index(pool.partition(" ")[0])] -= amount * number
        replaced = sum(needs.get(pool, 0.0) for pool in _TETRAHEDRAL)
        rest[:, IONS.index("Si")] -= amount * (3.0 - replaced)
        amounts[:, column] = amount
    return np.hstack([_percent(amounts, amounts.sum(axis=1)), _unassigned(rest, units)])


def _pools(units: FormulaUnits) -> dict[str, FloatArray]:
    """Return what members can take: ions, of Al, Fe3+ and Si by site."""
    room = np.maximum(3.0 - units["Si"], 0.0)
    aluminium = np.minimum(units["Al"], room)
    ferric = np.minimum(units["Fe3+"], room - aluminium)
    pools = {ion: units[ion] for ion in ("Ca", "Mg", "Fe2+", "Mn", "Na", "Y", "Ti", "Zr", "V", "Cr")}
    return pools | {
        "Al Z": aluminium,
        "Fe3+ Z": ferric,
        "Al Y": units["Al"] - aluminium,
        "Fe3+ Y": units["Fe3+"] - ferric,
        "Si Y": np.maximum(units["Si"] - 3.0, 0.0),
    }


def _unassigned(rest: FloatArray, units: FormulaUnits) -> FloatArray:
    cations = ~np.isin(IONS, ANIONS)
    return _percent(np.abs(rest[:, cations]).sum(axis=1, keepdims=True), units.sum)


def _percent(amounts: FloatArray, whole: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole[:, None] > 0, 100.0 * amounts / whole[:, None], np.nan)
