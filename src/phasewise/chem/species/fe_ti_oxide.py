"""Species of the ilmenite, corundum and pseudobrookite groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.dominance import Constituent, Dominance, give_dominant, quantity
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_open, measured

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import BoolArray

__all__ = ["pseudobrookite", "rhombohedral_oxide"]

_DIVALENT = "Fe2+ + Mg + Mn + Zn + Ni + Co"
_TRIVALENT = "0.5 Fe3+ + 0.5 Al + 0.5 Cr + 0.5 V"
_TITANATES = Dominance(
    "on A, with R2+ at least R3+ / 2",
    (
        Constituent("Fe2+", Species("ilmenite", "Ilm")),
        Constituent("Mg", Species("geikielite", "Gk")),
        Constituent("Mn", Species("pyrophanite", "Pph")),
        Constituent("Zn", Species("ecandrewsite", "Ec")),
    ),
)
_SESQUIOXIDES = Dominance(
    "among the cations, with R2+ below R3+ / 2",
    (
        Constituent("Fe3+", Species("hematite", "Hem")),
        Constituent("Al", Species("corundum", "Crn")),
        Constituent("Cr", Species("eskolaite", "Esk")),
        Constituent("V", Species("karelianite", "Kar")),
    ),
)
_BALANCED = "Fe3+ follows from charge balance unless it was measured"


def rhombohedral_oxide(formulae: Formulae) -> SpeciesNames:
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
    naming, rows = Naming(len(formulae.units)), measured(formulae, ("Fe",))
    divalent = naming.value("R2+", quantity(formulae, _DIVALENT))
    trivalent = naming.value("R3+ / 2", quantity(formulae, _TRIVALENT))
    give_dominant(naming, formulae, rows & (divalent >= trivalent), _TITANATES)
    ferric = rows & (divalent < trivalent)
    give_dominant(naming, formulae, ferric, _SESQUIOXIDES)
    hematite = ferric & (np.argmax([formulae.units[ion] for ion in ("Fe3+", "Al", "Cr", "V")], axis=0) == 0)
    doubts = [
        (ferric | (rows & _named_by_ferric_share(formulae)), _BALANCED),
        (hematite, "maghemite has the same composition"),
    ]
    leave_open(naming, doubts)
    return naming.done()


def _named_by_ferric_share(formulae: Formulae) -> BoolArray:
    """Return where iron would be the dominant cation of A if all of it were Fe2+, but is not (n,)."""
    units = formulae.units
    others = np.max([units[ion] for ion in ("Mg", "Mn", "Zn")], axis=0)
    return np.asarray((units["Fe2+"] < others) & (units["Fe"] >= others))


def pseudobrookite(formulae: Formulae) -> SpeciesNames:
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
    naming, rows = Naming(len(formulae.units)), measured(formulae, ("Fe", "Mg"))
    ferric, ferrous, magnesian = (
        naming.value(name, quantity(formulae, name)) for name in ("Pbrk", "Fe-Pbrk", "Mg-Pbrk")
    )
    naming.give(rows & (magnesian > ferric), Species("armalcolite", ""), "Mg-Pbrk exceeds Pbrk")
    naming.give(
        rows & (magnesian <= ferric), Species("pseudobrookite", "Pbrk"), "Mg-Pbrk does not exceed Pbrk"
    )
    doubts = [
        (rows & (formulae.units["Fe3+"] > 0), _BALANCED),
        (rows & (ferrous > 50.0), "FeTi2O5, which prevails, is a corner of both fields and no species"),
    ]
    leave_open(naming, doubts)
    return naming.done()
