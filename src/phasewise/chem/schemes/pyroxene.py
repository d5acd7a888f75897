"""Components of clinopyroxene and orthopyroxene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.core.types import FloatArray

__all__ = [
    "augite_lindsley",
    "clinopyroxene_neave",
    "clinopyroxene_putirka",
    "orthopyroxene_lindsley",
    "orthopyroxene_sequence",
    "pigeonite_lindsley",
]


def clinopyroxene_neave(units: FormulaUnits) -> FloatArray:
    """Return the components of clinopyroxene after Neave et al. (2024).

    With AlIV = 2 - Si and AlVI the other Al: Jd (NaAlSi2O6) = min(Na, AlVI); Aeg (NaFe3+Si2O6) = min(Fe3+,
    Na left); NaTi (Na(R2+0.5Ti0.5)Si2O6) = Na left; Ess (CaFe3+AlSiO6) = Fe3+ left; CaTs (CaAl2SiO6) = AlVI
    left; CaTi (CaTiAl2O6) = Ti left; CrCaTs (CaCrAlSiO6) = Cr left; DiHd (CaR2+Si2O6) = Ca left;
    EnFs (R2+2Si2O6) = half of R2+ = Mg + Fe2+ + Mn left. Added here: NaTi takes no more than Ti allows, and
    Na that is left then forms Kos (NaCrSi2O6); no component is negative.

    Parameters
    ----------
    units : FormulaUnits
        4 cations and 6 O, iron divided by charge balance.

    Returns
    -------
    (n, 10) float64
        100 times the amount per formula unit of Jd, Aeg, NaTi, Kos, Ess, CaTs, CaTi, CrCaTs, DiHd, EnFs. They
        are not closed to 100: another sum means vacancies or a poor analysis. NaN where there is no formula.

    References
    ----------
    Neave, Stewart, Hartley & McCammon 2024, Contributions to Mineralogy and Petrology 179,
    doi:10.1007/s00410-023-02080-2.
    """
    sodic, (ferric, aluminous, titanian, chromian) = _sodic_and_tschermak(units)
    natural = sodic[2]
    dihd = np.maximum(units["Ca"] - ferric - aluminous - titanian - chromian, 0.0)
    enfs = np.maximum(_divalent(units) - natural / 2 - dihd, 0.0) / 2
    return 100.0 * np.stack([*sodic, ferric, aluminous, titanian, chromian, dihd, enfs], axis=1)


def orthopyroxene_sequence(units: FormulaUnits) -> FloatArray:
    """Return the components of orthopyroxene, in the order of `clinopyroxene_neave`.

    As M2 holds little Ca, R2+ = Mg + Fe2+ + Mn takes the place of Ca in the components with Al in T:
    MgFe3Ts (R2+Fe3+AlSiO6), MgTs (R2+Al2SiO6), MgTiTs (R2+TiAl2O6), MgCrTs (R2+CrAlSiO6). All Ca is in DiHd
    (CaR2+Si2O6), half of R2+ that is left is EnFs (R2+2Si2O6). This is stoichiometry, not a published order.

    Parameters
    ----------
    units : FormulaUnits
        4 cations and 6 O, iron divided by charge balance.

    Returns
    -------
    (n, 10) float64
        100 times the amount per formula unit of Jd, Aeg, NaTi, Kos, MgFe3Ts, MgTs, MgTiTs, MgCrTs, DiHd,
        EnFs, not closed to 100. NaN where there is no formula.
    """
    sodic, tschermak = _sodic_and_tschermak(units)
    natural, dihd = sodic[2], units["Ca"]
    left = _divalent(units) - natural / 2 - np.sum(tschermak, axis=0) - dihd
    enfs = np.maximum(left, 0.0) / 2
    return 100.0 * np.stack([*sodic, *tschermak, dihd, enfs], axis=1)


def clinopyroxene_putirka(units: FormulaUnits) -> FloatArray:
    """Return the components of clinopyroxene that igneous thermobarometers use, after Putirka (2008).

    On 6 O with all iron as Fe2+: Jd = min(Na, AlVI); CaTs = AlVI - Jd; CaTi = (AlIV - CaTs) / 2;
    CrCaTs = Cr / 2; DiHd = Ca - CaTs - CaTi - CrCaTs; EnFs = (Fe + Mg - DiHd) / 2, none of them below 0.

    Parameters
    ----------
    units : FormulaUnits
        On 6 O, iron divided in any way: the division is undone.

    Returns
    -------
    (n, 6) float64
        100 times the amount per formula unit of Jd, CaTs, CaTi, CrCaTs, DiHd, EnFs, not closed to 100.
        NaN where there is no formula.

    References
    ----------
    Putirka 2008, Reviews in Mineralogy and Geochemistry 69, 61-120, doi:10.2138/rmg.2008.69.3, table 3.
    """
    ferrous = 6.0 / (6.0 - units["Fe3+"] / 2)
    si, al, na, cr, ca, mg, iron = (
        ferrous * units[ion] for ion in ("Si", "Al", "Na", "Cr", "Ca", "Mg", "Fe")
    )
    tetrahedral, octahedral = _aluminium(si, al)
    jd = np.minimum(na, octahedral)
    cats = octahedral - jd
    cati = np.maximum(tetrahedral - cats, 0.0) / 2
    dihd = np.maximum(ca - cats - cati - cr / 2, 0.0)
    enfs = np.maximum(iron + mg - dihd, 0.0) / 2
    return 100.0 * np.stack([jd, cats, cati, cr / 2, dihd, enfs], axis=1)


def augite_lindsley(units: FormulaUnits) -> FloatArray:
    """Return Wo, En, Fs of augite as projected for two-pyroxene thermometry by Lindsley & Andersen (1983).

    With AlIV = (Al + Fe3+ + Cr + 2 Ti - Na) / 2, which is charge balance, and AlVI the other Al: Ac =
    min(Na, Fe3+), Fe3+CATS = Fe3+ left, Jd = min(Na left, AlVI), AlCATS = AlVI left, CrCATS = Cr, and
    Wo = (Ca + Ac - Fe3+CATS - AlCATS - CrCATS) / 2. En and Fs share the rest as Mg / (Mg + Fe2+); Mn does
    not count, as it acts unlike Fe2+. Added here: Wo is not above 1.

    It does not balance ions, as the rest holds Jd and the Tschermak components too. According to the manual
    of QUILF it tends to give too little Wo, and so too high a temperature, for augite with more than 10 % of
    such components; to jadeite and omphacite it does not apply.

    Parameters
    ----------
    units : FormulaUnits
        4 cations and 6 O, iron divided by charge balance.

    Returns
    -------
    (n, 3) float64
        mol%, which sum to 100. NaN where there is no formula, or no Mg and Fe2+.

    References
    ----------
    Lindsley & Andersen 1983, Journal of Geophysical Research 88, A887-A906; Lindsley 1983, American
    Mineralogist 68, 477-493: the projection. It was read in the source of QUILF (github.com/quilf/quilf),
    by the same authors: Andersen, Lindsley & Davidson 1993, doi:10.1016/0098-3004(93)90033-2.

    Examples
    --------
    >>> from phasewise.chem.formula_units import FormulaUnits
    >>> from phasewise.chem.ions import IONS
    >>> ions = np.zeros((1, len(IONS)))
    >>> ions[0, [IONS.index(ion) for ion in ("Si", "Ca", "Mg", "Fe2+")]] = 2.0, 0.8, 0.9, 0.3
    >>> augite_lindsley(FormulaUnits(ions)).round(6)
    array([[40., 45., 15.]])
    """
    return _shared(units["Ca"] / 2 + _acmite_less_tschermak(units), units)


def pigeonite_lindsley(units: FormulaUnits) -> FloatArray:
    """Return Wo, En, Fs of pigeonite as projected for thermometry by Lindsley & Andersen (1983).

    As `augite_lindsley`, with 2 - Mg - Fe2+ in the place of Ca. Added here: Wo stays between 0 and 1.

    Returns
    -------
    (n, 3) float64
        mol%, which sum to 100. NaN where there is no formula, or no Mg and Fe2+.
    """
    return _shared(1.0 - (units["Mg"] + units["Fe2+"]) / 2 + _acmite_less_tschermak(units), units)


def orthopyroxene_lindsley(units: FormulaUnits) -> FloatArray:
    """Return Wo, En, Fs of orthopyroxene as projected for thermometry by Lindsley & Andersen (1983).

    With AlIV = 2 - Si and R3+ = AlVI + Fe3+ + Cr, formed one after the other of what is left: NaR3+Si2O6,
    NaTiAlSiO6, R2+TiAl2O6, R2+R3+AlSiO6. The last two take Mg and Fe2+ in their proportion. Then
    Wo : En : Fs = Ca : Mg left : Fe2+ left. Here Si above 2 leaves no Al in T.

    Parameters
    ----------
    units : FormulaUnits
        4 cations and 6 O, iron divided by charge balance.

    Returns
    -------
    (n, 3) float64
        mol%, which sum to 100. NaN where there is no formula, or no Mg and Fe2+.

    References
    ----------
    See `augite_lindsley`.
    """
    tetrahedral = np.minimum(np.maximum(2.0 - units["Si"], 0.0), units["Al"])
    trivalent = units["Al"] - tetrahedral + units["Fe3+"] + units["Cr"]
    sodic = np.minimum(units["Na"], trivalent)
    both = np.minimum(np.minimum(units["Na"] - sodic, units["Ti"]), tetrahedral)
    titanian = np.minimum((tetrahedral - both) / 2, units["Ti"] - both)
    tschermak = np.minimum(tetrahedral - both - 2 * titanian, trivalent - sodic)
    divalent = np.maximum(units["Mg"] + units["Fe2+"] - titanian - tschermak, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _shared(units["Ca"] / (units["Ca"] + divalent), units)


def _aluminium(silicon: FloatArray, aluminium: FloatArray) -> tuple[FloatArray, FloatArray]:
    tetrahedral = np.maximum(2.0 - silicon, 0.0)
    return tetrahedral, np.maximum(aluminium - tetrahedral, 0.0)


def _divalent(units: FormulaUnits) -> FloatArray:
    return units["Mg"] + units["Fe2+"] + units["Mn"]


def _sodic_and_tschermak(units: FormulaUnits) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return Jd, Aeg, NaTi, Kos, and the Fe3+, AlVI, Ti and Cr that they leave."""
    _, octahedral = _aluminium(units["Si"], units["Al"])
    na, titanium = units["Na"], units["Ti"]
    jd = np.minimum(na, octahedral)
    aeg = np.minimum(na - jd, units["Fe3+"])
    nati = np.minimum(na - jd - aeg, 2 * titanium)
    kos = np.minimum(na - jd - aeg - nati, units["Cr"])
    left = [units["Fe3+"] - aeg, octahedral - jd, titanium - nati / 2, units["Cr"] - kos]
    return [jd, aeg, nati, kos], left


def _acmite_less_tschermak(units: FormulaUnits) -> FloatArray:
    """Return half of Ac - Fe3+CATS - AlCATS - CrCATS."""
    aluminium, sodium, ferric, chromium = (units[ion] for ion in ("Al", "Na", "Fe3+", "Cr"))
    tetrahedral = (aluminium + ferric + chromium + 2 * units["Ti"] - sodium) / 2
    octahedral = aluminium - np.minimum(np.maximum(tetrahedral, 0.0), aluminium)
    acmite = np.minimum(sodium, ferric)
    jadeite = np.minimum(sodium - acmite, octahedral)
    return (2 * acmite + jadeite - ferric - octahedral - chromium) / 2


def _shared(wo: FloatArray, units: FormulaUnits) -> FloatArray:
    """Return Wo, En, Fs in mol%: the part of Wo is given, Mg / (Mg + Fe2+) divides the rest."""
    with np.errstate(divide="ignore", invalid="ignore"):
        magnesian = units["Mg"] / (units["Mg"] + units["Fe2+"])
    wo = np.where(np.isnan(magnesian), np.nan, np.clip(wo, 0.0, 1.0))
    return 100.0 * np.stack([wo, (1.0 - wo) * magnesian, (1.0 - wo) * (1.0 - magnesian)], axis=1)
