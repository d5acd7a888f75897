"""Species names of amphiboles by the nomenclature of Hawthorne et al. (2012)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.iron import AMPHIBOLE_CHOICES
from phasewise.chem.species.amphibole_prefixes import (
    ANIONS,
    DIVALENT,
    OF_FERRIC_IRON,
    TRIVALENT,
    Dominant,
    species_name,
)
from phasewise.chem.species.amphibole_roots import (
    A_CHARGE,
    B_CALCIUM,
    B_DIVALENT,
    B_MANGANESE,
    B_MONOVALENT,
    B_SODIUM,
    C_CHARGE,
    C_MAGNESIUM,
    MG,
    NA,
    ROOTS,
    SUBGROUPS,
    first_of,
    in_words,
)
from phasewise.chem.species.names import Naming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.amphibole_roots import Root
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["amphibole_species"]

_NEEDED = ("Si", "Al", "Fe", "Mg", "Ca", "Na")
_ALL_MAGNESIUM = "Mg / (Mg + Fe2+)"
_FERRIC = "C(Fe3+) / C(Al + Fe3+)"
_ROUNDING = 1e-9

_CAVEATS = (
    "Fe3+ was calculated, not measured",
    "OH was not measured: W is taken to be full",
    "OH was not measured: O on W is taken to be 2 Ti",
    "F was not measured",
    "K was not measured",
    "Li was not measured",
    "all Mn is taken to be Mn2+",
    "symmetry (orthorhombic or monoclinic) cannot be told from the composition",
)


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
        Al, Fe, Mg, Ca or Na was not measured; other ions that were not measured count as 0.

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
    - Jeanlouisite (IMA 2018-050), suenoite and ghoseite are later than the report.
    - Leakeite is told from nybøite, and dellaventuraite from obertiite, by Li of at least 0.5 on C.
    - Mn3+ is told only by formulae whose sites hold it.

    References
    ----------
    Hawthorne et al. 2012, American Mineralogist 97, 2031-2048, doi:10.2138/am.2012.4276.

    Locock 2014, Computers & Geosciences 62, 1-11, doi:10.1016/j.cageo.2013.09.011.

    Hawthorne et al. 2022, American Mineralogist 107, doi:10.2138/am-2021-7877 (ferro-papikeite).
    """
    naming = Naming(len(formulae.units))
    values = {name: naming.value(name, column) for name, column in _quantities(formulae).items()}
    values["W(O)"], values[C_CHARGE] = np.nan_to_num(values["W(O)"]), _charge_of_c(formulae)
    n = len(formulae.units)
    subgroup = first_of([subgroup.limits for subgroup in SUBGROUPS], values, n)
    root = np.full(n, -1)
    for place in range(len(SUBGROUPS)):
        own = [k for k, candidate in enumerate(ROOTS) if candidate.subgroup == place]
        found = first_of([ROOTS[k].limits for k in own], values, n)
        rows = (subgroup == place) & (found >= 0)
        root[rows] = np.array(own)[found[rows]]
    root[~_known(formulae)] = -1
    _give_names(naming, root, _dominant(formulae, values, subgroup))
    _leave_open(naming, formulae, root, values)
    return naming.done()


def _known(formulae: Formulae) -> BoolArray:
    missing = np.isnan(formulae.units.sum)
    for element in _NEEDED:
        missing = missing | formulae.unmeasured.get(element, False)
    return ~missing


def _sum(formulae: Formulae, site: str, *ions: str) -> FloatArray:
    total = np.zeros(len(formulae.units))
    for ion in ions:
        total = total + formulae.units.site(site, ion)
    return total


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


def _charge_of_c(formulae: Formulae) -> FloatArray:
    trivalent, tetravalent = _sum(formulae, "C", *TRIVALENT), _sum(formulae, "C", "Ti", "Zr")
    charge = trivalent + 2 * tetravalent - np.nan_to_num(formulae.units.site("W", "O"))
    return np.where(np.abs(charge) < _ROUNDING, 0.0, charge)


def _quantities(formulae: Formulae) -> dict[str, FloatArray]:
    """Return what the rules speak of, under the names that they use."""
    iron = _sum(formulae, "B", "Mg", "Fe2+", "Mn")
    calcium, sodium = _sum(formulae, "B", "Ca", "Sr"), formulae.units.site("B", "Na")
    lithium = formulae.units.site("B", "Li")
    total = iron + calcium + sodium + lithium
    magnesium, ferrous = formulae.units.site("C", "Mg"), formulae.units.site("C", "Fe2+")
    every_magnesium = formulae.units["Mg"]
    aluminium, ferric = formulae.units.site("C", "Al"), formulae.units.site("C", "Fe3+")
    one, two = _sum(formulae, "A", "Na", "K", "Rb", "Cs"), _sum(formulae, "A", "Ca", "Ba", "Pb")
    return {
        "W(O)": formulae.units.site("W", "O"),
        B_DIVALENT: _ratio(calcium + iron, total),
        B_MONOVALENT: _ratio(sodium + lithium, total),
        B_CALCIUM: _ratio(calcium, calcium + iron),
        B_SODIUM: _ratio(sodium, sodium + lithium),
        B_MANGANESE: _ratio(formulae.units.site("B", "Mn"), iron),
        A_CHARGE: one + 2 * two,
        "A(Pb)": formulae.units.site("A", "Pb"),
        C_CHARGE: _charge_of_c(formulae),
        "C(Ti)": formulae.units.site("C", "Ti"),
        "C(Li)": formulae.units.site("C", "Li"),
        C_MAGNESIUM: _ratio(magnesium, magnesium + ferrous),
        _ALL_MAGNESIUM: _ratio(every_magnesium, every_magnesium + formulae.units["Fe2+"]),
        _FERRIC: _ratio(ferric, aluminium + ferric),
        **{f"C({ion})": formulae.units.site("C", ion) for ion in ("Mn", "Mn3+", "Cr", "V")},
        **{f"A({ion})": formulae.units.site("A", ion) for ion in ("Na", "K")},
        **{f"W({ion})": formulae.units.site("W", ion) for ion in ANIONS},
    }


def _dominant(formulae: Formulae, values: Mapping[str, FloatArray], subgroup: IntArray) -> IntArray:
    """Return the dominant ions of each analysis (5, n), in the order of `Dominant`."""
    on_b = subgroup == MG
    divalent = [_sum(formulae, "C", ion) + on_b * _sum(formulae, "B", ion) for ion in DIVALENT]
    oxo = values["W(O)"] >= 1
    anions = [_sum(formulae, "W", ion) for ion in ANIONS]
    anions[0] = np.where(np.isnan(anions[0]), 2 - anions[1] - anions[2], anions[0])
    return np.stack(
        [
            np.argmax(divalent, axis=0),
            np.argmax([_sum(formulae, "C", ion) for ion in TRIVALENT], axis=0),
            np.where(oxo, 0, np.argmax(anions, axis=0)),
            values["A(K)"] > values["A(Na)"],
            oxo,
        ]
    )


def _give_names(naming: Naming, root: IntArray, dominant: IntArray) -> None:
    """Name each combination of a root name and dominant ions that occurs."""
    rows = np.flatnonzero(root >= 0)
    shape = (len(ROOTS), len(DIVALENT), len(TRIVALENT), len(ANIONS), 2, 2)
    codes, which = np.unique(
        np.ravel_multi_index((root[rows], *dominant[:, rows]), shape), return_inverse=True
    )
    for k, code in enumerate(codes):
        place, *ions = (int(part) for part in np.unravel_index(code, shape))
        chosen = np.zeros(len(root), dtype=bool)
        chosen[rows[which == k]] = True
        found = Dominant(*ions)
        naming.give(chosen, species_name(ROOTS[place], found), _rule(ROOTS[place], found))


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
    ratio = _ALL_MAGNESIUM if root.subgroup == MG else C_MAGNESIUM
    told = {
        "Mg": f"{ratio} at least 0.5: Mg dominant",
        "Fe2+": f"{ratio} below 0.5: Fe2+ dominant",
        "Mn": "C(Mn) above C(Mg) and C(Fe2+): Mn dominant",
        "Al": f"{_FERRIC} at most 0.5: Al dominant",
        "Fe3+": f"{_FERRIC} above 0.5: {OF_FERRIC_IRON.get(root.name, 'Fe3+ dominant')}",
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


def _leave_open(naming: Naming, formulae: Formulae, root: IntArray, values: Mapping[str, FloatArray]) -> None:
    """Say what each analysis leaves open, all of it in one caveat."""
    known, units = root >= 0, formulae.units
    subgroup = np.array([entry.subgroup for entry in ROOTS])[root]
    twins = np.array([bool(entry.twin) for entry in ROOTS])[root]
    anions = _sum(formulae, "W", *ANIONS)
    oxo = values["W(O)"]
    full = np.isnan(anions) | (np.abs(anions - 2) < _ROUNDING)
    never = np.zeros(len(units), dtype=bool)
    left_open = [
        _iron_was_calculated(formulae),
        full,
        (oxo > _ROUNDING) & (np.abs(oxo - 2 * units["Ti"]) < _ROUNDING),
        *(formulae.unmeasured.get(element, never) for element in ("F", "K")),
        formulae.unmeasured.get("Li", never) & (subgroup == NA),
        values["C(Mn)"] >= 0.5,
        twins | (subgroup == MG),
    ]
    code = known * np.sum([2**k * rows for k, rows in enumerate(left_open)], axis=0)
    for found in np.unique(code[code > 0]):
        caveats = [caveat for k, caveat in enumerate(_CAVEATS) if found >> k & 1]
        naming.leave_open(code == found, "; ".join(caveats))


def _iron_was_calculated(formulae: Formulae) -> BoolArray:
    """Return where Fe3+ is one of those that follow from the stoichiometric limits (n,)."""
    calculated = np.zeros(len(formulae.units), dtype=bool)
    if formulae.limits is not None:
        ferric = formulae.iron["Fe3+/Fe"]
        for choice in AMPHIBOLE_CHOICES:
            calculated |= ferric == getattr(formulae.limits, choice)
    return calculated
