from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.oxides import OXIDES
from phasewise.compositions.features import (
    FEATURES,
    INPUTS,
    closed_cations,
    features,
    features_of,
    inputs,
    present_in,
)
from phasewise.core.types import TEN_OXIDES, Analyses

FORSTERITE = np.array([[42.71 if n == "SiO2" else 57.29 if n == "MgO" else 0.0 for n in INPUTS]])


def test_forsterite_has_its_cations_on_24_oxygens() -> None:
    cations = dict(zip(INPUTS, closed_cations(FORSTERITE)[0], strict=True))
    assert cations["SiO2"] == pytest.approx(6.0, abs=0.005)
    assert cations["MgO"] == pytest.approx(12.0, abs=0.005)


def test_names_and_columns_agree() -> None:
    assert features(FORSTERITE).shape == (1, len(FEATURES))
    named = dict(zip(FEATURES, features(FORSTERITE)[0], strict=True))
    assert named["cations"] == pytest.approx(18.0, abs=0.01)
    assert named["(Mg)/(Mg+Fe)"] == pytest.approx(1.0, abs=0.01)


@given(st.floats(0.01, 50.0), st.integers(0, 2**32 - 1))
def test_a_factor_changes_no_feature(factor: float, seed: int) -> None:
    values = np.random.default_rng(seed).dirichlet(np.ones(len(INPUTS)), 5) * 100
    assert np.allclose(features(values), features(values * factor), rtol=1e-9, atol=1e-9)


def test_not_measured_is_marked_and_counts_as_nothing() -> None:
    missing = FORSTERITE.copy()
    missing[0, INPUTS.index("K2O")] = np.nan
    a, b = features(FORSTERITE)[0], features(missing)[0]
    differs = [name for name, x, y in zip(FEATURES, a, b, strict=True) if x != y]
    assert differs == ["K2O measured"]


def test_a_row_without_oxygen_gives_nan_and_leaves_its_neighbours() -> None:
    values = np.concatenate([FORSTERITE, np.zeros((1, len(INPUTS)))])
    out = features(values)
    assert np.isfinite(out[0]).all()
    assert np.isnan(out[1]).any()


def test_rare_oxides_are_summed_and_the_rest_keeps_its_place() -> None:
    columns = ("SiO2", "La2O3", "Ce2O3", "Cl")
    values = np.array([[30.0, 1.0, np.nan, 0.5], [30.0, np.nan, np.nan, np.nan]])
    x = inputs(Analyses(values, columns, np.zeros(values.shape, bool)))
    assert x[0, -1] == 1.0
    assert np.isnan(x[1, -1])
    assert x[0, INPUTS.index("Cl")] == 0.5
    assert np.isnan(x[0, INPUTS.index("MgO")])


def test_halogens_come_per_24_oxygens() -> None:
    row = np.zeros((1, len(INPUTS)))
    row[0, INPUTS.index("CaO")] = OXIDES["CaO"].molar_mass
    row[0, INPUTS.index("F")] = OXIDES["F"].molar_mass
    assert closed_cations(row)[0, INPUTS.index("F")] == pytest.approx(24.0)


def test_features_of_what_the_table_lacks_are_zero_and_may_be_left_out() -> None:
    values = np.full((20, len(INPUTS)), np.nan)
    values[:, :10] = np.random.default_rng(0).uniform(0, 50, (20, 10))
    present = present_in(TEN_OXIDES)
    kept = features_of(present)
    assert np.allclose(features(values, present=present), features(values)[:, kept], rtol=1e-12, atol=1e-12)
    assert (features(values)[:, ~kept] == 0).all()


def test_one_rare_component_is_enough_for_their_sum() -> None:
    assert present_in(("SiO2", "HfO2"))[INPUTS.index("rare")]
    assert not present_in(TEN_OXIDES)[INPUTS.index("rare")]
