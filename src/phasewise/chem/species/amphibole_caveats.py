"""What the names of amphiboles leave open: Fe3+, OH, Li and symmetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.ions import ANIONS, IONS
from phasewise.chem.iron import AMPHIBOLE_CHOICES
from phasewise.chem.normalisation import normalise
from phasewise.chem.sites import fill_sites
from phasewise.chem.species.amphibole_fields import dominant_of, fields_of
from phasewise.chem.species.amphibole_prefixes import Dominant, species_name
from phasewise.chem.species.amphibole_roots import MG, NA, ROOTS

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.amphibole_fields import Fields
    from phasewise.chem.species.names import Naming
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["leave_open"]

_ROUNDING = 1e-9
_FERRIC, _FERROUS, _OH = (IONS.index(ion) for ion in ("Fe3+", "Fe2+", "OH"))
_CAVEATS = (
    "OH was not measured: W is taken to be full",
    "OH was not measured: O on W is taken to be 2 Ti",
    "F was not measured",
    "K was not measured",
    "Li was not measured",
    "all Mn is taken to be Mn2+",
    "symmetry (orthorhombic or monoclinic) cannot be told from the composition",
)


def leave_open(naming: Naming, formulae: Formulae, fields: Fields, known: BoolArray) -> None:
    """Say what each analysis that has a name leaves open, all of it in one caveat.

    Parameters
    ----------
    naming : Naming
    formulae : Formulae
    fields : Fields
        Those of the formulae.
    known : (n,) bool
        Which have a name.
    """
    iron, of_iron = _iron(formulae, fields, known)
    flags = np.sum([2**k * rows for k, rows in enumerate(_flags(formulae, fields))], axis=0)
    code = np.where(known, iron * 2 ** len(_CAVEATS) + flags, 0)
    for found in np.unique(code[code > 0]):
        told = [caveat for k, caveat in enumerate(_CAVEATS) if found >> k & 1]
        about_iron = of_iron[found >> len(_CAVEATS)]
        naming.leave_open(code == found, "; ".join([about_iron] * bool(about_iron) + told))


def _flags(formulae: Formulae, fields: Fields) -> list[BoolArray]:
    """Return where each of the caveats holds (n,)."""
    units, never = formulae.units, np.zeros(len(formulae.units), dtype=bool)
    subgroup = np.array([entry.subgroup for entry in ROOTS])[fields.root]
    twins = np.array([bool(entry.twin) for entry in ROOTS])[fields.root]
    oxo = fields.values["W(O)"]
    return [
        _hydroxyl_fills(units),
        (oxo > _ROUNDING) & (np.abs(oxo - 2 * units["Ti"]) < _ROUNDING),
        *(formulae.unmeasured.get(element, never) for element in ("F", "K")),
        formulae.unmeasured.get("Li", never) & (subgroup == NA),
        fields.values["C(Mn)"] >= 0.5,
        twins | (subgroup == MG),
    ]


def _hydroxyl_fills(units: FormulaUnits) -> BoolArray:
    """Return where OH is what F and Cl leave of W, as it is by stoichiometry, or was left open (n,)."""
    anions = np.sum([units.site("W", ion) for ion in ANIONS], axis=0)
    return np.asarray(np.isnan(anions) | (np.abs(anions - 2) < _ROUNDING))


def _iron(formulae: Formulae, fields: Fields, known: BoolArray) -> tuple[IntArray, list[str]]:
    """Return what is to be said of Fe3+: the place of each analysis (n,) in a list of caveats, 0 for none."""
    place, caveats = np.zeros(len(known), dtype=np.int64), [""]
    rows = np.flatnonzero(known & _iron_was_calculated(formulae))
    if not len(rows) or formulae.limits is None:
        return place, caveats
    ends = (formulae.limits.minimum[rows], formulae.limits.maximum[rows])
    codes = np.stack([fields.code[rows], *(fields_of(_divided(formulae, rows, end)).code for end in ends)])
    pairs, which = np.unique(codes, axis=1, return_inverse=True)
    for chosen, *others in pairs.T:
        caveats.append(_about_iron(_name(chosen), *(_name(other) for other in others)))
    place[rows] = which.ravel() + 1
    return place, caveats


def _iron_was_calculated(formulae: Formulae) -> BoolArray:
    """Return where Fe3+ is one of those that follow from the stoichiometric limits (n,)."""
    calculated = np.zeros(len(formulae.units), dtype=bool)
    if formulae.limits is not None:
        ferric = formulae.iron["Fe3+/Fe"]
        for choice in AMPHIBOLE_CHOICES:
            calculated |= ferric == getattr(formulae.limits, choice)
    return calculated


def _divided(formulae: Formulae, rows: IntArray, ferric: FloatArray) -> FormulaUnits:
    """Return some of the formulae with another Fe3+ / total Fe, OH as it was found."""
    units, mineral = formulae.units, formulae.mineral
    ions = units.ions[rows]
    iron = ions[:, _FERRIC] + ions[:, _FERROUS]
    ions[:, _FERRIC], ions[:, _FERROUS] = iron * ferric, iron * (1 - ferric)
    oxo = units.site("W", "O")[rows]
    by_stoichiometry = _hydroxyl_fills(units)[rows] | (np.abs(oxo - 2 * units["Ti"][rows]) < _ROUNDING)
    ions[by_stoichiometry, _OH] = np.nan
    apfu, _ = normalise(ions, mineral.basis)
    room = mineral.basis.anions - apfu[:, [IONS.index(ion) for ion in ANIONS]].sum(axis=1)
    return FormulaUnits(apfu, fill_sites(apfu, mineral.sites, np.maximum(room, 0.0)), units.without)


def _name(code: int) -> str:
    if code < 0:
        return ""
    place, *ions = dominant_of(code)
    return species_name(ROOTS[place], Dominant(*ions)).name


def _about_iron(chosen: str, least: str, most: str) -> str:
    if chosen == least == most:
        return "Fe3+ was calculated, not measured; the least and the most that fit give the same name"
    told = f"{least or 'no name'} with the least that fits, {most or 'no name'} with the most"
    return f"Fe3+ was calculated, not measured: {told}"
