"""Species names by the rules of the International Mineralogical Association, one scheme a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.amphibole import amphibole_species
from phasewise.chem.species.anions import apatite, scapolite, sodalite_group
from phasewise.chem.species.dominance import DOMINANCE, by_dominance
from phasewise.chem.species.epidote import epidote
from phasewise.chem.species.fe_ti_oxide import pseudobrookite, rhombohedral_oxide
from phasewise.chem.species.feldspar import feldspar
from phasewise.chem.species.garnet import garnet_species
from phasewise.chem.species.mica import mica_species
from phasewise.chem.species.names import Naming, Species, SpeciesNames
from phasewise.chem.species.olivine import olivine
from phasewise.chem.species.pyroxene import pyroxene
from phasewise.chem.species.silica import silica
from phasewise.chem.species.spinel import spinel_species
from phasewise.chem.species.tas import glass
from phasewise.chem.species.tourmaline import tourmaline_species

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from phasewise.chem.formulae import Formulae

__all__ = ["SCHEMES", "Species", "SpeciesNames", "species_of"]

SCHEMES: Mapping[str, Callable[[Formulae], SpeciesNames]] = {
    **dict.fromkeys(DOMINANCE, by_dominance),
    "Apatite": apatite,
    "Clinopyroxene": pyroxene,
    "Epidote": epidote,
    "Glass": glass,
    "Hauyne": sodalite_group,
    "Hematite": rhombohedral_oxide,
    "Ilmenite": rhombohedral_oxide,
    "KFeldspar": feldspar,
    "Monticellite": olivine,
    "Olivine": olivine,
    "Orthopyroxene": pyroxene,
    "Plagioclase": feldspar,
    "Pseudobrookite": pseudobrookite,
    "Quartz": silica,
    "Scapolite": scapolite,
    "Sodalite": sodalite_group,
    "Biotite": mica_species,
    "Garnet": garnet_species,
    "Magnetite": spinel_species,
    "Muscovite": mica_species,
    "Spinel": spinel_species,
    "Tourmaline": tourmaline_species,
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
