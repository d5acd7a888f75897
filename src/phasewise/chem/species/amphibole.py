"""Species names of amphiboles by the nomenclature of Hawthorne et al. (2012)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.amphibole_caveats import leave_amphiboles_open
from phasewise.chem.species.amphibole_fields import ALL_MAGNESIUM, C_FERRIC, dominant_of, fields_of
from phasewise.chem.species.amphibole_prefixes import (
    ANIONS,
    DIVALENT,
    OF_FERRIC_IRON,
    TRIVALENT,
    Dominant,
    species_name,
)
from phasewise.chem.species.amphibole_roots import C_MAGNESIUM, MG, ROOTS, SUBGROUPS, in_words
from phasewise.chem.species.names import Naming
from phasewise.chem.species.rows import nameable

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.amphibole_roots import Root
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import IntArray

__all__ = ["amphibole_species"]

_NEEDED = ("Si", "Al", "Fe", "Mg", "Ca", "Na")


def amphibole_species(formulae: Formulae) -> SpeciesNames:
    r"""Return the species of amphiboles.

    The group follows from O on W, the subgroup from the charges and then the ions of B, the root name from
    the charges of A and C, and the prefixes from the ion that is dominant among those of one charge. Limits
    lie at half of what sets two members apart; a value on the limit counts to the field above.

    Parameters
    ----------
    formulae : Formulae
        Of the mineral file of amphibole, with its sites T, C, B, A and W.

    Returns
    -------
    SpeciesNames
        `values` in ions per formula unit, or ratios of them. No name where there is no formula, or where Si,
        Al, Fe, Mg, Ca or Na was not measured; other ions that were not measured count as 0. Where Fe3+ was
        calculated, the caveat tells the names that the least and the most Fe3+ would give.

    Notes
    -----
    Where the nomenclature leaves a choice, or the analysis does:

    - Rb and Cs count with K on A, Ba and Pb with Ca, Sr with Ca on B, Cr, V and Mn3+ with Al on C, Zr with
      Ti.
    - O on W is subtracted from the charge of C, which it balances: only so do type oxo-magnesio-hastingsite
      and potassic-jeanlouisite fall into their fields. Where OH is found by stoichiometry there is none
      below 0.5 Ti.
    - Mg and Fe2+ of magnesium-iron-manganese amphiboles are those of B and C together, as an analysis cannot
      tell how they are ordered.
    - Gedrite begins halfway between anthophyllite and itself, at a charge of 1 on C; with A filled papikeite
      does (Hawthorne et al. 2022). Subgroups and root compositions without a name are called unnamed.
    - Ghoseite, papikeite and jeanlouisite (IMA 2018-050) were named after the report.
    - Leakeite is told from nybøite, and dellaventuraite from obertiite, by Li of at least 0.5 on C.
    - Mn3+ is told only by formulae whose sites hold it.

    References
    ----------
    Hawthorne et al. 2012, American Mineralogist 97, 2031-2048, doi:10.2138/am.2012.4276.

    Locock 2014, Computers & Geosciences 62, 1-11, doi:10.1016/j.cageo.2013.09.011.

    Hawthorne et al. 2022, American Mineralogist 107, doi:10.2138/am-2021-7877 (ferro-papikeite).
    """
    naming = Naming(len(formulae.units))
    fields = fields_of(formulae.units)
    for name, column in fields.values.items():
        naming.value(name, np.where(formulae.measured(_ion_of(name)), column, np.nan))
    known = nameable(formulae, _NEEDED) & (fields.root >= 0)
    _give_names(naming, np.where(known, fields.code, -1))
    leave_amphiboles_open(naming, formulae, fields, known)
    return naming.done()


def _ion_of(value: str) -> str:
    """Return the ion that a value is the amount of, or something that is no ion."""
    return value.rstrip(")").partition("(")[2]


def _give_names(naming: Naming, code: IntArray) -> None:
    """Name each combination of a root name and dominant ions that occurs."""
    for found in np.unique(code[code >= 0]):
        place, *ions = dominant_of(found)
        dominant = Dominant(*ions)
        naming.give(code == found, species_name(ROOTS[place], dominant), _rule(ROOTS[place], dominant))


def _rule(root: Root, dominant: Dominant) -> str:
    subgroup = SUBGROUPS[root.subgroup]
    told = [
        "W(O) at least 1: oxo-amphibole" if dominant.oxo else "W(O) below 1: OH, F and Cl dominant",
        f"{in_words(subgroup.limits)}: {subgroup.name} amphibole",
        *([f"{in_words(root.limits)}: {' or '.join(root.names)}"] if root.limits else []),
        *(_dominance(root, dominant) if root.named else []),
    ]
    return "; ".join(told)


def _dominance(root: Root, dominant: Dominant) -> list[str]:
    """Return what makes the ions dominant that the name tells of."""
    divalent, trivalent = DIVALENT[dominant.divalent], TRIVALENT[dominant.trivalent]
    ratio = ALL_MAGNESIUM if root.subgroup == MG else C_MAGNESIUM
    told = {
        "Mg": f"{ratio} at least 0.5: Mg dominant",
        "Fe2+": f"{ratio} below 0.5: Fe2+ dominant",
        "Mn": "C(Mn) above C(Mg) and C(Fe2+): Mn dominant",
        "Al": f"{C_FERRIC} at most 0.5: Al dominant",
        "Fe3+": f"{C_FERRIC} above 0.5: {OF_FERRIC_IRON.get(root.name, 'Fe3+ dominant')}",
    }
    rules = [told[divalent]]
    if root.trivalent:
        rules.append(told.get(trivalent, f"C({trivalent}) the most of {', '.join(TRIVALENT)}"))
    if root.alkali and dominant.potassic:
        rules.append("A(K) above A(Na): K dominant")
    if dominant.anion:
        anion = ANIONS[dominant.anion]
        rules.append(f"W({anion}) the most of {', '.join(ANIONS)}")
    return rules
