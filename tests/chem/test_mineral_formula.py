"""The whole way from wt% to the numbers that petrologists print."""

from __future__ import annotations

import numpy as np
import pytest

from phasewise.chem.formula import parse_formula
from phasewise.chem.ions import ANIONS, IONS
from phasewise.chem.mineral import Mineral
from phasewise.chem.mineral_formula import WATER_OPTIONS, FormulaOptions, MineralFormula, Quantity
from phasewise.core.types import COLUMNS

from .formula_cases import MINERALS, calculate, charge, element, of_kind, pure, random_mixtures, row

MEMBERS = [
    pytest.param(mineral, member.formula, id=f"{mineral.name}-{member.name}")
    for mineral in MINERALS.values()
    for member in mineral.end_members
]
SAN_CARLOS = row({"SiO2": 40.81, "FeOt": 9.55, "MnO": 0.14, "MgO": 49.42, "NiO": 0.37})


def on_basis(mineral: Mineral, formula: str) -> dict[str, float]:
    """Return the ions of a formula, multiplied so that it holds what the basis asks for."""
    basis, ions = mineral.basis, dict.fromkeys(IONS, 0.0)
    for atom, amount in parse_formula(formula).items():
        if atom != "O":
            name = {"Fe": "Fe2+", "H": "OH"}.get(atom, atom)
            ions[name if name in IONS else element(name)] += amount
    cations = [ion for ion in IONS if ion not in (*ANIONS, *basis.without)]
    if basis.count:
        iron = {"Fe": ions["Fe2+"] + ions["Fe3+"], "sum": sum(ions[ion] for ion in cations)}
        held = sum(factor * (ions | iron)[name] for name, factor in basis.count)
        assert held > 0, "the end member holds nothing of what is counted"
        factor = basis.count_to / held
    else:
        anions = sum(ions[ion] for ion in ANIONS) if basis.anions else 0.0
        held = sum(charge(ion) * ions[ion] for ion in cations) / 2 + anions / 2
        factor = (basis.oxygens + basis.anions / 2) / held
    if not basis.anions:
        ions["OH"] = 0.0
    return {ion: factor * amount for ion, amount in ions.items()}


@pytest.mark.parametrize(("mineral", "formula"), MEMBERS)
def test_pure_end_members_give_their_formula(mineral: Mineral, formula: str) -> None:
    known = pure(formula)
    options = FormulaOptions(water="measured")
    found = of_kind(calculate(mineral, known.values, known.ferric, options=options), "apfu")
    expected = on_basis(mineral, formula)
    wrong = {
        ion: (round(float(found[ion][0]), 4), round(n, 4))
        for ion, n in expected.items()
        if ion in found and not abs(found[ion][0] - n) < 1e-4
    }
    assert wrong == {}


def test_quantities_are_unique_and_in_the_order_of_petrologists() -> None:
    for mineral in MINERALS.values():
        quantities = MineralFormula(mineral, COLUMNS, FormulaOptions()).quantities
        assert len(set(quantities)) == len(quantities)
        kinds = list(dict.fromkeys(quantity.kind for quantity in quantities))
        order = ["oxide", "iron", "apfu", "site", "end member", "index", "check"]
        assert kinds == [kind for kind in order if kind in kinds]
        of_members = [q.name for q in quantities if q.kind in ("end member", "index")]
        assert len(set(of_members)) == len(of_members), mineral.name


def test_olivine() -> None:
    found = calculate("Olivine", SAN_CARLOS)
    assert found["apfu", "sum"][0] == pytest.approx(3.0, abs=0.01)
    magnesium, iron = 49.42 / 40.304, 9.55 / 71.844
    assert found["index", "Mg#"][0] == pytest.approx(100 * magnesium / (magnesium + iron), abs=1e-3)
    assert found["oxide", "total"][0] == pytest.approx(100.29)
    assert found["oxide", "Fe2O3"][0] == 0.0


def test_columns_decide_what_is_listed() -> None:
    narrow = MineralFormula(MINERALS["Olivine"], ("SiO2", "MgO"), FormulaOptions())
    assert {q.name for q in narrow.quantities if q.kind == "apfu"} == {"Si", "Mg", "sum"}
    found = narrow.evaluate(np.array([[42.71, 57.29]]))
    assert found[0, narrow.quantities.index(Quantity("apfu", "Mg"))] == pytest.approx(2.0, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "formula", "water"),
    [
        ("Amphibole", "Ca2Mg5Si8O22(OH)2", 2.218),
        ("Biotite", "KMg3AlSi3O10(OH)2", 4.318),
        ("Muscovite", "KAl3Si3O10(OH)2", 4.523),
        ("Apatite", "Ca5P3O12(OH)", 1.793),
        ("Talc", "Mg3Si4O10(OH)2", 4.750),
    ],
)
def test_water_of_the_formula_is_that_of_the_mineral(name: str, formula: str, water: float) -> None:
    values = pure(formula).values
    assert values[0, COLUMNS.index("H2O")] == pytest.approx(water, abs=2e-3)
    values[:, COLUMNS.index("H2O")] = np.nan
    found = calculate(name, values)
    assert found["oxide", "H2O"][0] == pytest.approx(water, abs=2e-3)
    assert found["oxide", "total with H2O"][0] == pytest.approx(100.0, abs=1e-6)
    assert found["oxide", "total"][0] == pytest.approx(100.0 - water, abs=2e-3)


def test_oxygen_for_fluorine_is_subtracted_from_the_total() -> None:
    values = pure("Ca5P3O12F").values
    assert np.nansum(values) > 101
    found = calculate("Apatite", values)
    assert found["oxide", "total"][0] == pytest.approx(100.0, abs=1e-6)
    assert found["oxide", "O=F,Cl"][0] == pytest.approx(0.42107 * values[0, COLUMNS.index("F")], abs=1e-3)


def test_water_options_of_a_mica_with_a_low_total() -> None:
    values = 0.98 * pure("KMg3AlSi3O10(OH)1F1").values
    full = {w: calculate("Biotite", values, options=FormulaOptions(water=w)) for w in WATER_OPTIONS}
    assert full["stoichiometry"]["apfu", "OH"][0] == pytest.approx(1.0)
    assert full["measured"]["apfu", "OH"][0] == pytest.approx(1.0)
    assert np.isnan(full["none"]["apfu", "OH"][0])
    assert full["none"]["apfu", "Si"][0] == pytest.approx(3.0)
    by_difference = full["difference"]
    assert by_difference["oxide", "total with H2O"][0] == pytest.approx(100.0)
    assert by_difference["oxide", "H2O"][0] == pytest.approx(0.98 * 2.149 + 2.0, abs=2e-3)
    assert by_difference["apfu", "OH"][0] > 1.5
    assert by_difference["apfu", "Si"][0] < 3.0


def test_water_by_difference_of_a_total_above_a_hundred_is_none() -> None:
    values = 1.1 * pure("KMg3AlSi3O10(OH)2").values
    found = calculate("Biotite", values, options=FormulaOptions(water="difference"))
    assert found["oxide", "H2O"][0] == 0.0
    assert found["apfu", "OH"][0] == 0.0


def test_measured_water_that_is_blank_is_found_by_stoichiometry() -> None:
    values = np.repeat(pure("KMg3AlSi3O10(OH)2").values, 2, axis=0)
    values[0, COLUMNS.index("H2O")] = np.nan
    found = calculate("Biotite", values, options=FormulaOptions(water="measured"))
    np.testing.assert_allclose(found["apfu", "OH"], 2.0, atol=1e-9)
    found = calculate(
        "Biotite",
        np.delete(values, COLUMNS.index("H2O"), axis=1),
        columns=tuple(name for name in COLUMNS if name != "H2O"),
        options=FormulaOptions(water="measured"),
    )
    np.testing.assert_allclose(found["apfu", "OH"], 2.0, atol=1e-9)


def test_oxygen_on_the_anion_site_is_what_measured_water_leaves() -> None:
    known = pure("NaCa2Mg3TiAl3Si6O23(OH)1")
    values = pure("NaCa2Mg3TiAl3Si6O24").values
    assert known.values[0, COLUMNS.index("H2O")] > 0
    found = calculate("Amphibole", values, options=FormulaOptions(water="measured"))
    assert found["site", "W.O"][0] == pytest.approx(2.0)
    assert found["apfu", "Si"][0] == pytest.approx(6.0)


@pytest.mark.parametrize("oxygens", [4.0, 24.0])
def test_another_number_of_oxygens(oxygens: float) -> None:
    once = calculate("Olivine", SAN_CARLOS)
    found = calculate("Olivine", SAN_CARLOS, options=FormulaOptions(oxygens=oxygens))
    assert found["apfu", "Mg"][0] == pytest.approx(once["apfu", "Mg"][0] * oxygens / 4)
    assert found["index", "Mg#"][0] == once["index", "Mg#"][0]


def test_departures_are_those_of_the_stoichiometry_table() -> None:
    for mineral in MINERALS.values():
        known = random_mixtures(mineral, 20, 40)
        formula = MineralFormula(mineral, COLUMNS, FormulaOptions())
        found, departures = formula.calculate(known.values, known.ferric).departures
        assert found.shape == departures.shape == (20, len(mineral.stoichiometry))
        for k, entry in enumerate(mineral.stoichiometry):
            np.testing.assert_allclose(
                departures[:, k] * entry.tolerance + entry.expected, found[:, k], atol=1e-9
            )
        if mineral.stoichiometry:
            check = calculate(mineral, known.values, known.ferric)["check", "departure"]
            np.testing.assert_allclose(check, np.abs(departures).max(axis=1))


@pytest.mark.parametrize("name", sorted(n for n, m in MINERALS.items() if m.stoichiometry))
def test_other_minerals_depart(name: str) -> None:
    """A check that analyses of other minerals passed would be none."""
    others = np.vstack([pure(m.end_members[0].formula).values for n, m in MINERALS.items() if n != name])
    departure = calculate(name, others)["check", "departure"]
    assert np.mean(~(departure <= 1)) > 0.7


KAERSUTITE = "NaCa2Mg3TiAl3Si6O24"


@pytest.mark.parametrize(
    ("formula", "oxo", "hydroxyl", "silicon"),
    [
        (KAERSUTITE, "always", 0.0, 6.0),
        (KAERSUTITE, "never", 2.0, 6 * 23 / 24),
        (KAERSUTITE, "auto", 0.0, 6.0),
        ("NaCa2Mg3.8Ti0.1Al2.8Si6.2O22.2(OH)1.8", "always", 1.8, 6.2),
        ("Ca2Mg5Si8O22(OH)2", "always", 2.0, 8.0),
        ("Ca2Mg5Si8O22(OH)2", "never", 2.0, 8.0),
    ],
)
def test_oxygen_in_the_place_of_hydroxyl_follows_titanium(
    formula: str, oxo: str, hydroxyl: float, silicon: float
) -> None:
    found = calculate("Amphibole", pure(formula).values, options=FormulaOptions(fe3="ferrous", oxo=oxo))
    assert found["apfu", "OH"][0] == pytest.approx(hydroxyl, abs=1e-9)
    assert found["site", "W.O"][0] == pytest.approx(2.0 - hydroxyl, abs=1e-9)
    assert found["apfu", "Si"][0] == pytest.approx(silicon)


def test_measured_water_goes_before_any_assumption_on_oxygen() -> None:
    """Neutral on 24 O + OH + F + Cl with 1 OH, although 2 Ti would leave none."""
    known = pure("NaCa2Mg3.5TiAl2Si6.25O23(OH)1")
    for oxo in ("always", "auto", "never"):
        options = FormulaOptions(fe3="ferrous", water="measured", oxo=oxo)
        found = calculate("Amphibole", known.values, options=options)
        assert found["apfu", "OH"][0] == pytest.approx(1.0)
        assert found["apfu", "Si"][0] == pytest.approx(6.25)
        assert found["site", "W.O"][0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("fe3", "scheme", "measured"),
    [
        ("auto", "charge balance", [True, False]),
        ("measured", "measured", [True, False]),
        ("ferrous", "ferrous", [False, False]),
        (0.2, "fixed", [False, False]),
    ],
)
def test_formulae_say_how_iron_was_divided(fe3: str | float, scheme: str, measured: list[bool]) -> None:
    values = random_mixtures(MINERALS["Garnet"], 2, 1).values
    formula = MineralFormula(MINERALS["Garnet"], COLUMNS, FormulaOptions(fe3=fe3))
    found = formula.calculate(values, np.array([0.1, np.nan]))
    assert found.iron_scheme == scheme
    assert found.ferric_measured.tolist() == measured


@pytest.mark.parametrize(
    ("water", "measured", "filled"),
    [
        ("stoichiometry", [False, False], [True, True]),
        ("measured", [True, False], [False, True]),
        ("difference", [False, False], [False, False]),
        ("none", [False, False], [True, True]),
    ],
)
def test_formulae_say_where_oh_comes_from(water: str, measured: list[bool], filled: list[bool]) -> None:
    values = random_mixtures(MINERALS["Biotite"], 2, 1).values
    values[:, COLUMNS.index("H2O")] = 2.0, np.nan
    formula = MineralFormula(MINERALS["Biotite"], COLUMNS, FormulaOptions(water=water))
    found = formula.calculate(values)
    assert found.water_measured.tolist() == measured
    assert found.anions_filled.tolist() == filled
