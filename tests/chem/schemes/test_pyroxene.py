"""Components of pyroxenes: a printed example, pure components, mass balance."""

from collections.abc import Callable

import numpy as np
import pytest

from phasewise.chem.formula import parse_formula
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.ions import ION_VALENCES, IONS, ions_of_formula
from phasewise.chem.schemes.pyroxene import (
    augite_lindsley,
    clinopyroxene_neave,
    clinopyroxene_putirka,
    orthopyroxene_lindsley,
    orthopyroxene_sequence,
    pigeonite_lindsley,
)
from phasewise.core.types import FloatArray

Function = Callable[[FormulaUnits], FloatArray]
CLINOPYROXENE = (
    "NaAlSi2O6",
    "NaFe3+Si2O6",
    "NaMg0.5Ti0.5Si2O6",
    "NaCrSi2O6",
    "CaFe3+AlSiO6",
    "CaAl2SiO6",
    "CaTiAl2O6",
    "CaCrAlSiO6",
    "CaMgSi2O6",
    "Mg2Si2O6",
)
ORTHOPYROXENE = tuple(formula.replace("Ca", "Mg") for formula in CLINOPYROXENE[:8]) + CLINOPYROXENE[8:]


def members(formulae: tuple[str, ...]) -> FloatArray:
    return np.array([ions_of_formula(parse_formula(formula)) for formula in formulae])


def units(**apfu: float) -> FormulaUnits:
    names = {"Fe2": "Fe2+", "Fe3": "Fe3+"}
    ions = np.zeros((1, len(IONS)))
    for name, value in apfu.items():
        ions[0, IONS.index(names.get(name, name))] = value
    return FormulaUnits(ions)


def test_putirka_2008_table_3() -> None:
    """Cations and components of doi:10.2138/rmg.2008.69.3, table 3, as ProbeDataTools quotes them."""
    printed = units(
        Si=1.9553, Ti=0.0092, Al=0.0694, Fe2=0.3080, Mn=0.0076, Mg=0.7379, Ca=0.8978, Na=0.0267, Cr=0.0015
    )
    expected = [0.0247, 0.0000, 0.0223, 0.0007, 0.8747, 0.0856]
    np.testing.assert_allclose(clinopyroxene_putirka(printed)[0] / 100, expected, atol=1e-4)


def test_putirka_does_not_depend_on_how_iron_was_divided() -> None:
    ferrous = units(Si=1.80, Ti=0.03, Al=0.28, Fe2=0.30, Mg=0.80, Ca=0.80, Na=0.05)
    oxygens = ferrous.ions @ np.maximum(ION_VALENCES, 0) / 2
    ferrous = FormulaUnits(ferrous.ions * (6 / oxygens)[:, None])
    divided = ferrous.ions.copy()
    divided[0, IONS.index("Fe3+")] = 0.3 * divided[0, IONS.index("Fe2+")]
    divided[0, IONS.index("Fe2+")] *= 0.7
    divided *= 6 / (divided @ np.maximum(ION_VALENCES, 0) / 2)[:, None]
    np.testing.assert_allclose(
        clinopyroxene_putirka(FormulaUnits(divided)), clinopyroxene_putirka(ferrous), atol=1e-10
    )


@pytest.mark.parametrize(
    ("function", "formulae"),
    [(clinopyroxene_neave, CLINOPYROXENE), (orthopyroxene_sequence, ORTHOPYROXENE)],
)
class TestSequence:
    def test_each_pure_component_is_itself(self, function: Function, formulae: tuple[str, ...]) -> None:
        found = function(FormulaUnits(members(formulae)))
        np.testing.assert_allclose(found, 100 * np.eye(10), atol=1e-9)

    def test_components_of_stoichiometric_analyses_add_up_to_them(
        self, function: Function, formulae: tuple[str, ...]
    ) -> None:
        rng = np.random.default_rng(3)
        ions = rng.dirichlet(np.array([1, 1, 0.3, 0.3, 1, 1, 0.5, 0.3, 12, 6]), 300) @ members(formulae)
        found = function(FormulaUnits(ions))
        kept = (found[:, 8] > 0) & (found[:, 9] > 0)
        assert kept.mean() > 0.9
        np.testing.assert_allclose(found[kept].sum(axis=1), 100, atol=1e-9)
        np.testing.assert_allclose((found[kept] / 100) @ members(formulae), ions[kept], atol=1e-9)

    def test_rows_without_a_formula_are_nan_and_the_input_is_untouched(
        self, function: Function, formulae: tuple[str, ...]
    ) -> None:
        ions = np.vstack([members(formulae)[8], np.full(len(IONS), np.nan)])
        before = ions.copy()
        found = function(FormulaUnits(ions))
        assert np.isfinite(found[0]).all()
        assert np.isnan(found[1]).all()
        np.testing.assert_array_equal(ions, before)


@pytest.mark.parametrize("function", [augite_lindsley, pigeonite_lindsley, orthopyroxene_lindsley])
class TestLindsley:
    def test_pyroxenes_of_the_quadrilateral_are_ca_mg_fe(self, function: Function) -> None:
        rng = np.random.default_rng(4)
        truth = rng.dirichlet([2, 3, 2], 200)
        truth = truth[truth[:, 0] <= 0.5]
        ions = np.zeros((len(truth), len(IONS)))
        ions[:, [IONS.index(ion) for ion in ("Ca", "Mg", "Fe2+")]] = 2 * truth
        ions[:, IONS.index("Si")] = 2
        np.testing.assert_allclose(function(FormulaUnits(ions)), 100 * truth, atol=1e-9)

    def test_manganese_does_not_count_as_iron(self, function: Function) -> None:
        found = function(units(Si=2, Ca=0.7, Mg=0.6, Fe2=0.6, Mn=0.1))[0]
        assert found[1] == pytest.approx(found[2])

    def test_sums_are_100_and_nothing_is_negative(self, function: Function) -> None:
        rng = np.random.default_rng(5)
        ions = np.zeros((500, len(IONS)))
        names = ("Si", "Al", "Ti", "Cr", "Fe3+", "Fe2+", "Mg", "Mn", "Ca", "Na")
        ions[:, [IONS.index(name) for name in names]] = 4 * rng.dirichlet(np.full(10, 0.4), 500)
        found = function(FormulaUnits(ions))
        known = np.isfinite(found).all(axis=1)
        assert known.mean() > 0.95
        np.testing.assert_allclose(found[known].sum(axis=1), 100)
        assert found[known].min() >= -1e-9

    def test_without_magnesium_and_ferrous_iron_there_is_no_projection(self, function: Function) -> None:
        ions = np.vstack([members(("NaAlSi2O6", "NaFe3+Si2O6", "CaMgSi2O6")), np.full(len(IONS), np.nan)])
        before = ions.copy()
        found = function(FormulaUnits(ions))
        np.testing.assert_array_equal(np.isnan(found).all(axis=1), [True, True, False, True])
        np.testing.assert_array_equal(ions, before)


WITH_OTHERS = units(Si=1.93, Al=0.12, Ti=0.01, Cr=0.01, Fe3=0.02, Fe2=0.27, Mg=0.81, Ca=0.80, Na=0.03)
"""AlIV 0.07, AlVI 0.05, Ac 0.02, Jd 0.01, Fe3+CATS 0, AlCATS 0.04, CrCATS 0.01."""


def test_lindsley_augite_by_hand() -> None:
    wo = 50 * (0.80 + 0.02 - 0.04 - 0.01)
    np.testing.assert_allclose(augite_lindsley(WITH_OTHERS)[0], [wo, (100 - wo) * 0.75, (100 - wo) * 0.25])


def test_lindsley_pigeonite_by_hand() -> None:
    wo = 50 * (2 - 0.27 - 0.81 + 0.02 - 0.04 - 0.01)
    np.testing.assert_allclose(pigeonite_lindsley(WITH_OTHERS)[0], [wo, (100 - wo) * 0.75, (100 - wo) * 0.25])


def test_lindsley_orthopyroxene_by_hand() -> None:
    """AlIV 0.06, R3+ 0.08: NaR3+ 0.02, R2+TiAl2 0.01, R2+R3+Al 0.04, so that R2+ left is 1.83 - 0.05."""
    found = orthopyroxene_lindsley(
        units(Si=1.94, Al=0.10, Ti=0.01, Cr=0.01, Fe3=0.03, Fe2=0.366, Mg=1.464, Ca=0.06, Na=0.02)
    )[0]
    np.testing.assert_allclose(found, 100 * np.array([0.06, 0.8 * 1.78, 0.2 * 1.78]) / 1.84)


@pytest.mark.parametrize("other", ["MgAl2SiO6", "MgFe3+AlSiO6", "MgCrAlSiO6", "MgTiAl2O6", "NaAlSi2O6"])
def test_other_components_do_not_move_an_orthopyroxene(other: str) -> None:
    enstatite, diopside, mixed = members(("Mg2Si2O6", "CaMgSi2O6", other))
    quad = 0.95 * enstatite + 0.05 * diopside
    found = orthopyroxene_lindsley(FormulaUnits(np.array([quad, 0.9 * quad + 0.1 * mixed])))
    np.testing.assert_allclose(found, [[2.5, 97.5, 0]] * 2, atol=1e-9)
