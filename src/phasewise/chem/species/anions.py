"""Species that anions name: apatite, scapolite and the sodalite group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_unmeasured_open, nameable, share

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import SpeciesNames

__all__ = ["apatite_species", "scapolite_species", "sodalite_group_species"]

_APATITES = {
    "F": Species("fluorapatite", "Fap"),
    "Cl": Species("chlorapatite", "Clap"),
    "OH": Species("hydroxylapatite", "Hap"),
}


def apatite_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of apatite by the dominant anion of X.

    Parameters
    ----------
    formulae : Formulae
        Of the class Apatite.

    Returns
    -------
    SpeciesNames
        Values ``F``, ``Cl`` and ``OH`` per formula unit of one X. The name is ``apatite`` where F or Cl was
        not measured and the other one does not fill half of X.

    References
    ----------
    Pasero et al. 2010, European Journal of Mineralogy 22, 163-179, doi:10.1127/0935-1221/2010/0022-2022.
    """
    naming, rows = Naming(len(formulae.units)), nameable(formulae)
    amounts = [naming.value(ion, formulae.ion(ion)) for ion in _APATITES]
    fluorine, chlorine = np.nan_to_num(amounts[0]), np.nan_to_num(amounts[1])
    hydroxyl = np.where(np.isnan(amounts[2]), np.maximum(1.0 - fluorine - chlorine, 0.0), amounts[2])
    largest = np.argmax([fluorine, chlorine, hydroxyl], axis=0)
    for place, (ion, species) in enumerate(_APATITES.items()):
        naming.give(rows & (largest == place), species, f"{ion} is the largest of F, Cl, OH on X")
    no_fluorine, no_chlorine = np.isnan(amounts[0]), np.isnan(amounts[1])
    open_ = rows & ((no_fluorine & (chlorine <= 0.5)) | (no_chlorine & (fluorine <= 0.5)))
    naming.give(open_, Species("apatite", "Ap"), "F and Cl have to be measured to name the species")
    by_difference = ~formulae.water_measured & ~open_ & (largest == 2)
    naming.leave_open(by_difference, "OH fills what F and Cl leave of X, and may stand for O or CO3")
    leave_unmeasured_open(naming, formulae, ("F", "Cl"))
    return naming.done()


def scapolite_species(formulae: Formulae) -> SpeciesNames:
    """Return marialite, meionite or silvialite.

    Parameters
    ----------
    formulae : Formulae
        Of the class Scapolite.

    Returns
    -------
    SpeciesNames
        Values ``Me``, 100 (Ca + Sr) / (Ca + Sr + Na + K), and ``S`` per formula unit. No name where Ca or Na
        was not measured.

    References
    ----------
    Teertstra, Schindler, Sherriff & Hawthorne 1999, Mineralogical Magazine 63, 321-329,
    doi:10.1180/002646199548547: silvialite, the sulfate of meionite.
    """
    naming, rows, units = Naming(len(formulae.units)), nameable(formulae, ("Ca", "Na")), formulae.units
    calcic = units["Ca"] + units["Sr"]
    percent = naming.value("Me", 100.0 * share(calcic, calcic + units["Na"] + units["K"]))
    sulfur = naming.value("S", formulae.ion("S"))
    meionite = rows & (percent >= 50.0)
    naming.give(rows & (percent < 50.0), Species("marialite", "Mar"), "Me below 50")
    naming.give(meionite, Species("meionite", "Me"), "Me at least 50")
    sulfate = meionite & (np.nan_to_num(sulfur) > 0.5)
    naming.give(sulfate, Species("silvialite", ""), "Me at least 50 and S above 0.5")
    naming.leave_open(meionite & np.isnan(sulfur), "S was not measured: silvialite has S above 0.5")
    return naming.done()


def sodalite_group_species(formulae: Formulae) -> SpeciesNames:
    """Return sodalite, haüyne or nosean.

    The species with sulfate differ by Ca: haüyne, Na6Ca2Al6Si6O24(SO4)2, and nosean, Na8Al6Si6O24(SO4), are
    divided halfway.

    Parameters
    ----------
    formulae : Formulae
        Of the classes Sodalite and Hauyne, on 12 Si + Al.

    Returns
    -------
    SpeciesNames
        Values ``Cl``, ``S`` and ``Ca`` per formula unit. Where S or Cl was not measured, and the other one
        does not fill half of the cages, the class decides between sodalite and the others.

    References
    ----------
    Formulae of the species in the list of the International Mineralogical Association. The limit of 1 Ca is
    half of that of haüyne; no rule was published.
    """
    naming = Naming(len(formulae.units))
    chlorine, sulfur = (naming.value(ion, formulae.ion(ion)) for ion in ("Cl", "S"))
    calcium = naming.value("Ca", formulae.units["Ca"])
    rows, unknown = nameable(formulae), np.isnan(chlorine) | np.isnan(sulfur)
    sulfate = rows & (np.nan_to_num(sulfur) > np.nan_to_num(chlorine))
    by_class = rows & unknown & ~(np.fmax(chlorine, sulfur) > 1.0)
    sulfate = np.where(by_class, formulae.mineral.name == "Hauyne", sulfate)
    naming.give(rows & ~sulfate, Species("sodalite", "Sdl"), "Cl at least S")
    naming.give(sulfate & (calcium >= 1.0), Species("haüyne", "Hyn"), "S above Cl, Ca at least 1")
    naming.give(sulfate & (calcium < 1.0), Species("nosean", "Nsn"), "S above Cl, Ca below 1")
    naming.leave_open(by_class, "the class decided between Cl and S")
    naming.leave_open(sulfate, "all S counts as sulfate, though lazurite also holds sulfide")
    leave_unmeasured_open(naming, formulae, ("Cl", "S"))
    return naming.done()
