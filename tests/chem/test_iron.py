"""Fe2+ and Fe3+: Droop (1987), what was measured, and what belongs to which mineral."""

from __future__ import annotations

import numpy as np
import pytest

from phasewise.chem.iron import AMPHIBOLE_CHOICES, FE3_OPTIONS, check_fe3, ferric_fraction
from phasewise.chem.mineral_formula import FormulaOptions
from phasewise.chem.oxides import CATIONS, moles, oxygens_per_cation
from phasewise.core.types import COLUMNS, FloatArray

from .formula_cases import MINERALS, calculate, mixtures, pure, random_mixtures

BALANCED = sorted(n for n, m in MINERALS.items() if m.basis.iron == "charge balance")


def fraction(
    name: str, values: FloatArray, fe3: str | float = "auto", measured: FloatArray | None = None
) -> FloatArray:
    known = np.full(len(values), np.nan) if measured is None else measured
    return ferric_fraction(moles(values, COLUMNS), MINERALS[name], fe3, known)


@pytest.mark.parametrize(
    ("name", "formula", "expected"),
    [
        ("Clinopyroxene", "NaFe3+Si2O6", 1.0),
        ("Clinopyroxene", "CaFe3+AlSiO6", 1.0),
        ("Clinopyroxene", "CaFeSi2O6", 0.0),
        ("Clinopyroxene", "CaMg0.8Fe3+0.2Al0.2Si1.8O6", 1.0),
        ("Orthopyroxene", "MgFe3+AlSiO6", 1.0),
        ("Garnet", "Ca3Fe3+2Si3O12", 1.0),
        ("Garnet", "Fe3Fe3+2Si3O12", 0.4),
        ("Garnet", "Fe3Al2Si3O12", 0.0),
        ("Magnetite", "FeFe3+2O4", 2 / 3),
        ("Magnetite", "Fe2TiO4", 0.0),
        ("Magnetite", "MgFe3+2O4", 1.0),
        ("Spinel", "Fe1.2Fe3+0.6Al1.0Ti0.2O4", 1 / 3),
        ("Ilmenite", "Fe0.75Ti0.75Fe3+0.5O3", 0.4),
        ("Hematite", "Fe3+2O3", 1.0),
    ],
)
def test_charge_balance_finds_the_iron_of_ideal_formulae(name: str, formula: str, expected: float) -> None:
    known = pure(formula)
    assert known.ferric[0] == pytest.approx(expected)
    assert MINERALS[name].basis.iron == "charge balance"
    assert fraction(name, known.values)[0] == pytest.approx(expected, abs=1e-9)
    measured = calculate(name, known.values, known.ferric)["apfu", "sum"]
    assert measured[0] == pytest.approx(MINERALS[name].basis.cations, abs=1e-9)


@pytest.mark.parametrize("name", BALANCED)
def test_charge_balance_finds_the_iron_of_mixtures_without_vacancies(name: str) -> None:
    """A mixture has the ideal sum of cations if all its members have; its Fe3+ is then exact."""
    mineral = MINERALS[name]
    ideal = []
    for member in mineral.end_members:
        known = pure(member.formula)
        cations = calculate(mineral, known.values, known.ferric)["apfu", "sum"]
        if abs(cations[0] - mineral.basis.cations) < 1e-6:
            ideal.append(member.formula)
    assert len(ideal) >= 2
    known = mixtures(ideal, np.random.default_rng(1).dirichlet(np.full(len(ideal), 0.5), 50))
    some = known.values[:, COLUMNS.index("FeOt")] > 0.5
    assert some.any()
    np.testing.assert_allclose(fraction(name, known.values)[some], known.ferric[some], atol=1e-6)


@pytest.mark.parametrize("name", BALANCED)
def test_charge_balance_is_the_formula_of_droop(name: str) -> None:
    """F = 2 X (1 - T / S), S cations on X oxygens, as Droop writes it; iron is normalised to T cations."""
    basis = MINERALS[name].basis
    assert not basis.without
    values = random_mixtures(MINERALS[name], 200, 3).values
    amounts = moles(values, COLUMNS)
    amounts[:, np.isin(CATIONS, ("H", "F", "Cl"))] = 0.0
    on_oxygens = basis.oxygens * amounts / (amounts @ oxygens_per_cation())[:, None]
    found = on_oxygens.sum(axis=1)
    ferric = 2 * basis.oxygens * (1 - basis.cations / found)
    iron = on_oxygens[:, CATIONS.index("Fe")] * basis.cations / found
    some = iron > 1e-6
    expected = np.clip(ferric[some] / iron[some], 0, 1)
    np.testing.assert_allclose(fraction(name, values)[some], expected, atol=1e-8)


def test_after_charge_balance_both_sums_are_ideal() -> None:
    values = pure("CaMg0.7Fe0.1Fe3+0.2Al0.3Si1.7O6").values
    found = calculate("Clinopyroxene", values)
    assert found["apfu", "sum"][0] == pytest.approx(4.0, abs=1e-9)
    off = calculate("Clinopyroxene", values, options=FormulaOptions(fe3="ferrous"))
    assert off["apfu", "sum"][0] > 4.01


def test_fe3_is_bounded_by_none_and_by_all_iron() -> None:
    rich, poor = pure("CaMgSi1.9O6").values, pure("CaMgSi2.1O6").values
    both = np.vstack([rich, poor])
    both[:, COLUMNS.index("FeOt")] = 0.3
    assert np.array_equal(fraction("Clinopyroxene", both), [1.0, 0.0])


def test_what_was_measured_goes_before_the_scheme() -> None:
    values = np.repeat(pure("FeFe3+2O4").values, 3, axis=0)
    measured = np.array([0.5, np.nan, 0.0])
    np.testing.assert_allclose(fraction("Magnetite", values, "auto", measured), [0.5, 2 / 3, 0.0])
    np.testing.assert_allclose(fraction("Magnetite", values, "charge balance", measured), np.full(3, 2 / 3))
    np.testing.assert_array_equal(fraction("Magnetite", values, "measured", measured), measured)
    np.testing.assert_array_equal(fraction("Magnetite", values, 0.2, measured), np.full(3, 0.2))
    np.testing.assert_array_equal(fraction("Magnetite", values, "ferrous", measured), np.zeros(3))
    np.testing.assert_array_equal(fraction("Magnetite", values, "ferric", measured), np.ones(3))


def test_measured_iron_of_a_mineral_without_iron_is_nothing() -> None:
    assert fraction("Quartz", pure("SiO2").values, "measured")[0] == 0.0
    found = calculate("Quartz", pure("SiO2").values, options=FormulaOptions(fe3="measured"))
    assert found["apfu", "Si"][0] == pytest.approx(1.0)


def test_halogens_and_water_do_not_change_the_balance() -> None:
    values = random_mixtures(MINERALS["Garnet"], 20, 4).values
    more = values.copy()
    for name in ("F", "Cl", "H2O"):
        more[:, COLUMNS.index(name)] = 1.5
    np.testing.assert_allclose(fraction("Garnet", more), fraction("Garnet", values), atol=1e-12)


@pytest.mark.parametrize("name", sorted(n for n, m in MINERALS.items() if not m.basis.cations))
def test_charge_balance_is_refused_where_the_sum_is_open(name: str) -> None:
    assert np.isnan(fraction(name, random_mixtures(MINERALS[name], 5, 5).values, "charge balance")).all()
    assert MINERALS[name].basis.iron != "charge balance"


@pytest.mark.parametrize("choice", AMPHIBOLE_CHOICES)
def test_the_choices_of_amphiboles_belong_to_amphiboles(choice: str) -> None:
    garnet = pure("Ca3Fe3+2Si3O12").values
    assert np.array_equal(fraction("Garnet", garnet, choice), fraction("Garnet", garnet, "auto"))
    found = fraction("Amphibole", random_mixtures(MINERALS["Amphibole"], 50, 6).values, choice)
    assert np.all((found >= 0) & (found <= 1))


def test_the_choices_of_amphiboles_are_in_order() -> None:
    values = random_mixtures(MINERALS["Amphibole"], 200, 7).values
    low, high, mean = (fraction("Amphibole", values, c) for c in ("minimum", "maximum", "mean"))
    assert np.all(low <= high)
    np.testing.assert_allclose(mean, (low + high) / 2)
    np.testing.assert_array_equal(fraction("Amphibole", values), fraction("Amphibole", values, "chosen"))


@pytest.mark.parametrize("fe3", FE3_OPTIONS)
def test_options_are_themselves(fe3: str) -> None:
    assert check_fe3(fe3) == fe3


@pytest.mark.parametrize(("fe3", "number"), [("0", 0.0), (0, 0.0), ("1", 1.0), (0.35, 0.35), (" .5 ", 0.5)])
def test_a_fixed_fraction_is_a_number(fe3: str | float, number: float) -> None:
    assert check_fe3(fe3) == number


@pytest.mark.parametrize("fe3", ["", "droop", "nan", "inf", "-0.1", 1.2, float("nan"), "Ferric", "50 %"])
def test_other_options_are_refused_with_the_choices(fe3: str | float) -> None:
    with pytest.raises(ValueError, match="charge balance"):
        check_fe3(fe3)
