"""Formulae of known composition, and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from phasewise.chem.formula import molar_mass, oxides_wt, parse_formula
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.formulae import Formulae
from phasewise.chem.ions import ANIONS, IONS
from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.chem.sites import fill_sites
from phasewise.chem.species import species_of
from phasewise.core.types import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from phasewise.chem.species import SpeciesNames
    from phasewise.core.types import FloatArray

MINERALS = load_minerals()
STEP = 1e-6


class Reference(Protocol):
    """A published reference analysis."""

    name: str
    mineral: str
    values: FloatArray


def calculated(
    mineral: str, values: FloatArray, ferric: FloatArray | None = None, **options: Any
) -> Formulae:
    """Return the formulae of analyses (n, len(COLUMNS))."""
    return MineralFormula(MINERALS[mineral], COLUMNS, FormulaOptions(**options)).calculate(values, ferric)


def analysed(mineral: str, *formulas: str, **options: Any) -> Formulae:
    """Return the formulae of analyses of ideal minerals, everything measured, Fe3+ and H2O too."""
    wt, atoms = [oxides_wt(formula) for formula in formulas], [parse_formula(formula) for formula in formulas]
    values = np.array([[oxides.get(name, 0.0) for name in COLUMNS] for oxides in wt])
    ferric = np.array([held.get("Fe3+", 0.0) for held in atoms])
    iron = ferric + [held.get("Fe", 0.0) + held.get("Fe2+", 0.0) for held in atoms]
    divided = np.divide(ferric, iron, out=np.full(len(atoms), np.nan), where=iron > 0)
    return calculated(mineral, values, divided, **options)


def row(wt: Mapping[str, float]) -> FloatArray:
    """Return one analysis, NaN where a column is not named."""
    return np.array([[wt.get(name, np.nan) for name in COLUMNS]])


def probed(mineral: str, wt: Mapping[str, float], **options: Any) -> Formulae:
    """Return the formula of an analysis in wt%; FeO with Fe2O3 is measured, what is left out is not."""
    held = dict(wt)
    ferrous, ferric = held.pop("FeO", None), held.pop("Fe2O3", None)
    if ferrous is not None or ferric is not None:
        held["FeOt"] = (ferrous or 0.0) + FE2O3_TO_FEO * (ferric or 0.0)
    both = ferrous is not None and ferric is not None
    divided = FE2O3_TO_FEO * (ferric or 0.0) / held["FeOt"] if both else np.nan
    return calculated(mineral, row(held), np.array([divided]), **options)


def given(mineral: str, rows: Sequence[Mapping[str, float]], measured: bool = True) -> Formulae:
    """Return formulae that hold these ions per formula unit, Fe3+ and OH measured or not."""
    found, ions = MINERALS[mineral], np.zeros((len(rows), len(IONS)))
    for place, apfu in enumerate(rows):
        for ion, amount in apfu.items():
            ions[place, IONS.index(ion)] = amount
    anions = ions[:, [IONS.index(ion) for ion in ANIONS]].sum(axis=1)
    sites = fill_sites(ions, found.sites, np.maximum(found.basis.anions - anions, 0.0))
    return with_sites(mineral, FormulaUnits(ions, sites, found.basis.without), measured)


def with_sites(mineral: str, units: FormulaUnits, measured: bool = True) -> Formulae:
    """Return formulae whose sites are given."""
    known, found = np.full(len(units), measured), MINERALS[mineral]
    return Formulae(found, units, {}, {}, {}, known, found.basis.iron, known, ~known)


def mixed(mineral: str, n: int) -> FloatArray:
    """Return analyses of random mixtures of the end members of a mineral, in wt%, everything measured."""
    members = [member.formula for member in MINERALS[mineral].end_members]
    wt = np.array([[oxides_wt(f).get(name, 0.0) * molar_mass(f) for name in COLUMNS] for f in members])
    shares = np.random.default_rng(8).dirichlet(np.full(len(members), 0.6), n)
    return np.asarray(shares @ wt / (shares @ [molar_mass(f) for f in members])[:, None])


def names_of(found: SpeciesNames) -> list[str]:
    """Return the name of each row, empty where it has none."""
    return [found.species[code].name if code >= 0 else "" for code in found.code]


def caveat_of(found: SpeciesNames, row: int = 0) -> str:
    """Return what is open of a row, empty where nothing is."""
    return found.caveats[found.caveat[row]] if found.caveat[row] >= 0 else ""


def names_of_formulas(mineral: str, *formulas: str, **options: Any) -> list[str]:
    """Return the names of ideal minerals."""
    return names_of(species_of(analysed(mineral, *formulas, **options)))


def names_of_ions(mineral: str, *rows: Mapping[str, float], measured: bool = True) -> list[str]:
    """Return the names of ions per formula unit, as they are."""
    return names_of(species_of(given(mineral, rows, measured)))
