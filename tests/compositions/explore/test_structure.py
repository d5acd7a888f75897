from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from phasewise.chem.formula import oxides_wt
from phasewise.compositions.explore.structure import (
    CATIONS,
    RESTORED,
    SIGHTS,
    STRUCTURE,
    cations,
    free_divalent,
    oxides,
    structure,
)
from phasewise.compositions.features import INPUTS, closed_cations
from phasewise.core.types import FloatArray

SERIES = [
    ("Mg2SiO4", "Fe2SiO4"),
    ("Mg2SiO4", "Mn2SiO4"),
    ("CaMgSi2O6", "CaFeSi2O6"),
    ("MgSiO3", "FeSiO3"),
    ("NaAlSi3O8", "CaAl2Si2O8"),
    ("MgAl2O4", "FeAl2O4"),
    ("Mg3Al2Si3O12", "Fe3Al2Si3O12"),
    ("NaCaMg5Si7AlO22(OH)2", "NaCaFe5Si7AlO22(OH)2"),
]
APART = [
    ("CaMgSi2O6", "MgSiO3"),
    ("MgO", "Fe3O4"),
    ("MgO", "FeO"),
    ("SiO2", "NaAlSi3O8"),
    ("NaAlSi3O8", "KAlSi3O8"),
    ("NaAlSi2O6", "NaAlSi3O8"),
    ("NaAlSi2O6", "CaMgSi2O6"),
    ("Mg2SiO4", "MgSiO3"),
    ("FeTiO3", "Fe3O4"),
    ("CaCO3", "CaF2O"),
]


def ideal(formula: str) -> FloatArray:
    """Return the analysis (1, len(INPUTS)) of an ideal formula; NaN for what it does not hold."""
    wt = oxides_wt(formula)
    return np.array([[wt.get(name, np.nan) for name in INPUTS]])


def told(formula: str) -> FloatArray:
    row: FloatArray = structure(closed_cations(ideal(formula)))[0]
    return row


def analyses(largest: float = 100.0) -> st.SearchStrategy[FloatArray]:
    wt = st.one_of(st.just(np.nan), st.floats(0.001, largest))
    return arrays(np.float64, (3, len(INPUTS)), elements=wt)


@given(analyses(), st.floats(0.01, 100))
def test_a_total_is_not_seen(values: FloatArray, times: float) -> None:
    assume(np.isfinite(closed_cations(values)).all())
    for see in (cations, RESTORED["structure"]):
        np.testing.assert_allclose(see(values * times), see(values), rtol=1e-9, atol=1e-9)
    held = np.nan_to_num(values[:, :10])
    np.testing.assert_array_equal(oxides(values), held)


@pytest.mark.parametrize(("one", "other"), SERIES)
def test_ends_of_a_solid_solution_have_one_structure(one: str, other: str) -> None:
    np.testing.assert_allclose(told(one), told(other), rtol=0, atol=1e-6)
    there, here = (cations(ideal(formula))[0] for formula in (one, other))
    assert np.abs(there - here).max() > 1


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_minerals_have_other_structures(one: str, other: str) -> None:
    assert np.abs(told(one) - told(other)).max() > 1


@given(st.floats(0, 1))
def test_so_has_all_between_them(part: float) -> None:
    """Grams of the two ends, weighed by moles of anorthite."""
    albite, anorthite = (np.nan_to_num(ideal(f)) for f in ("NaAlSi3O8", "CaAl2Si2O8"))
    mixed = closed_cations((1 - part) * albite / 1.0 + part * anorthite)
    np.testing.assert_allclose(structure(mixed)[0], told("NaAlSi3O8"), rtol=0, atol=1e-6)


def test_the_columns_by_hand() -> None:
    """Magnesiochromite on 24 oxygens has 6 Mg and 12 Cr; magnetite 24 Fe, periclase 24 Mg."""
    values = dict(zip(STRUCTURE, told("MgCr2O4"), strict=True))
    assert values.pop("Mg Fe Mn Ni") == pytest.approx(6)
    assert values.pop("Si Al Cr") == pytest.approx(12)
    assert values.pop("cations") == pytest.approx(36)
    assert np.abs(list(values.values())).max() < 1e-9
    for formula, free in (("Fe3O4", 0.0), ("MgO", 24.0), ("MgFe2O4", 8.0)):
        assert dict(zip(STRUCTURE, told(formula), strict=True))["free Mg Mn Ni"] == pytest.approx(free)
    assert dict(zip(STRUCTURE, told("KAlSi3O8"), strict=True))["K"] == pytest.approx(2 * 3)
    spinel = dict(zip(STRUCTURE, told("MgAl2O4"), strict=True))
    assert spinel["Al-Na-K-2Ca"] == pytest.approx(12)
    assert spinel["Si Al Cr"] == pytest.approx(12)


def test_cations_on_24_oxygens() -> None:
    row = dict(zip(CATIONS, cations(ideal("Mg2SiO4"))[0], strict=False))
    assert (row["Mg"], row["Si"]) == (pytest.approx(12), pytest.approx(6))
    assert cations(ideal("Mg2SiO4"))[0, -1] == pytest.approx(2 * 18)
    assert cations(ideal("Mg2SiO4")).shape == (1, len(CATIONS) + 1)


def test_free_divalent_cations_are_those_of_oxides() -> None:
    free = {
        f: float(free_divalent(closed_cations(ideal(f)))[0]) for f in ("MgO", "Fe3O4", "FeTiO3", "Mg2SiO4")
    }
    assert free == {
        "MgO": pytest.approx(24),
        "Fe3O4": pytest.approx(24),
        "FeTiO3": 0.0,
        "Mg2SiO4": pytest.approx(0),
    }


@pytest.mark.parametrize("see", [cations, RESTORED["structure"]])
def test_rows_without_oxygen_are_nan_and_alter_no_others(see: object) -> None:
    assert callable(see)
    values = np.concatenate([ideal("Mg2SiO4"), np.full((1, len(INPUTS)), np.nan), ideal("SiO2")])
    values[1, INPUTS.index("F")] = 3.0
    before = values.copy()
    seen = see(values)
    told = np.flatnonzero(~np.isnan(seen[1]))
    assert len(told) <= 1, "the share of rare components is known without oxygen"
    assert not seen[1, told].any()
    np.testing.assert_array_equal(seen[[0, 2]], see(values[[0, 2]]))
    np.testing.assert_array_equal(values, before)


def test_what_was_not_measured_counts_as_nothing() -> None:
    values = ideal("CaMgSi2O6")
    for see in SIGHTS.values():
        np.testing.assert_array_equal(see(values), see(np.nan_to_num(values)))
