"""Fe3+ of amphiboles: published analyses, end members, and what must hold of any formula."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.formula import parse_formula
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.ions import ANIONS, ION_VALENCES, IONS, ions_of_formula
from phasewise.chem.mineral import EndMember, Reference
from phasewise.chem.mineral_file import read_mineral
from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.oxides import FE2O3_TO_FEO, OXIDES
from phasewise.chem.schemes.amphibole import CONSTRAINTS, SCHEMES, AmphiboleIron, ferric_limits
from phasewise.core.types import FloatArray

FILE = resources.files("phasewise.chem") / "minerals" / "amphibole.toml"
AMPHIBOLE = read_mineral(FILE.read_text("utf-8"), "amphibole.toml")

FERRIC, FERROUS = IONS.index("Fe3+"), IONS.index("Fe2+")
CATION_CHARGES = np.where(np.isin(IONS, ANIONS), 0.0, ION_VALENCES)


def all_ferrous(ions: FloatArray) -> FormulaUnits:
    """Return formulae on 46 positive charges with all iron as Fe2+."""
    found = np.atleast_2d(ions).copy()
    found[:, FERROUS] += found[:, FERRIC]
    found[:, FERRIC] = 0.0
    return FormulaUnits(46.0 * found / (found @ CATION_CHARGES)[:, None])


def of_apfu(**apfu: float) -> FloatArray:
    ions = np.zeros(len(IONS))
    for name, amount in apfu.items():
        ions[IONS.index({"Fe3": "Fe3+", "Fe2": "Fe2+"}.get(name, name))] = amount
    return ions


def limits_of(**apfu: float) -> AmphiboleIron:
    return ferric_limits(all_ferrous(of_apfu(**apfu)))


def of_analysis(wt: dict[str, float]) -> tuple[AmphiboleIron, float]:
    """Return the estimates, and the measured Fe3+ / total Fe."""
    ions = np.zeros(len(IONS))
    for name, value in wt.items():
        element = {"FeO": "Fe2+", "Fe2O3": "Fe3+"}.get(name, OXIDES[name].element)
        ions[IONS.index(element)] += value * OXIDES[name].cations_per_gram
    return ferric_limits(all_ferrous(ions)), float(ions[FERRIC] / (ions[FERRIC] + ions[FERROUS]))


def calculated(reference: Reference) -> dict[str, float]:
    wt = dict(reference.wt)
    ferrous, ferric = wt.pop("FeO", 0.0), wt.pop("Fe2O3", None)
    total = ferrous + FE2O3_TO_FEO * (ferric or 0.0)
    measured = np.nan if ferric is None else FE2O3_TO_FEO * ferric / total
    options = FormulaOptions(fe3=reference.fe3, water=reference.water)
    formula = MineralFormula(AMPHIBOLE, (*wt, "FeOt"), options)
    values = formula.evaluate(np.array([[*wt.values(), total]]), np.array([measured]))[0]
    return {quantity.name: value for quantity, value in zip(formula.quantities, values, strict=True)}


@pytest.mark.parametrize("reference", AMPHIBOLE.references, ids=lambda reference: reference.name)
def test_published_formulae_are_reproduced_within_1_in_the_last_digit(reference: Reference) -> None:
    found = calculated(reference)
    for name, printed in reference.apfu:
        digits = len(printed.partition(".")[2])
        assert round(found[name], digits) == pytest.approx(float(printed), abs=1.001 * 10.0**-digits), name


FERRI_NYBOITE = {
    "SiO2": 45.80,
    "Al2O3": 3.11,
    "TiO2": 0.50,
    "Fe2O3": 11.18,
    "FeO": 23.45,
    "MnO": 2.28,
    "ZnO": 0.12,
    "MgO": 0.23,
    "CaO": 0.99,
    "Na2O": 8.01,
    "K2O": 1.30,
}
HORNBLENDE = {
    "SiO2": 44.12,
    "TiO2": 1.26,
    "Al2O3": 8.82,
    "Fe2O3": 5.53,
    "FeO": 14.77,
    "MnO": 0.50,
    "MgO": 9.19,
    "CaO": 11.74,
    "Na2O": 1.18,
    "K2O": 0.88,
}
PARGASITE = {
    "SiO2": 38.08,
    "TiO2": 1.92,
    "Al2O3": 15.12,
    "Cr2O3": 0.44,
    "FeO": 19.96,
    "MnO": 0.22,
    "MgO": 6.22,
    "CaO": 11.73,
    "Na2O": 1.57,
    "K2O": 2.74,
}


def test_ferro_ferri_nyboite_agrees_with_moessbauer() -> None:
    # Canadian Mineralogist 52, 1019-1026, abstract: electron microprobe and Moessbauer spectroscopy.
    found, measured = of_analysis(FERRI_NYBOITE)
    assert measured == pytest.approx(0.30, abs=0.005)
    assert found.chosen[0] == pytest.approx(measured, abs=0.05)
    assert CONSTRAINTS[found.minimum_by[0]] == "16 CAT"
    assert CONSTRAINTS[found.maximum_by[0]] == "13eCNK"


def test_wet_chemical_hornblende_lies_near_the_maximum() -> None:
    # Handbook of Mineralogy, magnesio-hornblende (2), Sierra Nevada batholith; as Gualda & Vlach 2005 find.
    found, measured = of_analysis(HORNBLENDE)
    assert found.minimum[0] < measured
    assert found.maximum[0] == pytest.approx(measured, abs=0.06)
    assert CONSTRAINTS[found.minimum_by[0]] == "15eNK"
    assert CONSTRAINTS[found.maximum_by[0]] == "13eCNK"


def test_ferropargasite_whose_authors_take_all_iron_as_ferrous() -> None:
    found, _ = of_analysis(PARGASITE)
    assert found.maximum[0] < 0.02


def test_oxo_amphibole_needs_its_oxygen() -> None:
    # Oxo-magnesio-hastingsite, Deeti, Mineralogical Magazine, abstract: all iron Fe3+ by Moessbauer
    # spectroscopy, O2- 1.40 by direct determination of water; 2 Ti would be 0.88.
    ions = of_apfu(Na=0.81, K=0.33, Ca=1.87, Mn=0.01, Mg=3.27, Fe3=1.25, Ti=0.44, Al=1.88, Si=6.20)
    ferrous = all_ferrous(ions)
    scale = float(ferrous["Si"][0]) / 6.20
    by_oxygen = [float(ferric_limits(ferrous, oxygen * scale).chosen[0]) for oxygen in (0.0, 0.88, 1.40)]
    assert by_oxygen == sorted(by_oxygen)
    assert by_oxygen[0] < 0.4
    assert by_oxygen[2] > 0.95


@pytest.mark.parametrize("member", AMPHIBOLE.end_members, ids=lambda member: member.name)
def test_limits_hold_the_iron_of_ideal_formulae(member: EndMember) -> None:
    atoms = parse_formula(member.formula)
    ions = ions_of_formula(atoms)
    iron = ions[FERRIC] + ions[FERROUS]
    truth = ions[FERRIC] / iron if iron else 0.0
    oxygen = max(atoms["O"] - 22 - ions[IONS.index("OH")], 0.0)
    ferrous = all_ferrous(ions)
    found = ferric_limits(ferrous, oxygen * float(ferrous["Si"][0]) / ions[IONS.index("Si")])
    assert not found.contradictory[0]
    assert found.minimum[0] - 1e-9 <= truth <= found.maximum[0] + 1e-9


def met(units: FormulaUnits, fraction: float) -> dict[str, float]:
    """Return by how much the formula with this part of its iron as Fe3+ exceeds each constraint."""
    ions = units.ions[0].copy()
    ions[FERRIC], ions[FERROUS] = fraction * ions[FERROUS], (1 - fraction) * ions[FERROUS]
    neutral = FormulaUnits(46.0 * ions[None] / (ions @ CATION_CHARGES))
    si, al, ti, ferric, calcium, sodium, potassium = (
        float(neutral[ion][0]) for ion in ("Si", "Al", "Ti", "Fe3+", "Ca", "Na", "K")
    )
    total = float(neutral.sum[0])
    return {
        "8 Si": si - 8,
        "16 CAT": total - 16,
        "15eNK": total - sodium - potassium - 15,
        "8 SiAl": si + al - 8,
        "15eK": total - potassium - 15,
        "13eCNK": total - calcium - sodium - potassium - 13,
        "10 sum Fe3+": si + al + ti + ferric - 10,
        "all Fe2+": fraction,
        "all Fe3+": 1 - fraction,
    }


@pytest.mark.parametrize(
    ("constraint", "apfu"),
    [
        ("8 Si", {"Si": 8, "Fe2": 5, "Na": 2}),
        ("16 CAT", {"Si": 7.5, "Al": 0.5, "Fe2": 5, "Na": 3}),
        ("15eNK", {"Si": 6.5, "Al": 2, "Mg": 2, "Fe2": 2.5, "Ca": 2, "Na": 0.5}),
        ("all Fe2+", {"Si": 7, "Al": 1, "Mg": 2, "Fe2": 3, "Ca": 2, "Na": 1}),
    ],
)
def test_minimum_just_meets_its_constraint(constraint: str, apfu: dict[str, float]) -> None:
    units = all_ferrous(of_apfu(**apfu))
    found = ferric_limits(units)
    assert CONSTRAINTS[found.minimum_by[0]] == constraint
    excess = met(units, float(found.minimum[0]))
    assert excess[constraint] == pytest.approx(0, abs=1e-9)
    assert max(excess[name] for name in CONSTRAINTS[1:4]) < 1e-9


@pytest.mark.parametrize(
    ("constraint", "apfu"),
    [
        ("8 SiAl", {"Si": 6.5, "Al": 1.5, "Mg": 3, "Fe2": 2.2, "Ca": 1.8, "Na": 0.4}),
        ("15eK", {"Si": 7.4, "Al": 1, "Mg": 3, "Fe2": 2.1, "Ca": 0.5, "Na": 1, "K": 0.6}),
        ("13eCNK", {"Si": 6.5, "Al": 2, "Mg": 2, "Fe2": 2.5, "Ca": 2, "Na": 0.5}),
        ("10 sum Fe3+", {"Si": 6.2, "Al": 2.6, "Ti": 0.1, "Mg": 0.6, "Fe2": 4, "Ca": 1.4, "Na": 0.7}),
        ("all Fe3+", {"Si": 6.5, "Al": 2, "Mg": 4.9, "Fe2": 0.1, "Ca": 1.9, "Na": 0.5}),
    ],
)
def test_maximum_just_meets_its_constraint(constraint: str, apfu: dict[str, float]) -> None:
    units = all_ferrous(of_apfu(**apfu))
    found = ferric_limits(units)
    assert CONSTRAINTS[found.maximum_by[0]] == constraint
    excess = met(units, float(found.maximum[0]))
    assert excess[constraint] == pytest.approx(0, abs=1e-9)
    assert min(excess[name] for name in ("8 SiAl", "15eK", "13eCNK")) > -1e-9
    assert excess["10 sum Fe3+"] < 1e-9


def test_constraints_that_contradict_one_another_are_told() -> None:
    found = limits_of(Si=6.2, Al=2, Mg=2.2, Fe2=2.4, Ca=2.4, Na=0.5)
    assert found.contradictory[0]
    assert CONSTRAINTS[found.minimum_by[0]] == "all Fe2+"
    assert CONSTRAINTS[found.maximum_by[0]] == "15eNK"
    assert found.minimum[0] < found.maximum[0]


def test_choice_is_the_mean_of_the_normalisations_that_fit() -> None:
    found = limits_of(Si=6.5, Al=2, Mg=2, Fe2=2.3, Fe3=0.3, Ca=1.95, Na=0.4, K=0.2)
    used = [scheme for scheme, taken in zip(SCHEMES, found.chosen_by[0], strict=True) if taken]
    assert used == ["13eCNK", "15eNK"]
    assert found.chosen[0] == pytest.approx(found.mean[0])


CATIONS = ("Si", "Al", "Ti", "Mg", "Fe2+", "Mn", "Ca", "Na", "K")


@given(st.lists(st.floats(0.0, 1.0), min_size=len(CATIONS), max_size=len(CATIONS)))
def test_estimates_are_fractions_in_order(shares: list[float]) -> None:
    low = np.array([5.5, 0.1, 0.0, 0.5, 0.1, 0.0, 0.0, 0.0, 0.0])
    high = np.array([8.2, 3.0, 0.8, 5.0, 5.0, 0.5, 2.2, 2.5, 1.0])
    ions = np.zeros(len(IONS))
    ions[[IONS.index(name) for name in CATIONS]] = low + np.array(shares) * (high - low)
    found = ferric_limits(all_ferrous(ions))
    assert 0 <= found.minimum[0] <= found.mean[0] <= found.maximum[0] <= 1
    assert 0 <= found.chosen[0] <= 1
    assert found.chosen_by[0].any()


def test_no_iron_is_zero_and_no_formula_is_nan() -> None:
    ions = np.vstack([of_apfu(Si=8, Mg=5, Ca=2), np.full(len(IONS), np.nan)])
    found = ferric_limits(FormulaUnits(ions))
    for estimate in (found.minimum, found.maximum, found.mean, found.chosen):
        assert estimate[0] == 0
        assert np.isnan(estimate[1])
    assert found.minimum_by[1] == found.maximum_by[1] == -1
    assert not found.contradictory.any()


def test_rows_do_not_depend_on_one_another_and_the_input_stays() -> None:
    rows = np.vstack([of_apfu(Si=8, Fe2=5, Na=2), of_apfu(Si=6.5, Al=2, Mg=2, Fe2=2.5, Ca=2, Na=0.5)])
    units = all_ferrous(rows)
    before = units.ions.copy()
    together = ferric_limits(units).chosen
    alone = [float(ferric_limits(FormulaUnits(row[None])).chosen[0]) for row in units.ions]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(units.ions, before)
