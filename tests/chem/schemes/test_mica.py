"""The mica quadrilateral at its corners, inside it, and where there is nothing to divide."""

import numpy as np
import pytest

from phasewise.chem.formula import parse_formula
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.ions import IONS, ions_of_formula
from phasewise.chem.mineral import Site
from phasewise.chem.schemes.mica import biotite_quadrilateral
from phasewise.chem.sites import fill_sites
from phasewise.core.types import FloatArray

SITES = (Site("T", 4.0, ("Si", "Al")), Site("M", 3.0, ("Al", "Mg", "Fe2+", "Mn")))
FORMULAE = (
    "KMg3AlSi3O10(OH)2",
    "KFe3AlSi3O10(OH)2",
    "KMg2Al3Si2O10(OH)2",
    "KFe2Al3Si2O10(OH)2",
)
MEMBERS = np.array([ions_of_formula(parse_formula(formula)) for formula in FORMULAE])


def units_of(ions: FloatArray) -> FormulaUnits:
    return FormulaUnits(ions, fill_sites(ions, SITES))


def test_each_end_member_is_itself() -> None:
    np.testing.assert_allclose(biotite_quadrilateral(units_of(MEMBERS)), 100 * np.eye(4), atol=1e-9)


def test_a_mixture_keeps_its_aluminium_and_its_mg_number() -> None:
    shares = np.random.default_rng(0).dirichlet(np.ones(4), size=50)
    ions = shares @ MEMBERS
    found = biotite_quadrilateral(units_of(ions)) / 100
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    np.testing.assert_allclose(found[:, 2] + found[:, 3], shares[:, 2] + shares[:, 3], atol=1e-9)
    magnesium, iron = ions[:, IONS.index("Mg")], ions[:, IONS.index("Fe2+")]
    np.testing.assert_allclose(found[:, 0] + found[:, 2], magnesium / (magnesium + iron), atol=1e-9)


def test_equal_mixtures_in_both_pairs_are_recovered() -> None:
    x, y = 0.3, 0.4
    ions = np.zeros((1, len(IONS)))
    divalent = 3 - y
    for ion, amount in {
        "K": 1.0,
        "Si": 3 - y,
        "Al": 1 + 2 * y,
        "Mg": divalent * x,
        "Fe2+": divalent * (1 - x),
    }.items():
        ions[0, IONS.index(ion)] = amount
    expected = 100 * np.array([[(1 - y) * x, (1 - y) * (1 - x), y * x, y * (1 - x)]])
    np.testing.assert_allclose(biotite_quadrilateral(units_of(ions)), expected)


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_rows_without_a_formula_are_nan_and_inputs_stay(value: float) -> None:
    ions = np.full((2, len(IONS)), value)
    ions[1] = MEMBERS[0]
    before = ions.copy()
    found = biotite_quadrilateral(units_of(ions))
    assert np.isnan(found[0]).all()
    np.testing.assert_allclose(found[1], [100, 0, 0, 0])
    np.testing.assert_array_equal(ions, before)
