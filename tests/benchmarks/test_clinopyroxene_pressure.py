"""Errors of barometers: bias, root mean square error, their intervals, and what filters keep."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def pressure(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("clinopyroxene_pressure")


def test_the_first_line_is_that_of_the_rows(pressure: ModuleType) -> None:
    errors = np.array([1.0, -3.0, np.nan, 2.0])
    rows, bias, rmse = pressure.moments(errors, np.array(["a", "a", "b", "c"]), draws=5)[0]
    assert (rows, bias) == (3, 0.0)
    assert rmse == pytest.approx(np.sqrt(14 / 3))


def test_whole_sources_are_drawn(pressure: ModuleType) -> None:
    errors, source = np.array([1.0, 1.0, 1.0, 5.0]), np.array(["a", "a", "a", "b"])
    biases = pressure.moments(errors, source, draws=200)[1:, 1]
    assert set(np.round(biases, 6)) == {1.0, 2.0, 5.0}


def test_draws_without_rows_have_no_error(pressure: ModuleType) -> None:
    drawn = pressure.moments(np.array([np.nan, 2.0]), np.array(["a", "b"]), draws=200)
    only_a = drawn[:, 0] == 0
    assert only_a.any()
    assert np.isnan(drawn[only_a, 1:]).all()
    assert (drawn[~only_a, 1:] == 2.0).all()


def test_intervals_hold_the_bias_of_most_samples(pressure: ModuleType) -> None:
    rng = np.random.default_rng(1)
    held = 0
    for seed in range(60):
        shift = np.repeat(rng.normal(0.7, 1.0, 40), 5)
        errors = shift + rng.normal(0, 0.5, 200)
        drawn = pressure.moments(errors, np.repeat(np.arange(40), 5), draws=400, seed=seed)[1:, 1]
        low, high = np.quantile(drawn, [0.025, 0.975])
        held += low <= 0.7 <= high
    assert 51 <= held <= 60


def test_the_gain_of_a_filter_that_drops_the_wrong_rows_is_certain(pressure: ModuleType) -> None:
    error, source = np.tile([0.5, -0.5, 8.0], 20), np.repeat(np.arange(20), 3).astype(str)
    good = np.tile([True, True, False], 20)
    kept = {
        pressure.PUBLISHED: np.ones(60, dtype=bool),
        pressure.ACCEPTED: good,
        "none": ~np.ones(60, dtype=bool),
    }
    plain, clean = pressure.errors_of({}, error, np.ones(60, dtype=bool), kept, source)
    assert "rmse_less" not in plain
    assert clean["rmse"] == 0.5
    assert clean["rmse_less"] == pytest.approx(plain["rmse"] - 0.5, abs=1e-3)
    assert clean["rmse_less_low"] > 0
    assert (plain["rows"], clean["rows"], clean["of"]) == (60, 40, 60)


def test_absurd_pressures_are_counted(pressure: ModuleType) -> None:
    found = pressure.spread(np.array([-1.0, 2.0, 3.0, 4.0, 31.0, np.nan]))
    assert [found[k] for k in ("rows", "negative", "above_30_kbar", "no_pressure")] == [6, 1, 1, 1]
    assert found["median_kbar"] == 3.0
    assert found["absurd_share"] == 0.5


def test_the_sum_of_cations_keeps_an_orthopyroxene_and_the_limit_on_ca_does_not(
    pressure: ModuleType, benchmark_module: Callable[[str], ModuleType]
) -> None:
    """Augite and enstatite of ideal formulae: both have 4 cations."""
    oxides = ["SiO2", "Al2O3", "FeOt", "MgO", "CaO", "Na2O"]
    made = pd.DataFrame([[53.3, 0, 9.6, 15.2, 22.0, 0], [56.8, 0, 13.6, 28.6, 0.6, 0]], columns=oxides)
    x = benchmark_module("clinopyroxene_barometers").cations(made)
    judged = pd.DataFrame({"phase": ["Clinopyroxene", "Orthopyroxene"], "verdict": "accepted"})
    kept = pressure.filters(x, judged)
    assert kept["cation sum"].tolist() == [True, True]
    assert kept["cation sum and Ca"].tolist() == [True, False]
    assert kept[pressure.ACCEPTED].tolist() == [True, False]
    assert kept["not accepted"].tolist() == [False, True]


def test_experiments_have_a_pressure(pressure: ModuleType, dataset: Callable[[str], object]) -> None:
    dataset(pressure.EXPERIMENTS)
    frame = pressure.experiments()
    assert (frame["P_kbar"] > 0).all()
    assert set(frame["mineral"]) == set(pressure.GIVEN)
