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
from phasewise.chem.species.rows import leave_iron_open, leave_unmeasured_open

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.amphibole_fields import Fields
    from phasewise.chem.species.names import Naming
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["leave_amphiboles_open"]

_FERRIC, _FERROUS, _OH = (IONS.index(ion) for ion in ("Fe3+", "Fe2+", "OH"))
_ANIONS = [IONS.index(ion) for ion in ANIONS]
_CALCULATED = "Fe3+ was calculated, not measured"


def leave_amphiboles_open(naming: Naming, formulae: Formulae, fields: Fields, known: BoolArray) -> None:
    """Say what each analysis that has a name leaves open.

    Parameters
    ----------
    naming : Naming
    formulae : Formulae
    fields : Fields
        Those of the formulae.
    known : (n,) bool
        Which have a name.
    """
    subgroup = np.array([entry.subgroup for entry in ROOTS])[fields.root]
    twins = np.array([bool(entry.twin) for entry in ROOTS])[fields.root]
    oxo = fields.values["W(O)"] > 0
    filled, by_difference = formulae.anions_filled, ~formulae.anions_filled & ~formulae.water_measured
    _leave_iron_open(naming, formulae, fields, known)
    naming.leave_open(filled & ~oxo, "OH was not measured: it fills W")
    by_titanium, divided = "OH was not measured: O on W is taken to be 2 Ti", formulae.ferric_measured
    naming.leave_open(filled & oxo & divided, by_titanium)
    naming.leave_open(
        filled & oxo & ~divided, f"{by_titanium}, and the Fe3+ that is calculated rests on that"
    )
    naming.leave_open(by_difference, "OH was not measured: H2O is what the total lacks of 100 %")
    leave_unmeasured_open(naming, formulae, ("F", "K"))
    naming.leave_open(~formulae.measured("Li") & (subgroup == NA), "not measured and counted as 0: Li")
    naming.leave_open(fields.values["C(Mn)"] >= 0.5, "all Mn counts as Mn2+")
    naming.leave_open(
        twins | (subgroup == MG), "symmetry (orthorhombic or monoclinic) cannot be told from the composition"
    )


def _leave_iron_open(naming: Naming, formulae: Formulae, fields: Fields, known: BoolArray) -> None:
    """Say the names that the least and the most Fe3+ would give, where Fe3+ follows from these limits."""
    limits = formulae.limits
    if limits is None or formulae.iron_scheme not in ("amphibole", *AMPHIBOLE_CHOICES):
        leave_iron_open(naming, formulae, known)
        return
    rows = np.flatnonzero(known & ~formulae.ferric_measured & (formulae.units["Fe"] > 0))
    ends = (limits.minimum[rows], limits.maximum[rows])
    codes = np.stack([fields.code[rows], *(fields_of(_divided(formulae, rows, end)).code for end in ends)])
    found, which = _distinct(codes)
    place = np.zeros(naming.n, dtype=np.int64)
    place[rows] = which + 1
    naming.leave_one_open(place, ["", *(_about_iron(*(_name(code) for code in one)) for one in found.T)])


def _distinct(codes: IntArray) -> tuple[IntArray, IntArray]:
    """Return the columns of codes (k, n) that occur, and the place of each column among them (n,)."""
    found, which = np.zeros((0, 1), dtype=np.int64), np.zeros(codes.shape[1], dtype=np.int64)
    for row in codes:
        values, places = np.unique(row, return_inverse=True)
        pairs, which = np.unique(which * len(values) + places, return_inverse=True)
        found = np.vstack([found[:, pairs // max(len(values), 1)], values[pairs % max(len(values), 1)]])
    return found, which


def _divided(formulae: Formulae, rows: IntArray, ferric: FloatArray) -> FormulaUnits:
    """Return some of the formulae with another Fe3+ / total Fe, OH as it was found."""
    units, mineral = formulae.units, formulae.mineral
    ions = units.ions[rows]
    iron = ions[:, _FERRIC] + ions[:, _FERROUS]
    ions[:, _FERRIC], ions[:, _FERROUS] = iron * ferric, iron * (1 - ferric)
    ions[formulae.anions_filled[rows], _OH] = np.nan
    apfu, _ = normalise(ions, mineral.basis)
    room = mineral.basis.anions - apfu[:, _ANIONS].sum(axis=1)
    return FormulaUnits(apfu, fill_sites(apfu, mineral.sites, np.maximum(room, 0.0)), units.without)


def _name(code: int) -> str:
    if code < 0:
        return ""
    place, *ions = dominant_of(code)
    return species_name(ROOTS[place], Dominant(*ions)).name


def _about_iron(chosen: str, least: str, most: str) -> str:
    if chosen == least == most:
        return f"{_CALCULATED}; the least and the most that fit give the same name"
    return f"{_CALCULATED}: {least or 'no name'} with the least that fits, {most or 'no name'} with the most"
