"""Names of oxide spinels by the dominant-valency rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.dominance import give_dominant, rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_iron_open, leave_unmeasured_open, share

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.dominance import Rivals, SpeciesTable
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["spinel_species"]

_R2 = ("Fe2+", "Mg", "Mn", "Zn", "Ni", "Co", "Cu")
_R3 = ("Al", "Cr", "Fe3+", "V")
_R4 = ("Ti", "Si", "Zr", "Sn")

_NO_SPECIES = Species("oxyspinel", "")
_MAGHEMITE, _TITANOMAGHEMITE = Species("maghemite", "Mgh"), Species("titanomaghemite", "Tmgh")
_BY_A_AND_B: SpeciesTable = {
    ("Mg", "Al"): Species("spinel", "Spl"),
    ("Fe2+", "Al"): Species("hercynite", "Hc"),
    ("Mn", "Al"): Species("galaxite", "Glx"),
    ("Zn", "Al"): Species("gahnite", "Ghn"),
    ("Cu", "Al"): Species("thermaerogenite", "Tag"),
    ("Mg", "Cr"): Species("magnesiochromite", "Mchr"),
    ("Fe2+", "Cr"): Species("chromite", "Chr"),
    ("Mn", "Cr"): Species("manganochromite", "Mnchr"),
    ("Zn", "Cr"): Species("zincochromite", "Zchr"),
    ("Ni", "Cr"): Species("nichromite", ""),
    ("Co", "Cr"): Species("cochromite", "Cchr"),
    ("Mg", "Fe3+"): Species("magnesioferrite", "Mfr"),
    ("Fe2+", "Fe3+"): Species("magnetite", "Mag"),
    ("Mn", "Fe3+"): Species("jacobsite", "Jcb"),
    ("Zn", "Fe3+"): Species("franklinite", "Frk"),
    ("Ni", "Fe3+"): Species("trevorite", "Trv"),
    ("Cu", "Fe3+"): Species("cuprospinel", "Cspl"),
    ("Mg", "V"): Species("magnesiocoulsonite", "Mcou"),
    ("Fe2+", "V"): Species("coulsonite", ""),
    ("Mn", "V"): Species("vuorelainenite", "Vuo"),
}
_BY_R4_AND_B: SpeciesTable = {
    ("Ti", "Fe2+"): Species("ulvöspinel", "Uspl"),
    ("Ti", "Mg"): Species("qandilite", "Qnd"),
}

_SHARE = "2 R4+ / (2 R4+ + R3+)"
_VACANCY, _TI = "vacancies", "Ti"
_TITANOMAGNETITE = 0.1
"""Above this share of ulvöspinel the rule mentions titanomagnetite; no border is published."""


def spinel_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of oxide spinels.

    The share of A4+B2+2O4, R4+ / (R4+ + R3+ / 2), gives the subgroup: at most a half spinel 2-3, more
    ulvöspinel 4-2. In the first the most abundant R2+ and R3+ give the name, in the second the most
    abundant R4+ and R2+; where the ions sit on T and M does not matter.

    Parameters
    ----------
    formulae : Formulae
        Of the classes Spinel and Magnetite: 4 O, and 3 cations where Fe3+ is that of charge balance.

    Returns
    -------
    SpeciesNames
        ``oxyspinel`` where no species is approved for the ions, or R4+ is not Ti. Values are ions per
        formula unit, shares parts of 1; NaN where not measured. Titanomagnetite is no species; the rule
        mentions it.

    Notes
    -----
    Maghemite, (Fe3+2/3 vacancy1/3)Fe3+2O4, and titanomaghemite, (Ti1/2 vacancy1/2)Fe3+2O4, are found only
    where FeO and Fe2O3 were measured apart: charge balance assumes 3 cations and makes magnetite of them.

    References
    ----------
    Bosi, Biagioni & Pasero 2019, European Journal of Mineralogy 31, 183-192, doi:10.1127/ejm/2019/0031-2788.
    Warr 2021, Mineralogical Magazine 85, 291-320, doi:10.1180/mgm.2021.43: symbols of the
    species known then.
    """
    units, naming = formulae.units, Naming(len(formulae.units))
    a, b, r4 = (rivals(naming, formulae, "{}", {ion: units[ion] for ion in ions}) for ions in (_R2, _R3, _R4))
    tetravalent, trivalent = (np.sum([units[ion] for ion in ions], axis=0) for ions in (_R4, _R3))
    part = naming.value(_SHARE, share(2 * tetravalent, 2 * tetravalent + trivalent))
    vacancy = naming.value(_VACANCY, 3 - units.sum)
    known = ~np.isnan(part)
    ulvospinels = known & (part > 0.5)
    spinels = known & ~ulvospinels
    ferric = spinels & b.leads("Fe3+")
    rule = f"spinel subgroup 2-3, {_SHARE} at most 0.50"
    give_dominant(naming, spinels, (a, b), _BY_A_AND_B, _NO_SPECIES, rule)
    titaniferous = ferric & a.leads("Fe2+") & (part > _TITANOMAGNETITE)
    remark = f"{rule}, above {_TITANOMAGNETITE:.2f} commonly called titanomagnetite"
    give_dominant(naming, titaniferous, (a, b), _BY_A_AND_B, _NO_SPECIES, remark)
    rule = f"ulvöspinel subgroup 4-2, {_SHARE} above 0.50"
    give_dominant(naming, ulvospinels, (r4, a), _BY_R4_AND_B, _NO_SPECIES, rule)
    _name_oxidised(naming, ferric, b, vacancy, naming.value(_TI, units["Ti"]))
    leave_iron_open(naming, formulae, known)
    balanced = ~formulae.ferric_measured & (formulae.iron_scheme == "charge balance")
    naming.leave_open(ferric & balanced, "3 cations were assumed, so that maghemite is not seen")
    leave_unmeasured_open(naming, formulae, ("Al", "Cr", "Fe", "Mg"))
    return naming.done()


def _name_oxidised(
    naming: Naming, ferric: BoolArray, b: Rivals, vacancy: FloatArray, titanium: FloatArray
) -> None:
    """Name what is over halfway to the 1/3 vacancy of maghemite, or also to the 0.5 Ti of titanomaghemite."""
    oxidised = ferric & (vacancy > 1 / 6)
    rule = f"{b.rule('Fe3+')}; {_VACANCY} above 1/6"
    naming.give(oxidised, _MAGHEMITE, f"{rule}; {_TI} at most 0.25")
    naming.give(oxidised & (titanium > 0.25), _TITANOMAGHEMITE, f"{rule}; {_TI} above 0.25")
