"""Names of formulae and of analyses, for the tests of schemes that name by dominance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from phasewise.chem.formula import oxides_wt, parse_formula
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.formulae import Formulae
from phasewise.chem.ions import ANIONS, IONS
from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.chem.sites import fill_sites
from phasewise.chem.species import SpeciesNames, species_of
from phasewise.core.types import COLUMNS, FloatArray

MINERALS = load_minerals()


def names_of(found: SpeciesNames) -> list[str]:
    """Return the name of each row, empty where there is none."""
    return [found.species[code].name if code >= 0 else "" for code in found.code]


def caveat_of(found: SpeciesNames, row: int = 0) -> str:
    return found.caveats[found.caveat[row]] if found.caveat[row] >= 0 else ""


def formulae_of(
    mineral: str, values: FloatArray, ferric: FloatArray | None = None, **options: Any
) -> Formulae:
    """Return the formulae of analyses (n, len(COLUMNS))."""
    return MineralFormula(MINERALS[mineral], COLUMNS, FormulaOptions(**options)).calculate(values, ferric)


def species_of_formula(mineral: str, formula: str, **options: Any) -> SpeciesNames:
    """Return the species of a formula by way of its oxides, iron divided as written."""
    wt, atoms = oxides_wt(formula), parse_formula(formula)
    ferric = atoms.get("Fe3+", 0.0)
    iron = ferric + atoms.get("Fe", 0.0) + atoms.get("Fe2+", 0.0)
    values = np.array([[wt.get(name, 0.0) for name in COLUMNS]])
    divided = np.array([ferric / iron if iron else np.nan])
    return species_of(formulae_of(mineral, values, divided, **options))


def name_of_formula(mineral: str, formula: str, **options: Any) -> str:
    (name,) = names_of(species_of_formula(mineral, formula, **options))
    return name


def species_of_wt(mineral: str, wt: Mapping[str, float], **options: Any) -> SpeciesNames:
    """Return the species of an analysis in wt%; FeO with Fe2O3 is measured, what is left out is not."""
    held = dict(wt)
    ferrous, ferric = held.pop("FeO", None), held.pop("Fe2O3", None)
    if ferrous is not None or ferric is not None:
        held["FeOt"] = (ferrous or 0.0) + FE2O3_TO_FEO * (ferric or 0.0)
    divided = np.array([np.nan])
    if ferrous is not None and ferric is not None:
        divided[0] = FE2O3_TO_FEO * ferric / held["FeOt"]
    values = np.array([[held.get(name, np.nan) for name in COLUMNS]])
    return species_of(formulae_of(mineral, values, divided, **options))


def name_of_ions(mineral: str, ions: Mapping[str, float]) -> str:
    """Return the species of ions per formula unit, as they are."""
    found = np.zeros((1, len(IONS)))
    for ion, amount in ions.items():
        found[0, IONS.index(ion)] = amount
    file = MINERALS[mineral]
    anions = found[:, [IONS.index(ion) for ion in ANIONS]].sum(axis=1)
    sites = fill_sites(found, file.sites, np.maximum(file.basis.anions - anions, 0.0))
    units = FormulaUnits(found, sites, file.basis.without)
    (name,) = names_of(species_of(Formulae(file, units, {}, {}, {})))
    return name
