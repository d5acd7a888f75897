"""Analyses of every mineral with a known formula: mixtures of its end members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from phasewise.chem.formula import molar_mass, oxides_wt, parse_formula
from phasewise.chem.mineral import Mineral
from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import OXIDES, oxide_of
from phasewise.core.types import COLUMNS, FloatArray

MINERALS = {
    name: mineral
    for name, mineral in load_minerals().items()
    if mineral.basis.oxygens and mineral.end_members
}
"""Every mineral with a formula."""


def minerals(keep: Callable[[Mineral], object] = bool) -> pytest.MarkDecorator:
    """Parametrize a test over the minerals of which `keep` is true."""
    chosen = [pytest.param(mineral, id=name) for name, mineral in MINERALS.items() if keep(mineral)]
    assert chosen
    return pytest.mark.parametrize("mineral", chosen)


MONOVALENT_ANIONS = ("F", "Cl", "OH")


def charge(ion: str) -> float:
    """Return the charge of an ion of a formula, Mn and Fe without a charge as 2+."""
    if ion.endswith("+"):
        return float(ion[-2])
    return -1.0 if ion in MONOVALENT_ANIONS else OXIDES[oxide_of(ion)].valence


def element(ion: str) -> str:
    return ion.rstrip("+0123456789")


@dataclass(frozen=True, eq=False)
class Mixtures:
    """Analyses whose atoms are known.

    ``values`` (n, len(COLUMNS)) are wt%; ``ferric`` (n,) is Fe3+ / total Fe; ``atoms`` holds the moles of
    every ion (n,) in ``mass`` (n,) grams, Fe as ``Fe2+`` and ``Fe3+``, H as ``OH``.
    """

    values: FloatArray
    ferric: FloatArray
    atoms: Mapping[str, FloatArray]
    mass: FloatArray


def mixtures(formulae: list[str], shares: FloatArray) -> Mixtures:
    """Return analyses of mixtures of formulae; `shares` (n, number of formulae) are moles."""
    wt = np.array([[oxides_wt(f).get(name, 0.0) * molar_mass(f) for name in COLUMNS] for f in formulae])
    mass = shares @ [molar_mass(f) for f in formulae]
    atoms: dict[str, FloatArray] = {}
    for formula, share in zip(formulae, shares.T, strict=True):
        for atom, amount in parse_formula(formula).items():
            if atom != "O":
                ion = {"Fe": "Fe2+", "H": "OH"}.get(atom, atom)
                atoms[ion] = atoms.get(ion, np.zeros(len(shares))) + amount * share
    ferric = atoms.get("Fe3+", np.zeros(len(shares)))
    iron = ferric + atoms.get("Fe2+", 0.0)
    fraction = np.divide(ferric, iron, out=np.zeros(len(shares)), where=iron > 0)
    return Mixtures(shares @ wt / mass[:, None], fraction, atoms, mass)


def random_mixtures(mineral: Mineral, n: int, seed: int) -> Mixtures:
    """Return random mixtures of up to all end members of a mineral, often of few of them."""
    rng = np.random.default_rng(seed)
    members = [member.formula for member in mineral.end_members]
    shares = rng.dirichlet(np.full(len(members), 0.6), n)
    return mixtures(members, shares)


def pure(formula: str) -> Mixtures:
    return mixtures([formula], np.ones((1, 1)))


def calculate(
    mineral: Mineral | str,
    values: FloatArray,
    measured: FloatArray | None = None,
    columns: tuple[str, ...] = COLUMNS,
    options: FormulaOptions | None = None,
) -> dict[tuple[str, str], FloatArray]:
    """Return the quantities of analyses (n,) by kind and name."""
    chosen = MINERALS[mineral] if isinstance(mineral, str) else mineral
    formula = MineralFormula(chosen, columns, options or FormulaOptions())
    found = formula.evaluate(values, measured)
    assert found.shape == (len(values), len(formula.quantities))
    return {(q.kind, q.name): found[:, k] for k, q in enumerate(formula.quantities)}


def of_kind(quantities: Mapping[tuple[str, str], FloatArray], kind: str) -> dict[str, FloatArray]:
    return {name: values for (k, name), values in quantities.items() if k == kind}


def row(wt: Mapping[str, float]) -> FloatArray:
    """Return one analysis in the order of `COLUMNS`, NaN where a column is not named."""
    return np.array([[wt.get(name, np.nan) for name in COLUMNS]])


def same(left: FloatArray, right: FloatArray, tolerance: float = 1e-9) -> None:
    np.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance)
