"""Oxygen bases, Fe3+ by charge balance, and limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.formula import oxides_wt
from phasewise.chem.mineral import load_minerals
from phasewise.chem.oxides import CATIONS
from phasewise.chem.stoichiometry import StoichiometricTests, cations_on_oxygens, ferric_by_charge_balance
from phasewise.core.types import COLUMNS, FloatArray

from .conftest import Reference

MINERALS = load_minerals()
NAMES = list(MINERALS)
TESTS = StoichiometricTests.of(MINERALS.values(), COLUMNS)


def analysis(formula: str) -> FloatArray:
    wt = oxides_wt(formula)
    return np.array([[wt.get(name, 0.0) for name in COLUMNS]])


def apfu(formula: str, oxygens: float, *, without: tuple[str, ...] = ()) -> dict[str, float]:
    cations = cations_on_oxygens(analysis(formula), COLUMNS, oxygens, without=without)[0]
    return {element: round(float(n), 6) for element, n in zip(CATIONS, cations, strict=True) if n}


@pytest.mark.parametrize(
    ("formula", "oxygens", "expected"),
    [
        ("Mg2SiO4", 4, {"Si": 1, "Mg": 2}),
        ("NaCa2Mg4Al3Si6O22(OH)2", 23, {"Si": 6, "Al": 3, "Mg": 4, "Ca": 2, "Na": 1, "H": 2}),
        ("NaCa2Mg5AlSi7O22F2", 23, {"Si": 7, "Al": 1, "Mg": 5, "Ca": 2, "Na": 1, "F": 2}),
        ("KMg3AlSi3O10(OH)2", 11, {"Si": 3, "Al": 1, "Mg": 3, "K": 1, "H": 2}),
        ("Ca5P3O12F", 12.5, {"Ca": 5, "P": 3, "F": 1}),
    ],
)
def test_formulae_come_back_with_hydroxyl_and_fluorine(
    formula: str, oxygens: float, expected: dict[str, float]
) -> None:
    assert apfu(formula, oxygens) == pytest.approx(expected, abs=1e-5)


def test_boron_that_was_not_measured_changes_nothing_else() -> None:
    with_boron = apfu("NaMg3Al6Si6O18(BO3)3(OH)4", 24.5, without=("B",))
    assert with_boron == pytest.approx({"Si": 6, "Al": 6, "Mg": 3, "Na": 1, "B": 3, "H": 4}, abs=1e-5)


@pytest.mark.parametrize(
    ("formula", "oxygens", "cations", "ferric"),
    [
        ("Ca3Fe3+2Si3O12", 12, 8, 2),
        ("NaFe3+Si2O6", 6, 4, 1),
        ("FeFe3+2O4", 4, 3, 2),
        ("Fe2TiO4", 4, 3, 0),
        ("Fe3+0.5Fe0.75Ti0.75O3", 3, 2, 0.5),
        ("CaMg0.8Fe3+0.2Al0.2Si1.8O6", 6, 4, 0.2),
    ],
)
def test_ferric_iron_of_known_formulae_is_recovered(
    formula: str, oxygens: float, cations: float, ferric: float
) -> None:
    found = ferric_by_charge_balance(
        cations_on_oxygens(analysis(formula), COLUMNS, oxygens), oxygens, cations
    )
    assert found[0] == pytest.approx(ferric, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "oxygens", "cations", "tolerance"),
    [
        ("Minas Gerais magnetite", 4, 3, 0.02),
        ("Ilmen Mtns ilmenite", 3, 2, 0.02),
        ("Kakanui augite", 6, 4, 0.08),
    ],
)
def test_ferric_iron_of_wet_chemistry_is_recovered(
    references: list[Reference], name: str, oxygens: float, cations: float, tolerance: float
) -> None:
    (found,) = [reference for reference in references if reference.name.startswith(name)]
    basis = cations_on_oxygens(found.values, COLUMNS, oxygens)
    ratio = ferric_by_charge_balance(basis, oxygens, cations)[0] / (
        cations * basis[0, CATIONS.index("Fe")] / basis[0].sum()
    )
    measured = found.ferric * 0.89981 / (found.ferric * 0.89981 + found.ferrous)
    assert ratio == pytest.approx(measured, abs=tolerance)


def test_ferric_iron_stays_between_nothing_and_all_iron() -> None:
    forsterite = cations_on_oxygens(analysis("Mg2SiO4"), COLUMNS, 4)
    assert ferric_by_charge_balance(forsterite, 4, 3)[0] == 0
    assert ferric_by_charge_balance(forsterite, 4, 2.5)[0] == 0
    assert np.isnan(ferric_by_charge_balance(np.zeros((1, len(CATIONS))), 4, 3)).all()


def test_reference_analyses_keep_the_limits_of_their_mineral(references: list[Reference]) -> None:
    known = [reference for reference in references if reference.mineral in NAMES]
    assert len(known) >= 38
    index = np.array([NAMES.index(reference.mineral) for reference in known])
    values = np.vstack([reference.values for reference in known])
    departures = TESTS.worst_departure(values, index)
    assert [(known[i].name, d) for i, d in enumerate(departures) if d] == []
    assert TESTS.passes(values, index).all()


@given(st.floats(0.05, 20), st.sampled_from([m.formula for x in MINERALS.values() for m in x.end_members]))
def test_neither_the_total_nor_a_unit_changes_a_test(scale: float, formula: str) -> None:
    values = analysis(formula)
    assert np.array_equal(TESTS.fits(values), TESTS.fits(scale * values))
    for name in ("Olivine", "Garnet", "Amphibole"):
        assert np.allclose(TESTS.residuals(values, name), TESTS.residuals(scale * values, name), atol=1e-9)


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf])
def test_rows_without_an_analysis_fit_nothing(bad: float) -> None:
    values = np.full((1, len(COLUMNS)), bad)
    assert not TESTS.fits(values).any()
    assert not TESTS.passes(values, np.zeros(1, int)).any()


def test_no_phase_and_wrong_widths() -> None:
    assert not TESTS.passes(analysis("Mg2SiO4"), np.array([-1])).any()
    assert TESTS.worst_departure(analysis("Mg2SiO4"), np.array([-1])) == [None]
    with pytest.raises(ValueError, match="does not fit"):
        TESTS.passes(np.ones((1, 3)), np.zeros(1, int))


def test_columns_that_are_all_absent_change_nothing() -> None:
    wide = analysis("Mg2SiO4")
    narrow = StoichiometricTests.of(MINERALS.values(), ("SiO2", "MgO"))
    index = np.array([NAMES.index("Olivine")])
    few = wide[:, [COLUMNS.index("SiO2"), COLUMNS.index("MgO")]]
    assert narrow.passes(few, index)[0]
    assert TESTS.passes(np.where(wide == 0, np.nan, wide), index)[0]


def test_the_three_views_of_a_test_agree() -> None:
    formulae = [m.formula for x in MINERALS.values() for m in x.end_members]
    values = np.vstack([analysis(formula) for formula in formulae])
    fits = TESTS.fits(values)
    for k, name in enumerate(NAMES):
        index = np.full(len(values), k)
        assert np.array_equal(TESTS.passes(values, index), fits[:, k])
        inside = np.abs(np.nan_to_num(TESTS.residuals(values, name), nan=1.0)).max(axis=1) == 0
        assert np.mean(inside == fits[:, k]) > 0.99
        assert all(
            (d is None) >= bool(f)
            for d, f in zip(TESTS.worst_departure(values, index), fits[:, k], strict=True)
        )


def test_a_departure_names_the_oxide_its_value_and_the_range() -> None:
    olivine_with_plagioclase = 0.8 * analysis("Mg1.6Fe0.4SiO4") + 0.2 * analysis("CaAl2Si2O8")
    (departure,) = TESTS.worst_departure(olivine_with_plagioclase, np.array([NAMES.index("Olivine")]))
    assert departure is not None
    assert (departure.expression, departure.unit) == ("Al2O3", "wt%")
    assert departure.value == pytest.approx(7.3, abs=0.1)
    assert departure.expected[1] == 1
    assert departure.excess > 1


@pytest.mark.parametrize(
    ("formula", "fits"),
    [
        ("Mg3Al2Si3O12", {"Garnet"}),
        ("KAlSi3O8", {"KFeldspar"}),
        ("FeTiO3", {"Ilmenite"}),
        ("ZrSiO4", {"Zircon"}),
        ("Na3KAl4Si4O16", set()),
        ("CaTiSiO5", set()),
        ("Ca2Al3Si3O12(OH)", set()),
        ("Mg3Si2O5(OH)4", set()),
        ("Al2SiO5", set()),
        ("CaCO3", set()),
    ],
)
def test_what_fits_what(formula: str, fits: set[str]) -> None:
    found = {name for name, fit in zip(NAMES, TESTS.fits(analysis(formula))[0], strict=True) if fit}
    assert found - {"Glass"} == fits
