"""Names of tourmaline by the X site, the anions of W and V, and the cations of Y and Z."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.ions import ANIONS, IONS
from phasewise.chem.sites import fill_sites
from phasewise.chem.species.dominance import give_dominant, ranked, rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_iron_open, leave_unmeasured_open

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.dominance import Rivals, SpeciesTable
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["tourmaline_species"]

_R2 = ("Mg", "Fe2+", "Mn")
_R3 = ("Al", "Fe3+", "Cr", "V")
_W = ("OH", "F", "O")
_ALKALI, _CALCIC, _VACANT = "Na + K", "Ca", "vacancy"
_CHARGES, _CATIONS = 49.0, 15.0
"""Charges of the cations without B, and the cations of T, Z and Y together, of a formula unit."""

_O, _Y3, _OTHER_R3 = "O of V and W", "Y(R3+)", "(Y + Z)(Fe3+ + Cr + V)"
_T_AL, _K = "T(Al)", "X(K)"
_NO_SPECIES = Species("tourmaline", "Tur")
_GROUPS = {
    _ALKALI: ("alkali group", 2.0),
    _CALCIC: ("calcic group", 1.5),
    _VACANT: ("X-vacant group", 2.0),
}
"""Name, and the R2+ that a Li stands for: of R2+3 - Li1.5Al1.5, R2+3 - Li2Al and R2+2Al - LiAl2."""

_SPECIES: dict[tuple[str, str], SpeciesTable] = {
    (_ALKALI, "OH"): {
        ("Mg", "Al"): Species("dravite", "Drv"),
        ("Fe2+", "Al"): Species("schorl", "Srl"),
        ("Mn", "Al"): Species("tsilaisite", "Tsl"),
        ("Li", "Al"): Species("elbaite", "Elb"),
        ("Mg", "Cr"): Species("chromium-dravite", ""),
        ("Mg", "V"): Species("vanadium-dravite", ""),
    },
    (_ALKALI, "F"): {
        ("Mg", "Al"): Species("fluor-dravite", "Fdrv"),
        ("Fe2+", "Al"): Species("fluor-schorl", "Fsrl"),
        ("Mn", "Al"): Species("fluor-tsilaisite", "Ftl"),
        ("Li", "Al"): Species("fluor-elbaite", "Felb"),
    },
    (_ALKALI, "O"): {
        ("Mg", "Al"): Species("oxy-dravite", "Odrv"),
        ("Fe2+", "Al"): Species("oxy-schorl", "Osrl"),
        ("Mn", "Al"): Species("princivalleite", "Pva"),
        ("Li", "Al"): Species("darrellhenryite", "Dhry"),
    },
    (_CALCIC, "OH"): {
        ("Mg", "Al"): Species("uvite", "Uvt"),
        ("Fe2+", "Al"): Species("feruvite", "Fuvt"),
    },
    (_CALCIC, "F"): {
        ("Mg", "Al"): Species("fluor-uvite", ""),
        ("Li", "Al"): Species("fluor-liddicoatite", ""),
    },
    (_CALCIC, "O"): {
        ("Mg", "Al"): Species("magnesio-lucchesiite", "Mlcc"),
        ("Fe2+", "Al"): Species("lucchesiite", "Lcc"),
    },
    (_VACANT, "OH"): {
        ("Mg", "Al"): Species("magnesio-foitite", "Mfoi"),
        ("Fe2+", "Al"): Species("foitite", "Foi"),
        ("Mn", "Al"): Species("celleriite", "Cll"),
        ("Li", "Al"): Species("rossmanite", "Rsm"),
    },
    (_VACANT, "F"): {},
    (_VACANT, "O"): {("Fe2+", "Al"): Species("oxy-foitite", "Ofoi")},
}
"""By X and W, then by the leading cation of Y and the leading R3+ of Y and Z."""

_R3_IN_Y: SpeciesTable = {
    ("Mg", "Fe3+"): Species("bosiite", "Bos"),
    ("Fe2+", "Fe3+"): Species("ferro-bosiite", "Fbos"),
    ("Mg", "Cr"): Species("chromo-alumino-povondraite", "Capov"),
    ("Mg", "V"): Species("vanadio-oxy-dravite", "Vodrv"),
}
_R3_IN_Y_AND_Z: SpeciesTable = {
    ("Mg", "Fe3+"): Species("povondraite", "Pov"),
    ("Mg", "Cr"): Species("oxy-chromium-dravite", "Ocdrv"),
    ("Mg", "V"): Species("oxy-vanadium-dravite", ""),
}
_O3_HYDROXYL: SpeciesTable = {("Al",): Species("olenite", "Ole")}
_O3_FLUORINE: SpeciesTable = {("Fe3+",): Species("fluor-buergerite", "")}


def tourmaline_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of tourmalines.

    The most of Na + K, Ca and vacancies on X gives the group (alkali, calcic, X-vacant), the most abundant
    of OH, F and O on W the subgroup, and the most abundant of Mg, Fe2+, Mn and Li on Y, Li weighed by the
    R2+ that it stands for, with the most abundant R3+ of Y and Z the species. More than 2 O for OH with R3+
    on most of Y is olenite or fluor-buergerite.

    Parameters
    ----------
    formulae : Formulae
        Of the class Tourmaline: 24.5 O, that is 49 charges, without B2O3; OH + F = 4 unless H2O was
        measured.

    Returns
    -------
    SpeciesNames
        ``tourmaline`` where no species is approved. Values are ions per formula unit; NaN where not
        measured. Where Li was not measured it is what T, Z and Y lack of 15 cations, and the formula is
        calculated anew with it.

    Notes
    -----
    A microprobe measures neither H, nor Li, nor Fe3+, and B hardly. With OH + F = 4 no oxy-species are
    found, and in iron that was not divided no Fe3+ (povondraite, bosiite, fluor-buergerite).

    References
    ----------
    Henry et al. 2011, American Mineralogist 96, 895-913, doi:10.2138/am.2011.3636.
    Clark 2007, Canadian Mineralogist 45, 229-237, doi:10.2113/gscanmin.45.2.229: OH + F = 4.
    Warr 2021, Mineralogical Magazine 85, 291-320, doi:10.1180/mgm.2021.43: symbols of the
    species known then.
    """
    naming = Naming(len(formulae.units))
    units = _with_lithium(formulae)
    known = ~np.isnan(units.sum)
    x = rivals(naming, formulae, "X({})", _x_site(units))
    w = rivals(naming, formulae, "W({})", {ion: units.site("W", ion) for ion in _W})
    r3 = rivals(naming, formulae, "(Y + Z)({})", {ion: _y_and_z(units, ion) for ion in _R3})
    others = rivals(naming, formulae, "(Y + Z)({})", {ion: _y_and_z(units, ion) for ion in _R3[1:]})
    naming.value(_OTHER_R3, np.sum([_y_and_z(units, ion) for ion in _R3[1:]], axis=0))
    for group, (title, weight) in _GROUPS.items():
        y = _y_site(naming, formulae, units, weight)
        for anion in _W:
            rows = known & x.leads(group) & w.leads(anion)
            rule = f"{title}, {x.rule(group)}; {w.rule(anion)}"
            give_dominant(naming, rows, (y, r3), _SPECIES[group, anion], _NO_SPECIES, rule)
            if anion == "O" and group == _ALKALI:
                _name_alkali_oxy(naming, units, rows, (y, others), rule)
            if anion == "O" and group == _VACANT:
                _name_aluminous(naming, units, rows & r3.leads("Al"), weight, rule)
            if anion == "OH" and group == _CALCIC:
                _name_adachiite(naming, units, rows & r3.leads("Al"), y, rule)
    _name_trioxy(naming, formulae, units, known & x.leads(_ALKALI))
    naming.leave_open(formulae.anions_filled, "OH was not measured: OH + F = 4 hides oxy-species")
    leave_iron_open(naming, formulae, known)
    naming.leave_open(~formulae.measured("Li"), "Li was not measured: it fills T + Z + Y to 15")
    naming.leave_open(~formulae.measured("B"), "B was not measured: it counts as 3")
    leave_unmeasured_open(naming, formulae, ("F", "Na", "Ca", "Mg", "Fe"))
    return naming.done()


def _with_lithium(formulae: Formulae) -> FormulaUnits:
    """Return the formulae with OH where it was left open, and Li where it was not measured.

    Li is what T, Z and Y lack of 15 cations. L apfu of it take L of the 49 charges, so that other ions are
    multiplied by 1 - L / 49, and L + (1 - L / 49) S = 15 with S cations of T, Z and Y before.
    """
    units, mineral = formulae.units, formulae.mineral
    held = np.sum([units.site(site, "sum") for site in ("T", "Z", "Y")], axis=0)
    lithium = np.maximum((_CATIONS - held) / (1 - held / _CHARGES), 0.0)
    lithium = np.where(formulae.measured("Li"), 0.0, lithium)
    anions = [IONS.index(ion) for ion in ANIONS]
    oxygen = np.nan_to_num(np.maximum(mineral.basis.anions - units.ions[:, anions].sum(axis=1), 0.0))
    ions = units.ions * (1 - lithium / _CHARGES)[:, None]
    ions[:, IONS.index("Li")] += lithium
    ions[:, IONS.index("OH")] = (
        mineral.basis.anions - oxygen - ions[:, IONS.index("F")] - ions[:, IONS.index("Cl")]
    )
    return FormulaUnits(ions, fill_sites(ions, mineral.sites, oxygen), units.without)


def _x_site(units: FormulaUnits) -> dict[str, FloatArray]:
    alkali, calcium = units["Na"] + units["K"], units["Ca"]
    return {_ALKALI: alkali, _CALCIC: calcium, _VACANT: np.maximum(1 - alkali - calcium, 0.0)}


def _y_and_z(units: FormulaUnits, ion: str) -> FloatArray:
    return units.site("Y", ion) + units.site("Z", ion)


def _y_site(naming: Naming, formulae: Formulae, units: FormulaUnits, weight: float) -> Rivals:
    """Return the leading one of R2+ and Li on Y, Li weighed."""
    amounts = {f"Y({ion})": units.site("Y", ion) for ion in _R2} | {f"{weight:g} Y(Li)": weight * units["Li"]}
    for label, ion in zip(amounts, _R2, strict=False):
        naming.value(label, np.where(formulae.measured(ion), amounts[label], np.nan))
    naming.value("Y(Li)", units["Li"])
    return ranked((*_R2, "Li"), tuple(amounts), tuple(amounts.values()))


def _name_alkali_oxy(
    naming: Naming, units: FormulaUnits, rows: BoolArray, axes: tuple[Rivals, Rivals], rule: str
) -> None:
    """Name oxy-tourmalines R3+3(R3+4R2+2) whose R3+ is not Al in Y, or in Y and Z, and those of K."""
    other_r3 = np.sum([_y_and_z(units, ion) for ion in _R3[1:]], axis=0)
    in_y = f"{rule}; {_OTHER_R3} 1.50 to 5.00"
    in_both = f"{rule}; {_OTHER_R3} above 5.00"
    give_dominant(naming, rows & (other_r3 > 1.5), axes, _R3_IN_Y, _NO_SPECIES, in_y)
    give_dominant(naming, rows & (other_r3 > 5.0), axes, _R3_IN_Y_AND_Z, _NO_SPECIES, in_both)
    y = axes[0]
    potassic = rows & (naming.value(_K, units["K"]) > units["Na"]) & y.leads("Mg") & (other_r3 <= 1.5)
    above = f"{_K} above half of X(Na + K)"
    naming.give(potassic, Species("maruyamaite", "Mry"), f"{rule}; {above}; {y.rule('Mg')}")


def _name_aluminous(naming: Naming, units: FormulaUnits, rows: BoolArray, weight: float, rule: str) -> None:
    divalent = np.sum([units.site("Y", ion) for ion in _R2], axis=0) + weight * units["Li"]
    chosen = rows & (divalent < 0.5) & (naming.value(_T_AL, units.site("T", "Al")) > 0.5)
    species = Species("alumino-oxy-rossmanite", "Aorsm")
    naming.give(chosen, species, f"{rule}; R2+ and Li of Y below 0.50; {_T_AL} above 0.50")


def _name_adachiite(naming: Naming, units: FormulaUnits, rows: BoolArray, y: Rivals, rule: str) -> None:
    aluminous = naming.value(_T_AL, units.site("T", "Al")) > 0.5
    species = Species("adachiite", "Adc")
    naming.give(rows & aluminous & y.leads("Fe2+"), species, f"{rule}; {y.rule('Fe2+')}; {_T_AL} above 0.50")


def _name_trioxy(naming: Naming, formulae: Formulae, units: FormulaUnits, rows: BoolArray) -> None:
    """Name alkali tourmalines with O3 on V."""
    r3 = rivals(naming, formulae, "Y({})", {ion: units.site("Y", ion) for ion in _R3})
    trivalent = naming.value(_Y3, np.sum([units.site("Y", ion) for ion in _R3], axis=0))
    oxygen = naming.value(_O, units.site("V", "O") + units.site("W", "O"))
    fluorine = units["F"] > 0.5
    rows = rows & (oxygen > 2.0) & (trivalent > 1.5)
    rule = f"alkali group; {_O} above 2.00, {_Y3} above 1.50; W(F) {{}} 0.50"
    give_dominant(naming, rows & ~fluorine, (r3,), _O3_HYDROXYL, _NO_SPECIES, rule.format("at most"))
    give_dominant(naming, rows & fluorine, (r3,), _O3_FLUORINE, _NO_SPECIES, rule.format("above"))
