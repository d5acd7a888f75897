"""Species names by the rules of the International Mineralogical Association, one scheme a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.amphibole import amphibole_species
from phasewise.chem.species.anions import apatite_species, scapolite_species, sodalite_group_species
from phasewise.chem.species.epidote import epidote_species
from phasewise.chem.species.fe_ti_oxide import pseudobrookite_species, rhombohedral_oxide_species
from phasewise.chem.species.feldspar import feldspar_species
from phasewise.chem.species.garnet import garnet_species
from phasewise.chem.species.mica import mica_species
from phasewise.chem.species.names import Naming, Species, SpeciesNames
from phasewise.chem.species.olivine import olivine_species
from phasewise.chem.species.one_site import ONE_SITE, one_site_species
from phasewise.chem.species.perovskite import perovskite_species
from phasewise.chem.species.pyroxene import pyroxene_species
from phasewise.chem.species.silica import silica_species
from phasewise.chem.species.spinel import spinel_species
from phasewise.chem.species.tas import glass_species
from phasewise.chem.species.tourmaline import tourmaline_species

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from phasewise.chem.formulae import Formulae

__all__ = ["DOUBTFUL", "SCHEMES", "Species", "SpeciesNames", "species_of"]

SCHEMES: Mapping[str, Callable[[Formulae], SpeciesNames]] = {
    **dict.fromkeys(ONE_SITE, one_site_species),
    "Amphibole": amphibole_species,
    "Apatite": apatite_species,
    "Biotite": mica_species,
    "Clinopyroxene": pyroxene_species,
    "Epidote": epidote_species,
    "Garnet": garnet_species,
    "Glass": glass_species,
    "Hauyne": sodalite_group_species,
    "Hematite": rhombohedral_oxide_species,
    "Ilmenite": rhombohedral_oxide_species,
    "KFeldspar": feldspar_species,
    "Magnetite": spinel_species,
    "Monticellite": olivine_species,
    "Muscovite": mica_species,
    "Olivine": olivine_species,
    "Orthopyroxene": pyroxene_species,
    "Perovskite": perovskite_species,
    "Plagioclase": feldspar_species,
    "Pseudobrookite": pseudobrookite_species,
    "Quartz": silica_species,
    "Scapolite": scapolite_species,
    "Sodalite": sodalite_group_species,
    "Spinel": spinel_species,
    "Tourmaline": tourmaline_species,
}
"""The scheme of each class of minerals that has one, by class name."""

DOUBTFUL = 2.0
"""Tolerances by which a formula may depart from what its class expects before that is said of its name."""

_OF_CLASS = "the name of the class, in which no species are told apart"


def species_of(formulae: Formulae) -> SpeciesNames:
    """Return the species of the formulae of one mineral.

    Parameters
    ----------
    formulae : Formulae
        See `phasewise.chem.mineral_formula.MineralFormula.calculate`.

    Returns
    -------
    SpeciesNames
        Of classes without a scheme, the name of the class: one species (zircon, titanite) or a group whose
        species are not told apart (pyrochlore, sulphide). Where the formula departs by more than `DOUBTFUL`
        tolerances from what the class expects of good analyses, the caveat ends with that.
    """
    mineral = formulae.mineral
    if mineral.name in SCHEMES:
        names = SCHEMES[mineral.name](formulae)
        told = (
            f"the formula departs by more than {DOUBTFUL:.0f} tolerances from that of a good {mineral.title}"
        )
        return names.with_caveat(formulae.departure() > DOUBTFUL, told)
    naming = Naming(len(formulae.units))
    known = ~np.isnan(formulae.units.sum)
    naming.give(known, Species(mineral.title, mineral.symbol), _OF_CLASS)
    return naming.done()
