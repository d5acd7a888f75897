"""Species of the perovskite subgroup by the dominant cations of A and B."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phasewise.chem.species.dominance import give_dominant, rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_unmeasured_open, nameable, same_composition

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.dominance import SpeciesTable
    from phasewise.chem.species.names import SpeciesNames

__all__ = ["perovskite_species"]

_NO_SPECIES = Species("perovskite supergroup", "")
_ALKALI, _FERRIC = "Na + REE", "Nb + Ta + Fe3+"
_BY_A_AND_B: SpeciesTable = {
    ("Ca", "Ti"): Species("perovskite", "Prv"),
    (_ALKALI, "Ti"): Species("loparite", "Lop-Ce"),
    ("Sr", "Ti"): Species("tausonite", ""),
    (_ALKALI, _FERRIC): Species("lueshite", "Lue"),
    ("Ca", _FERRIC): Species("latrappite", ""),
}


def perovskite_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of perovskite.

    The end members are CaTiO3, Na0.5REE0.5TiO3, SrTiO3, NaNbO3 and Ca(Nb,Fe3+)O3: Na counts with the rare
    earths on A and Fe3+ with Nb on B, as each pair makes one end member. Between any two of them the border
    is halfway.

    Parameters
    ----------
    formulae : Formulae
        Of the class Perovskite, on 3 O.

    Returns
    -------
    SpeciesNames
        Values are sums of cations of A and B per formula unit. No name where Ca or Ti was not measured. Of
        the rare earths only La, Ce and Y count.

    References
    ----------
    Mitchell, Welch & Chakhmouradian 2017, Mineralogical Magazine 81, doi:10.1180/minmag.2016.080.156: the
    species. That their sums on A and B decide, and not the proportions of end members, is a choice made here.
    """
    naming, units = Naming(len(formulae.units)), formulae.units
    alkali = units["Na"] + units["La"] + units["Ce"] + units["Y"]
    pairs = units["Nb"] + units["Ta"] + units["Fe3+"]
    a = rivals(naming, formulae, "A({})", {"Ca": units["Ca"], _ALKALI: alkali, "Sr": units["Sr"]})
    b = rivals(naming, formulae, "B({})", {"Ti": units["Ti"], _FERRIC: pairs})
    give_dominant(naming, nameable(formulae, ("Ca", "Ti")), (a, b), _BY_A_AND_B, _NO_SPECIES)
    lueshite = a.leads(_ALKALI) & b.leads(_FERRIC)
    naming.leave_open(a.leads(_ALKALI) & ~lueshite, "only La, Ce and Y count of the rare earths")
    naming.leave_open(lueshite, same_composition("lueshite", "isolueshite", "pauloabibite"))
    leave_unmeasured_open(naming, formulae, ("Na", "Nb", "Ce", "Sr"))
    return naming.done()
