"""Oxygen bases, Fe3+ by charge balance, and limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.core.types import COLUMNS, FloatArray

from .conftest import Reference

MINERALS = load_minerals()
NAMES = list(MINERALS)
CLASSES = (
    "Amphibole",
    "Biotite",
    "Clinopyroxene",
    "Garnet",
    "KFeldspar",
    "Muscovite",
    "Olivine",
    "Plagioclase",
)
TESTS = StoichiometricTests.of(MINERALS.values(), COLUMNS)


def analysis(formula: str) -> FloatArray:
    wt = oxides_wt(formula)
    return np.array([[wt.get(name, 0.0) for name in COLUMNS]])


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
        ("Na3KAl4Si4O16", {"Nepheline"}),
        ("CaTiSiO5", {"Titanite"}),
        ("Ca2Al3Si3O12(OH)", {"Epidote"}),
        ("Mg3Si2O5(OH)4", {"Serpentine"}),
        ("Al2SiO5", {"Aluminosilicate"}),
        ("CaCO3", {"Calcite"}),
    ],
)
def test_what_fits_what(formula: str, fits: set[str]) -> None:
    found = {name for name, fit in zip(NAMES, TESTS.fits(analysis(formula))[0], strict=True) if fit}
    assert fits <= found
    assert not (found - fits) & set(CLASSES) - {"Glass"}
