"""Species of epidote after Armbruster et al. (2006)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.dominance import give_dominant, rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_iron_open, nameable, same_composition

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.dominance import SpeciesTable
    from phasewise.chem.species.names import SpeciesNames

__all__ = ["epidote_species"]

_NO_SPECIES = Species("clinozoisite subgroup", "")
_BY_M3_AND_A2: SpeciesTable = {
    ("Al", "Ca"): Species("clinozoisite", "Czo"),
    ("Fe3+", "Ca"): Species("epidote", "Ep"),
    ("Mn", "Ca"): Species("piemontite", "Pmt"),
    ("V", "Ca"): Species("mukhinite", ""),
    ("Al", "Sr"): Species("niigataite", ""),
    ("Fe3+", "Sr"): Species("epidote-(Sr)", ""),
    ("Mn", "Sr"): Species("piemontite-(Sr)", ""),
    ("Fe3+", "Pb"): Species("hancockite", ""),
    ("Mn", "Pb"): Species("piemontite-(Pb)", ""),
}
_M3 = ("Al", "Fe3+", "Mn", "V", "Cr")


def epidote_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of the clinozoisite subgroup by the dominant cations of M3 and A2.

    Parameters
    ----------
    formulae : Formulae
        Of the class Epidote, all iron as Fe3+.

    Returns
    -------
    SpeciesNames
        Values are the cations of M3, and Ca, Sr and Pb on A2, per formula unit; Ca fills A1 first. The name
        is ``clinozoisite subgroup`` where no species is approved (Cr on M3, which was called tawmawite). No
        name where Al or Fe was not measured. Composition tells neither zoisite nor what is on M1.

    References
    ----------
    Armbruster et al. 2006, European Journal of Mineralogy 18, 551-567, doi:10.1127/0935-1221/2006/0018-0551.

    Revheim & King 2016, Mineralogical Magazine (abstract): hancockite and niigataite, which were epidote-(Pb)
    and clinozoisite-(Sr), have their names back.
    """
    naming, units = Naming(len(formulae.units)), formulae.units
    rows = nameable(formulae, ("Al", "Fe"))
    m3 = rivals(naming, formulae, "M3({})", {ion: units.site("M3", ion) for ion in _M3})
    calcium = np.maximum(units["Ca"] - 1.0, 0.0)
    a2 = rivals(naming, formulae, "A2({})", {"Ca": calcium, "Sr": units["Sr"], "Pb": units["Pb"]})
    give_dominant(naming, rows, (m3, a2), _BY_M3_AND_A2, _NO_SPECIES)
    leave_iron_open(naming, formulae, m3.leads("Fe3+"))
    naming.leave_open(m3.leads("Mn"), "Mn counts as Mn3+ on M3")
    naming.leave_open(m3.leads("Al"), same_composition("clinozoisite", "zoisite"))
    return naming.done()
