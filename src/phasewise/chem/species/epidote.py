"""Species of epidote after Armbruster et al. (2006)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.dominance import Constituent, Dominance, give_dominant
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_open, measured

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import SpeciesNames

__all__ = ["epidote"]

_M3 = (
    Constituent(
        "M3.Al", Species("clinozoisite", "Czo"), "zoisite, which is orthorhombic, has the same composition"
    ),
    Constituent("M3.Fe3+", Species("epidote", "Ep"), "all iron counts as Fe3+"),
    Constituent("M3.Mn", Species("piemontite", "Pmt"), "Mn counts as Mn3+ on M3"),
    Constituent("M3.V", Species("mukhinite", "")),
    Constituent("M3.Cr", Species("tawmawite", "")),
)
_IN_A2 = ("Sr", "Pb")


def epidote(formulae: Formulae) -> SpeciesNames:
    """Return the species of the clinozoisite subgroup by the dominant cations of M3 and A2.

    Parameters
    ----------
    formulae : Formulae
        Of the class Epidote, all iron as Fe3+.

    Returns
    -------
    SpeciesNames
        Values are the cations of M3, and Sr, Pb and Ca on A2, per formula unit. No name where Al or Fe was
        not measured. Composition does not tell zoisite from clinozoisite.

    References
    ----------
    Armbruster et al. 2006, European Journal of Mineralogy 18, 551-567, doi:10.1127/0935-1221/2006/0018-0551.
    """
    naming, rows, units = Naming(len(formulae.units)), measured(formulae, ("Al", "Fe")), formulae.units
    leave_open(naming, give_dominant(naming, formulae, rows, Dominance("on M3", _M3)))
    calcium = naming.value("Ca on A2", np.maximum(units["Ca"] - 1.0, 0.0))
    amounts = [naming.value(f"{ion} on A2", units[ion]) for ion in _IN_A2]
    m3 = np.argmax([units.site("M3", constituent.quantity[3:]) for constituent in _M3], axis=0)
    for ion, amount in zip(_IN_A2, amounts, strict=True):
        rich = rows & (amount > calcium) & (amount >= np.max(amounts, axis=0))
        for place, constituent in enumerate(_M3):
            name = f"{constituent.species.name}-({ion})"
            rule = f"{constituent.quantity} is the largest on M3, and {ion} on A2 exceeds Ca on A2"
            naming.give(rich & (m3 == place), Species(name, ""), rule)
    return naming.done()
