"""Species of the olivine group by the dominant cations of its sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phasewise.chem.species.dominance import give_dominant, rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import full, nameable, share

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.dominance import SpeciesTable
    from phasewise.chem.species.names import SpeciesNames

__all__ = ["olivine_species"]

_WITHOUT_CALCIUM: SpeciesTable = {
    ("Mg",): Species("forsterite", "Fo"),
    ("Fe",): Species("fayalite", "Fa"),
    ("Mn",): Species("tephroite", "Tep"),
    ("Ni",): Species("liebenbergite", "Lbb"),
}
_WITH_CALCIUM: SpeciesTable = {
    ("Mg",): Species("monticellite", "Mtc"),
    ("Fe",): Species("kirschsteinite", "Kir"),
    ("Mn",): Species("glaucochroite", "Glc"),
}
_CALCIC = Species("calcio-olivine", "")


def olivine_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of olivine and monticellite.

    There are no species between forsterite and fayalite: Fo85 and Fo55 are forsterite both.

    Parameters
    ----------
    formulae : Formulae
        Of the classes Olivine and Monticellite, on 4 O.

    Returns
    -------
    SpeciesNames
        Values ``Fo``, 100 Mg / (Mg + Fe), and ``Ca``, ``Mg``, ``Fe``, ``Mn``, ``Ni`` per formula unit. No
        name where Mg or Fe was not measured; Ca, Mn and Ni that were not measured count as 0, which is
        said of Ca where the formula is not full.

    References
    ----------
    Hatert & Burke 2008, Canadian Mineralogist 46, 717-728, doi:10.3749/canmin.46.3.717: the rule of the
    dominant constituent. Ca is the dominant cation of M2 where it fills half of it.
    """
    naming, rows, units = Naming(len(formulae.units)), nameable(formulae, ("Mg", "Fe")), formulae.units
    naming.value("Fo", 100.0 * share(units["Mg"], units["Mg"] + units["Fe"]))
    calcium = units["Ca"]
    naming.value("Ca", formulae.ion("Ca"))
    m = rivals(naming, formulae, "{}", {ion: units[ion] for (ion,) in _WITHOUT_CALCIUM})
    m1 = rivals(naming, formulae, "{}", {ion: units[ion] for (ion,) in _WITH_CALCIUM})
    give_dominant(naming, rows & (calcium < 0.5), (m,), _WITHOUT_CALCIUM, rule="Ca below 0.5")
    give_dominant(naming, rows & (calcium >= 0.5), (m1,), _WITH_CALCIUM, rule="Ca at least 0.5")
    both = rows & (calcium >= 1.5)
    naming.give(both, _CALCIC, "Ca at least 1.5")
    naming.leave_open(both, "larnite has the same composition")
    naming.leave_open(~formulae.measured("Ca") & ~full(formulae), "not measured and counted as 0: Ca")
    return naming.done()
