"""Formulae of minerals of known composition."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from phasewise.chem.formula import molar_mass, oxides_wt, parse_formula
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.formulae import Formulae
from phasewise.chem.ions import IONS
from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.sites import fill_sites
from phasewise.chem.species import SpeciesNames, species_of
from phasewise.core.types import COLUMNS, FloatArray


class Reference(Protocol):
    """A published reference analysis."""

    name: str
    mineral: str
    values: FloatArray


def analysed(mineral: str, *formulas: str) -> Formulae:
    """Return the formulae of analyses of ideal minerals, everything but H2O measured, Fe3+ too."""
    rows, ferric = [], []
    for formula in formulas:
        wt, atoms = oxides_wt(formula), parse_formula(formula)
        rows.append([np.nan if name == "H2O" else wt.get(name, 0.0) for name in COLUMNS])
        iron = atoms.get("Fe", 0.0) + atoms.get("Fe2+", 0.0) + atoms.get("Fe3+", 0.0)
        ferric.append(atoms.get("Fe3+", 0.0) / iron if iron else np.nan)
    return calculated(mineral, np.array(rows), np.array(ferric))


def calculated(mineral: str, values: FloatArray, ferric: FloatArray | None = None) -> Formulae:
    """Return the formulae of analyses in the order of `COLUMNS`."""
    return MineralFormula(load_minerals()[mineral], COLUMNS, FormulaOptions()).calculate(values, ferric)


def row(wt: dict[str, float]) -> FloatArray:
    """Return one analysis, NaN where a column is not named."""
    return np.array([[wt.get(name, np.nan) for name in COLUMNS]])


def mixed(mineral: str, n: int) -> FloatArray:
    """Return analyses of random mixtures of the end members of a mineral, in wt%, everything measured."""
    members = [member.formula for member in load_minerals()[mineral].end_members]
    wt = np.array([[oxides_wt(f).get(name, 0.0) * molar_mass(f) for name in COLUMNS] for f in members])
    shares = np.random.default_rng(8).dirichlet(np.full(len(members), 0.6), n)
    return np.asarray(shares @ wt / (shares @ [molar_mass(f) for f in members])[:, None])


def given(mineral: str, rows: list[dict[str, float]]) -> Formulae:
    """Return formulae that hold these ions per formula unit, all of them measured."""
    found = load_minerals()[mineral]
    ions = np.zeros((len(rows), len(IONS)))
    for row, apfu in zip(ions, rows, strict=True):
        for ion, amount in apfu.items():
            row[IONS.index(ion)] = amount
    units = FormulaUnits(ions, fill_sites(ions, found.sites), found.basis.without)
    return Formulae(found, units, {}, {}, {})


def names(found: SpeciesNames) -> list[str]:
    """Return the name of each row, empty where it has none."""
    return [found.species[code].name if code >= 0 else "" for code in found.code]


def ideal_names(mineral: str, *formulas: str) -> list[str]:
    """Return the names of ideal minerals."""
    return names(species_of(analysed(mineral, *formulas)))
