"""Species of the ilmenite, corundum and pseudobrookite groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.dominance import give_dominant, rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_iron_open, nameable, share

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.dominance import SpeciesTable
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import BoolArray

__all__ = ["pseudobrookite_species", "rhombohedral_oxide_species"]

_R2 = ("Fe2+", "Mg", "Mn", "Zn", "Ni", "Co")
_R3 = ("Fe3+", "Al", "Cr", "V")
_TITANATES: SpeciesTable = {
    ("Fe2+",): Species("ilmenite", "Ilm"),
    ("Mg",): Species("geikielite", "Gk"),
    ("Mn",): Species("pyrophanite", "Pph"),
    ("Zn",): Species("ecandrewsite", "Ec"),
}
_SESQUIOXIDES: SpeciesTable = {
    ("Fe3+",): Species("hematite", "Hem"),
    ("Al",): Species("corundum", "Crn"),
    ("Cr",): Species("eskolaite", "Esk"),
    ("V",): Species("karelianite", "Kar"),
}


def rhombohedral_oxide_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of ilmenite and hematite.

    First the dominant charge decides, R2+TiO3 against R3+2O3, then the dominant cation of that charge.

    Parameters
    ----------
    formulae : Formulae
        Of the classes Ilmenite and Hematite, on 3 O and 2 cations.

    Returns
    -------
    SpeciesNames
        Values ``R2+``, Fe2+ + Mg + Mn + Zn + Ni + Co, and ``R3+ / 2``, half of Fe3+ + Al + Cr + V, and their
        cations, per formula unit. No name where Fe was not measured; what else was not measured counts as 0.

    References
    ----------
    Hatert & Burke 2008, Canadian Mineralogist 46, 717-728, doi:10.3749/canmin.46.3.717: the rules of the
    dominant constituent and of the dominant valency.
    """
    naming, rows, units = Naming(len(formulae.units)), nameable(formulae, ("Fe",)), formulae.units
    divalent = naming.value("R2+", np.sum([units[ion] for ion in _R2], axis=0))
    trivalent = naming.value("R3+ / 2", np.sum([units[ion] for ion in _R3], axis=0) / 2)
    titanate, ferric = rows & (divalent >= trivalent), rows & (divalent < trivalent)
    a = rivals(naming, formulae, "{}", {ion: units[ion] for (ion,) in _TITANATES})
    r3 = rivals(naming, formulae, "{}", {ion: units[ion] for ion in _R3})
    give_dominant(naming, titanate, (a,), _TITANATES, rule="R2+ at least R3+ / 2")
    give_dominant(naming, ferric, (r3,), _SESQUIOXIDES, rule="R2+ below R3+ / 2")
    leave_iron_open(naming, formulae, ferric | _named_by_ferric_share(formulae))
    naming.leave_open(ferric & r3.leads("Fe3+"), "maghemite has the same composition")
    return naming.done()


def _named_by_ferric_share(formulae: Formulae) -> BoolArray:
    """Return where iron would be the dominant cation of A if all of it were Fe2+, but is not (n,)."""
    units = formulae.units
    others = np.max([units[ion] for ion in ("Mg", "Mn", "Zn")], axis=0)
    return np.asarray((units["Fe2+"] < others) & (units["Fe"] >= others))


def pseudobrookite_species(formulae: Formulae) -> SpeciesNames:
    """Return pseudobrookite or armalcolite.

    In the triangle of Fe2TiO5, FeTi2O5 and MgTi2O5 the border runs from FeTi2O5 to the middle between the
    others, so that armalcolite has more MgTi2O5 than Fe2TiO5.

    Parameters
    ----------
    formulae : Formulae
        Of the class Pseudobrookite, on 5 O and 3 cations.

    Returns
    -------
    SpeciesNames
        Values ``Pbrk`` (half of Fe3+ + Al + Cr + V), ``Fe-Pbrk`` (Fe2+) and ``Mg-Pbrk`` (Mg) in mol% of their
        sum. No name where Fe or Mg was not measured.

    References
    ----------
    Bowles 1988, American Mineralogist 73, 1377-1383, abstract: the limits of both species.
    """
    naming, rows, units = Naming(len(formulae.units)), nameable(formulae, ("Fe", "Mg")), formulae.units
    r3 = np.sum([units[ion] for ion in _R3], axis=0) / 2
    amounts = {"Pbrk": r3, "Fe-Pbrk": units["Fe2+"], "Mg-Pbrk": units["Mg"]}
    whole = np.sum(list(amounts.values()), axis=0)
    ferric, ferrous, magnesian = (
        naming.value(name, 100.0 * share(amount, whole)) for name, amount in amounts.items()
    )
    armalcolite = magnesian > ferric
    naming.give(rows & armalcolite, Species("armalcolite", ""), "Mg-Pbrk above Pbrk")
    naming.give(rows & ~armalcolite, Species("pseudobrookite", "Pbrk"), "Mg-Pbrk at most Pbrk")
    leave_iron_open(naming, formulae, rows)
    naming.leave_open(
        ferrous > 50.0, "Fe-Pbrk above 50: FeTi2O5, which prevails, is a corner of both fields and no species"
    )
    return naming.done()
