"""Silica, whose minerals have one composition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import nameable, same_composition

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import SpeciesNames

__all__ = ["silica_species"]

_POLYMORPHS = ("quartz", "tridymite", "cristobalite", "coesite", "stishovite")


def silica_species(formulae: Formulae) -> SpeciesNames:
    """Return the one name that composition gives to quartz, tridymite, cristobalite, coesite and stishovite.

    Parameters
    ----------
    formulae : Formulae
        Of the class Quartz.

    Returns
    -------
    SpeciesNames
        Value ``Si`` per 2 O. No name where SiO2 was not measured.
    """
    naming, rows = Naming(len(formulae.units)), nameable(formulae, ("Si",))
    naming.value("Si", formulae.ion("Si"))
    naming.give(rows, Species("SiO2 (polymorph not resolved)", ""), "Si is the dominant cation")
    naming.leave_open(rows, same_composition(*_POLYMORPHS))
    return naming.done()
