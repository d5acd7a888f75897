from __future__ import annotations

import numpy as np
import pytest

from phasewise.compositions.audit.blocks._trend import kendall, step_at, theil_sen
from phasewise.compositions.audit.blocks.block import LOW, MEDIUM
from phasewise.compositions.audit.blocks.drift import find
from phasewise.core.types import FloatArray

from ..measured import AUGITE, OLIVINE, oxide, spots, stacked
from ..tables import of_values


def scaled(values: FloatArray, factors: FloatArray) -> FloatArray:
    return np.asarray((values * factors[:, None]).round(2))


def test_a_beam_current_that_falls() -> None:
    values = scaled(spots(OLIVINE, 60), np.linspace(1, 0.975, 60))
    (found,) = find(of_values(values, ["Olivine"] * 60, ["a"] * 60))
    assert (found.kind, found.priority, found.where) == ("total drifts", MEDIUM, "a | Olivine")
    assert found.rows.tolist() == list(range(60))
    assert "Totals fall by 2." in found.evidence


def test_one_sample_of_a_source_that_drifts() -> None:
    values = stacked(*(spots(OLIVINE, 40, k) for k in range(4)))
    values[80:120] = scaled(values[80:120], np.linspace(1, 0.975, 40))
    samples = [f"s{k // 40}" for k in range(160)]
    (found,) = find(of_values(values, ["Olivine"] * 160, ["a"] * 160, samples))
    assert (found.where, found.rows.tolist()) == ("a | Olivine | s2", list(range(80, 120)))


def test_no_drift_is_left_when_the_rows_are_shuffled() -> None:
    values = scaled(spots(OLIVINE, 60), np.linspace(1, 0.975, 60))
    order = np.random.default_rng(8).permutation(60)
    assert find(of_values(values[order])) == []


def test_rows_sorted_by_their_total_are_no_drift() -> None:
    values = scaled(spots(OLIVINE, 60), np.random.default_rng(5).uniform(0.97, 1, 60))
    assert find(of_values(values[np.argsort(np.nansum(values, axis=1))])) == []


def test_zoning_is_no_drift() -> None:
    part = np.linspace(0, 0.25, 60)
    values = spots(OLIVINE, 60)
    values[:, oxide("MgO")] *= 1 - part
    values[:, oxide("FeOt")] += 49.42 * part * 71.844 / 40.304 * 0.85
    assert find(of_values(values.round(2))) == []


def test_a_change_of_half_a_percent_is_left_alone() -> None:
    assert find(of_values(scaled(spots(OLIVINE, 200), np.linspace(1, 0.995, 200)))) == []


@pytest.mark.parametrize(("factor", "side"), [(0.975, "lower"), (1.02, "higher")])
def test_a_new_session_in_the_middle_of_a_table(factor: float, side: str) -> None:
    values = scaled(spots(AUGITE, 90), np.where(np.arange(90) < 50, 1, factor))
    (found,) = find(of_values(values, ["Clinopyroxene"] * 90, ["a"] * 90))
    assert (found.kind, found.priority, found.rows.tolist()) == ("totals step", LOW, list(range(50, 90)))
    assert "From row 51 on, totals are 2." in found.evidence
    assert side in found.evidence


def test_another_composition_is_no_step() -> None:
    magnesian, ferrous = spots(OLIVINE, 40), spots("Springwater olivine", 40)
    values = stacked(scaled(magnesian, np.full(40, 1.0)), scaled(ferrous, np.full(40, 0.98)))
    assert find(of_values(values, ["Olivine"] * 80)) == []


def test_tau_and_its_probability() -> None:
    # Kendall (1938): of n = 10 in perfect order z is 45 / sqrt(125), p = 2 (1 - Phi(4.0249)).
    tau, p = kendall(np.arange(10.0))
    assert tau == 1
    assert p == pytest.approx(5.7e-5, rel=0.01)
    assert kendall(np.array([1.0, 1.0, 1.0, 1.0]))[0] == 0


def test_the_slope_of_theil_and_sen_ignores_outliers() -> None:
    values = np.arange(21.0) / 10
    values[[3, 11]] = 50, -50
    assert theil_sen(values) == pytest.approx(2.0, abs=0.2)


def test_the_place_of_a_step() -> None:
    values = np.random.default_rng(1).normal(size=80)
    values[33:] += 4
    assert step_at(values, 10) == 33
