"""First-order standard deviations against Monte Carlo and against the naive sum of relative errors."""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula, Quantity
from phasewise.chem.minerals import load_minerals
from phasewise.core.first_order import first_order_sigma
from phasewise.core.types import FloatArray

DRAWS = 20_000

ANALYSES: dict[str, dict[str, float]] = {
    "Olivine": {"SiO2": 40.2, "FeOt": 12.5, "MnO": 0.2, "MgO": 47.0, "NiO": 0.3, "CaO": 0.1},
    "Plagioclase": {"SiO2": 55.0, "Al2O3": 28.2, "FeOt": 0.3, "CaO": 10.5, "Na2O": 5.5, "K2O": 0.3},
    "Garnet": {"SiO2": 36.0, "Al2O3": 13.6, "FeOt": 16.5, "MnO": 1.5, "MgO": 0.9, "CaO": 29.5},
    "Clinopyroxene": {
        "SiO2": 49.0,
        "TiO2": 1.3,
        "Al2O3": 6.0,
        "Cr2O3": 0.3,
        "FeOt": 8.5,
        "MnO": 0.15,
        "MgO": 14.5,
        "CaO": 19.7,
        "Na2O": 0.9,
    },
    "Spinel": {"TiO2": 1.0, "Al2O3": 25.0, "Cr2O3": 34.0, "FeOt": 25.0, "MnO": 0.3, "MgO": 14.0},
    "Biotite": {
        "SiO2": 37.0,
        "TiO2": 2.5,
        "Al2O3": 16.0,
        "FeOt": 18.0,
        "MgO": 12.0,
        "Na2O": 0.3,
        "K2O": 9.3,
        "F": 0.4,
        "Cl": 0.1,
    },
    "Muscovite": {
        "SiO2": 47.0,
        "TiO2": 0.5,
        "Al2O3": 33.0,
        "FeOt": 2.5,
        "MgO": 1.5,
        "Na2O": 0.8,
        "K2O": 9.7,
    },
    "Apatite": {"P2O5": 41.5, "CaO": 55.0, "F": 2.4, "Cl": 0.4, "FeOt": 0.2},
}


def table(mineral: str) -> tuple[MineralFormula, FloatArray]:
    wt = ANALYSES[mineral]
    return (
        MineralFormula(load_minerals()[mineral], tuple(wt), FormulaOptions()),
        np.array([list(wt.values())]),
    )


def simulated(
    formula: MineralFormula, values: FloatArray, sigma: FloatArray
) -> tuple[FloatArray, FloatArray]:
    draws = np.random.default_rng(1).normal(values, sigma, (DRAWS, values.shape[1]))
    found = formula.evaluate(draws)
    return found.mean(axis=0), found.std(axis=0)


def smooth(function: partial[FloatArray], values: FloatArray, sigma: FloatArray) -> FloatArray:
    """Return which results have no kink within three standard deviations of any value."""
    steep = np.ones(function(values).shape[1], dtype=bool)
    for column in range(values.shape[1]):
        ahead = []
        for step in (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0):
            moved = values.copy()
            moved[:, column] += step * sigma[:, column]
            ahead.append(function(moved)[0])
        slopes = np.diff(ahead, axis=0)
        spread = slopes.max(axis=0) - slopes.min(axis=0)
        steep &= spread <= 0.15 * np.abs(slopes).max(axis=0) + 1e-9
    return steep


@pytest.mark.parametrize("mineral", sorted(ANALYSES))
def test_first_order_is_what_monte_carlo_finds(mineral: str) -> None:
    """20,000 draws have a relative error of 0.5 % in a standard deviation; 5 % is far outside it."""
    formula, values = table(mineral)
    sigma = np.maximum(0.01 * values, 0.02)
    found = first_order_sigma(formula.evaluate, values, sigma)[0]
    _, expected = simulated(formula, values, sigma)
    usable = smooth(partial(formula.evaluate), values, sigma) & np.isfinite(expected) & (expected > 1e-6)
    assert usable.sum() >= len(found) / 3
    wrong = {
        formula.quantities[k]: (round(float(found[k]), 5), round(float(expected[k]), 5))
        for k in np.flatnonzero(usable)
        if formula.quantities[k].kind != "check" and abs(found[k] / expected[k] - 1) > 0.05
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("mineral", "names"),
    [
        ("Olivine", ["Si", "Mg", "Fe2+", "Mg#", "sum"]),
        ("Plagioclase", ["Si", "Al", "Ca", "Na"]),
        ("Garnet", ["Fe3+/Fe", "Fe3+", "Fe2+", "X.Ca", "Fe2O3"]),
        ("Spinel", ["Fe3+/Fe", "Mg#", "Cr#"]),
        ("Clinopyroxene", ["T.Al", "M1.Al", "Wo", "En", "Fs", "Ca"]),
        ("Biotite", ["OH", "F", "Si", "H2O"]),
    ],
)
def test_what_is_quoted_is_among_what_was_compared(mineral: str, names: list[str]) -> None:
    formula, values = table(mineral)
    sigma = np.maximum(0.01 * values, 0.02)
    found = first_order_sigma(formula.evaluate, values, sigma)[0]
    _, expected = simulated(formula, values, sigma)
    for name in names:
        (k,) = [k for k, q in enumerate(formula.quantities) if q.name == name]
        assert found[k] > 0, name
        assert found[k] == pytest.approx(expected[k], rel=0.05), name


def test_errors_that_are_added_as_if_independent_are_wrong() -> None:
    """All ions share the sum of oxygens: SiO2 that is too high makes Si too high and Mg too low.

    The relative error of SiO2 alone, and that of all oxides in quadrature, are both far from the truth.
    """
    formula, values = table("Olivine")
    sigma = 0.01 * values
    found = first_order_sigma(formula.evaluate, values, sigma)[0]
    mean, expected = simulated(formula, values, sigma)
    k = formula.quantities.index(Quantity("apfu", "Si"))
    mg = formula.quantities.index(Quantity("apfu", "Mg"))
    assert found[k] == pytest.approx(expected[k], rel=0.05)
    from_its_oxide = 0.01 * mean[k]
    assert from_its_oxide / expected[k] > 1.5
    draws = formula.evaluate(np.random.default_rng(2).normal(values, sigma, (DRAWS, values.shape[1])))
    assert np.corrcoef(draws[:, k], draws[:, mg])[0, 1] < -0.9
    total = formula.quantities.index(Quantity("apfu", "sum"))
    parts = [j for j, q in enumerate(formula.quantities) if q.kind == "apfu" and q.name != "sum"]
    as_if_independent = np.sqrt(np.sum(found[parts] ** 2))
    assert found[total] == pytest.approx(expected[total], rel=0.05)
    assert as_if_independent / found[total] > 1.5


def test_linear_functions_are_exact() -> None:
    matrix = np.array([[1.0, 2.0], [-3.0, 0.5], [0.0, 4.0]])
    sigma = np.array([[0.1, 0.2, 0.3]])
    found = first_order_sigma(lambda x: x @ matrix, np.array([[5.0, 6.0, 7.0]]), sigma)
    np.testing.assert_allclose(found**2, sigma**2 @ matrix**2, rtol=1e-9)


def test_at_a_kink_the_slope_is_the_mean_of_both_sides() -> None:
    found = first_order_sigma(lambda x: np.maximum(x, 0.0), np.array([[0.0]]), np.array([[0.1]]))
    assert found[0, 0] == pytest.approx(0.05)


@given(st.floats(1e-4, 2), st.floats(0.1, 100))
def test_sigma_scales_with_the_errors(scale: float, value: float) -> None:
    def ratio(x: FloatArray) -> FloatArray:
        return np.asarray(x[:, :1] / x.sum(axis=1, keepdims=True))

    values, sigma = np.array([[value, 50.0]]), np.array([[0.01 * value, 0.3]])
    once = first_order_sigma(ratio, values, sigma)
    np.testing.assert_allclose(first_order_sigma(ratio, values, scale * sigma), scale * once, rtol=2e-3)


def test_rows_without_errors_have_none() -> None:
    def double(x: FloatArray) -> FloatArray:
        return 2 * x

    values = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, np.nan]])
    sigma = np.array([[0.1, np.nan], [np.nan, np.nan], [0.2, 0.3]])
    found = first_order_sigma(double, values, sigma)
    np.testing.assert_allclose(found[0], [0.2, 0.0])
    assert np.isnan(found[1]).all()
    assert found[2, 0] == pytest.approx(0.4)
    assert np.isnan(found[2, 1])
    assert np.isnan(first_order_sigma(double, values, np.full_like(values, np.nan))).all()
    assert np.isnan(first_order_sigma(double, values, np.zeros_like(values))).all()


def test_the_input_is_not_changed_and_rows_are_independent() -> None:
    formula, values = table("Garnet")
    many = np.vstack([values, 0.9 * values, np.full_like(values, np.nan)])
    sigma = np.full_like(many, 0.2)
    before = many.copy(), sigma.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = first_order_sigma(formula.evaluate, many, sigma)
    assert np.array_equal(many, before[0], equal_nan=True)
    assert np.array_equal(sigma, before[1])
    np.testing.assert_allclose(first_order_sigma(formula.evaluate, values, sigma[:1])[0], found[0], atol=1e-8)


def test_an_oxide_at_zero_with_an_error_has_a_sigma() -> None:
    """Its lower side is below zero; the formula takes counting noise as it comes."""
    formula, values = table("Olivine")
    values[0, formula.columns.index("CaO")] = 0.0
    sigma = np.full_like(values, 0.05)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = first_order_sigma(formula.evaluate, values, sigma)[0]
    assert found[formula.quantities.index(Quantity("apfu", "Ca"))] > 1e-4


def test_a_jump_counts_with_its_own_size_at_most() -> None:
    """Which assumption an amphibole meets may change within its errors: O of kaersutite, choice of Fe3+."""

    def jump(x: FloatArray) -> FloatArray:
        return np.where(x > 5.0, 1.0, 0.0)

    assert first_order_sigma(jump, np.array([[5.0]]), np.array([[0.1]]))[0, 0] <= 1.0
    amphibole = MineralFormula(
        load_minerals()["Amphibole"],
        ("SiO2", "TiO2", "Al2O3", "FeOt", "MgO", "CaO", "Na2O", "K2O"),
        FormulaOptions(),
    )
    typical = np.array([40.0, 4.5, 14.0, 9.0, 13.0, 11.5, 2.5, 1.0])
    many = typical * (1 + 0.03 * np.random.default_rng(3).normal(size=(20_000, len(typical))))
    found = first_order_sigma(amphibole.evaluate, many, 0.01 * many)
    assert np.nanmax(found[:, amphibole.quantities.index(Quantity("iron", "Fe3+/Fe"))]) < 1.5
    assert np.nanmax(found[:, amphibole.quantities.index(Quantity("apfu", "Si"))]) < 0.5
