"""Names of garnet by the dominant-valency rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.mineral import Site
from phasewise.chem.sites import fill_sites
from phasewise.chem.species.dominance import give_dominant, rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_iron_open, leave_unmeasured_open, nameable, share

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.dominance import Rivals, SpeciesTable
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import FloatArray

__all__ = ["garnet_species"]

_R4 = ("Si", "Ti", "Zr", "Hf", "Sn")
_R3 = ("Al", "V", "Cr", "Fe3+")
_R2 = ("Ni", "Mg", "Zn", "Fe2+", "Mn")
_SITES = (
    Site("Z", 3, ("Si", "P", "Al", "Fe3+")),
    Site("Y", 2, (*_R4, *_R3, *_R2)),
    Site("X", 3, (*_R2, "Ca", "Sr", "Na", "K", "Y", "La", "Ce")),
)

_GARNET, _MORIMOTOITE, _SCHORLOMITE, _MENZERITE, _SODIC = _ARRANGEMENTS = (
    "Y(R3+2) Z(Si3)",
    "Y(R4+R2+) Z(Si3)",
    "Y(R4+2) Z(SiR3+2)",
    "X(R3+2R2+) Y(R2+2)",
    "X(Na2R2+) Y(R4+2)",
)
_NO_SPECIES = Species("garnet", "Grt")
_BY_X_AND_Y: SpeciesTable = {
    ("Mg", "Al"): Species("pyrope", "Prp"),
    ("Fe2+", "Al"): Species("almandine", "Alm"),
    ("Mn", "Al"): Species("spessartine", "Sps"),
    ("Ca", "Al"): Species("grossular", "Grs"),
    ("Ca", "Fe3+"): Species("andradite", "Adr"),
    ("Mn", "Fe3+"): Species("calderite", "Cdr"),
    ("Ca", "Cr"): Species("uvarovite", "Uv"),
    ("Mg", "Cr"): Species("knorringite", "Krr"),
    ("Ca", "V"): Species("goldmanite", "Glm"),
    ("Mn", "V"): Species("momoiite", "Mom"),
}
_BY_X_AND_PAIR: SpeciesTable = {
    ("Mg", "Si", "Mg"): Species("majorite", "Maj"),
    ("Ca", "Ti", "Fe2+"): Species("morimotoite", "Mmt"),
}
_BY_X_Y_AND_Z: SpeciesTable = {
    ("Ca", "Ti", "Fe3+"): Species("schorlomite", "Slo"),
    ("Ca", "Ti", "Al"): Species("hutcheonite", "Htn"),
    ("Ca", "Zr", "Al"): Species("kimzeyite", "Kmz"),
    ("Ca", "Zr", "Fe3+"): Species("kerimasite", "Kms"),
    ("Ca", "Sn", "Al"): Species("irinarassite", "Inr"),
    ("Ca", "Sn", "Fe3+"): Species("toturite", "Tot"),
}
_BY_RARE_EARTH: SpeciesTable = {("Y", "Mg"): Species("menzerite-(Y)", "Mzr-Y")}


def garnet_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of garnets.

    Si fills Z to 3, then P, Al and Fe3+; Si above 3 is in Y, with all R4+ and the rest of R3+, and if these
    do not fill it Ni, Mg, Zn, Fe2+ and Mn in this order; all others are in X. The largest of five
    arrangements of charge on the sites gives the group, and within it the most abundant ions the name: R3+
    in Y (pyrope to momoiite), R4+ with R2+ in Y (majorite: Si above 3.5 apfu; morimotoite), R4+ in Y with
    R3+ in Z (the schorlomite group, charge at Z 10), trivalent X with R2+ in Y (menzerite-(Y)), and R4+ in
    Y with Na in X, which has no species.

    Parameters
    ----------
    formulae : Formulae
        Of the class Garnet: 8 cations and 12 O.

    Returns
    -------
    SpeciesNames
        ``garnet`` where no species is approved for the ions: skiagite Fe3Fe3+2Si3O12, khoharite
        Mg3Fe3+2Si3O12, the Mg analogue of morimotoite. Values are ions per formula unit and the
        arrangements as parts of 1; NaN where not measured.

    Notes
    -----
    Arrangements are counted as in figure 5 of Grew et al. (2013): schorlomite is the lesser of R4+ in Y and
    R3+ in Z, morimotoite the rest of R4+ with R2+. The bitikleite, berzeliite and henritermierite groups,
    katoite, eringaite and rubinite need Sb, As, H, Mn3+, Sc or Ti3+, which the columns of an analysis do
    not hold or an analysis does not tell.

    References
    ----------
    Grew et al. 2013, American Mineralogist 98, 785-811, doi:10.2138/am.2013.4201.
    Locock 2008, Computers & Geosciences 34, 1769-1780, doi:10.1016/j.cageo.2007.12.013: order of the sites.
    Warr 2021, Mineralogical Magazine 85, 291-320, doi:10.1180/mgm.2021.43: symbols of the
    species known then.
    """
    units, naming = formulae.units, Naming(len(formulae.units))
    sites = fill_sites(units.ions, _SITES)
    charges = rivals(naming, formulae, "{}", _arrangements(sites))
    known = nameable(formulae)

    def axis(site: str, ions: tuple[str, ...]) -> Rivals:
        return rivals(naming, formulae, f"{site}({{}})", {ion: sites[site, ion] for ion in ions})

    x, pair = axis("X", ("Mg", "Fe2+", "Mn", "Ca")), axis("Y", ("Si", "Ti", "Zr", "Sn"))
    tables = {
        _GARNET: ((x, axis("Y", ("Al", "Fe3+", "Cr", "V"))), _BY_X_AND_Y),
        _MORIMOTOITE: ((x, pair, axis("Y", ("Mg", "Fe2+", "Mn"))), _BY_X_AND_PAIR),
        _SCHORLOMITE: ((x, pair, axis("Z", ("Al", "Fe3+"))), _BY_X_Y_AND_Z),
        _MENZERITE: ((axis("X", ("Y", "La", "Ce")), axis("Y", ("Mg", "Fe2+", "Mn"))), _BY_RARE_EARTH),
        _SODIC: ((axis("X", ("Na", "K")), pair), {}),
    }
    for arrangement, (axes, species) in tables.items():
        table = {(arrangement, *ions): name for ions, name in species.items()}
        give_dominant(naming, known & charges.leads(arrangement), (charges, *axes), table, _NO_SPECIES)
    leave_iron_open(naming, formulae, known)
    leave_unmeasured_open(naming, formulae, ("Al", "Fe", "Mn", "Mg", "Ca"))
    return naming.done()


def _arrangements(sites: dict[tuple[str, str], FloatArray]) -> dict[str, FloatArray]:
    """Return the arrangements of charge as parts of 1, in the order of `_ARRANGEMENTS`."""
    r4, r3, r2 = (np.sum([sites["Y", ion] for ion in ions], axis=0) for ions in (_R4, _R3, _R2))
    z3 = sites["Z", "Al"] + sites["Z", "Fe3+"]
    x3 = sites["X", "Y"] + sites["X", "La"] + sites["X", "Ce"]
    schorlomite = np.minimum(r4, z3) / 2
    left = r4 - 2 * schorlomite
    pair = np.minimum(left, r2)
    menzerite = np.minimum(r2 - pair, x3) / 2
    sodic = np.minimum(left - pair, sites["X", "Na"] + sites["X", "K"]) / 2
    found = (r3 / 2, pair, schorlomite, menzerite, sodic)
    whole = np.sum(found, axis=0)
    return {name: share(part, whole) for name, part in zip(_ARRANGEMENTS, found, strict=True)}
