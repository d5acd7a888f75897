"""Species names by the rules of the International Mineralogical Association, one scheme a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.amphibole import amphibole_species
from phasewise.chem.species.names import Naming, Species, SpeciesNames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from phasewise.chem.formulae import Formulae

__all__ = ["SCHEMES", "Species", "SpeciesNames", "species_of"]

SCHEMES: Mapping[str, Callable[[Formulae], SpeciesNames]] = {
    "Amphibole": amphibole_species,
}
"""The scheme of each class of minerals that has one, by class name."""


def species_of(formulae: Formulae) -> SpeciesNames:
    """Return the species of the formulae of one mineral.

    Parameters
    ----------
    formulae : Formulae
        See `phasewise.chem.mineral_formula.MineralFormula.calculate`.

    Returns
    -------
    SpeciesNames
        Of classes that are one species each (zircon, titanite), that species.
    """
    mineral = formulae.mineral
    if mineral.name in SCHEMES:
        return SCHEMES[mineral.name](formulae)
    naming = Naming(len(formulae.units))
    known = ~np.isnan(formulae.units.sum)
    naming.give(known, Species(mineral.title, mineral.symbol), "the class is one species")
    return naming.done()
