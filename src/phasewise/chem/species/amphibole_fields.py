"""Where amphiboles plot: quantities, root names and dominant ions (Hawthorne et al. 2012)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.amphibole_prefixes import ANIONS, DIVALENT, TRIVALENT
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
    ROOTS,
    SUBGROUPS,
    first_of,
)
from phasewise.chem.species.rows import share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["ALL_MAGNESIUM", "C_FERRIC", "Fields", "dominant_of", "fields_of"]

ALL_MAGNESIUM = "Mg / (Mg + Fe2+)"
C_FERRIC = "C(Fe3+) / C(Al + Fe3+)"
_ROUNDING = 1e-9
_SHAPE = (len(ROOTS), len(DIVALENT), len(TRIVALENT), len(ANIONS), 2, 2)


@dataclass(frozen=True, eq=False)
class Fields:
    """The fields in which n formulae lie.

    Attributes
    ----------
    values : mapping of str to (n,) float64
        Quantities under the names that rules use.
    root : (n,) int
        Place in `ROOTS`, -1 where there is none.
    code : (n,) int
        One number for root name and dominant ions, see `dominant_of`; -1 where there is none.
    """

    values: Mapping[str, FloatArray]
    root: IntArray
    code: IntArray


def fields_of(units: FormulaUnits) -> Fields:
    """Return the fields in which formulae lie; NaN of OH counts as a W without O."""
    values = _quantities(units)
    subgroup = first_of([entry.limits for entry in SUBGROUPS], values, len(units))
    root = np.full(len(units), -1)
    for place in range(len(SUBGROUPS)):
        own = [k for k, candidate in enumerate(ROOTS) if candidate.subgroup == place]
        found = first_of([ROOTS[k].limits for k in own], values, len(units))
        rows = (subgroup == place) & (found >= 0)
        root[rows] = np.array(own)[found[rows]]
    known = root >= 0
    code = np.full(len(units), -1)
    ions = _dominant(units, values, subgroup)
    code[known] = np.ravel_multi_index((root[known], *ions[:, known]), _SHAPE)
    return Fields(values, root, code)


def dominant_of(code: int) -> tuple[int, ...]:
    """Return root name and dominant ions of a code of `Fields`: its place in `ROOTS`, then as `Dominant`."""
    return tuple(int(part) for part in np.unravel_index(code, _SHAPE))


def _sum(units: FormulaUnits, site: str, *ions: str) -> FloatArray:
    total = np.zeros(len(units))
    for ion in ions:
        total = total + units.site(site, ion)
    return total


def _charge_of_c(units: FormulaUnits) -> FloatArray:
    trivalent, tetravalent = _sum(units, "C", *TRIVALENT), _sum(units, "C", "Ti", "Zr")
    charge = trivalent + 2 * tetravalent - np.nan_to_num(units.site("W", "O"))
    return np.where(np.abs(charge) < _ROUNDING, 0.0, charge)


def _quantities(units: FormulaUnits) -> dict[str, FloatArray]:
    """Return what the rules speak of, under the names that they use."""
    iron = _sum(units, "B", "Mg", "Fe2+", "Mn")
    calcium, sodium = _sum(units, "B", "Ca", "Sr"), units.site("B", "Na")
    lithium = units.site("B", "Li")
    total = iron + calcium + sodium + lithium
    magnesium, ferrous = units.site("C", "Mg"), units.site("C", "Fe2+")
    every_magnesium = units["Mg"]
    aluminium, ferric = units.site("C", "Al"), units.site("C", "Fe3+")
    one, two = _sum(units, "A", "Na", "K", "Rb", "Cs"), _sum(units, "A", "Ca", "Ba", "Pb")
    return {
        "W(O)": np.nan_to_num(units.site("W", "O")),
        B_DIVALENT: share(calcium + iron, total),
        B_MONOVALENT: share(sodium + lithium, total),
        B_CALCIUM: share(calcium, calcium + iron),
        B_SODIUM: share(sodium, sodium + lithium),
        B_MANGANESE: share(units.site("B", "Mn"), iron),
        A_CHARGE: one + 2 * two,
        "A(Pb)": units.site("A", "Pb"),
        C_CHARGE: _charge_of_c(units),
        "C(Ti)": units.site("C", "Ti"),
        "C(Li)": units.site("C", "Li"),
        C_MAGNESIUM: share(magnesium, magnesium + ferrous),
        ALL_MAGNESIUM: share(every_magnesium, every_magnesium + units["Fe2+"]),
        C_FERRIC: share(ferric, aluminium + ferric),
        **{f"C({ion})": units.site("C", ion) for ion in ("Mn", "Mn3+", "Cr", "V")},
        **{f"A({ion})": units.site("A", ion) for ion in ("Na", "K")},
        **{f"W({ion})": units.site("W", ion) for ion in ANIONS},
    }


def _dominant(units: FormulaUnits, values: Mapping[str, FloatArray], subgroup: IntArray) -> IntArray:
    """Return the dominant ions of each analysis (5, n), in the order of `Dominant`."""
    on_b = subgroup == MG
    divalent = [_sum(units, "C", ion) + on_b * _sum(units, "B", ion) for ion in DIVALENT]
    oxo = values["W(O)"] >= 1
    anions = [_sum(units, "W", ion) for ion in ANIONS]
    anions[0] = np.where(np.isnan(anions[0]), 2 - anions[1] - anions[2], anions[0])
    return np.stack(
        [
            np.argmax(divalent, axis=0),
            np.argmax([_sum(units, "C", ion) for ion in TRIVALENT], axis=0),
            np.where(oxo, 0, np.argmax(anions, axis=0)),
            values["A(K)"] > values["A(Na)"],
            oxo,
        ]
    )
