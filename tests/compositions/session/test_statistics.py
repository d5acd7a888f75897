"""Recoveries, drifts and outliers against known truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.compositions.read import read
from phasewise.compositions.session.accepted import built_in_values
from phasewise.compositions.session.drift import drift_of, holm
from phasewise.compositions.session.outliers import find_outliers
from phasewise.compositions.session.recovery import Recovery, measure_recoveries
from phasewise.compositions.session.rows import session_rows

from .simulated import session

SESSIONS = 200


def recoveries(frame: pd.DataFrame) -> list[Recovery]:
    accepted = built_in_values()
    rows = session_rows(read(frame), accepted, "standard", None)
    return measure_recoveries(rows, accepted, find_outliers(rows, accepted))


def binomial_limits(n: int, p: float, sigmas: float = 4.0) -> tuple[float, float]:
    sd = np.sqrt(p * (1 - p) / n)
    return p - sigmas * sd, p + sigmas * sd


def test_intervals_of_recoveries_hold_the_truth_in_95_per_cent() -> None:
    rng = np.random.default_rng(7)
    held, findings = [], 0
    for _ in range(SESSIONS):
        found = recoveries(session(rng, turns=4, unknowns=(), factors={"MgO": 1.1, "SiO2": 0.97}))
        for r in found:
            true = {"MgO": 0.1, "SiO2": -0.03}.get(r.oxide, 0.0) * r.accepted
            if r.accepted > 1:
                held.append(r.bias_low <= true <= r.bias_high)
            findings += r.is_biased and true == 0 and r.accepted > 1
    low, high = binomial_limits(len(held), 0.95)
    assert low < np.mean(held) < high
    assert findings <= SESSIONS * 0.10


def test_a_clean_session_has_no_bias_and_no_drift_in_95_per_cent() -> None:
    rng = np.random.default_rng(11)
    biased, drifting = [], []
    for _ in range(SESSIONS):
        found = recoveries(session(rng, turns=6, unknowns=()))
        biased.append(any(r.is_biased for r in found))
        drifting.append(any(r.drifts for r in found))
    _, most = binomial_limits(SESSIONS, 0.05, 3.0)
    assert np.mean(drifting) <= most
    assert np.mean(biased) <= most


def test_a_drift_is_found_where_there_is_one_and_its_interval_holds_it() -> None:
    rng = np.random.default_rng(13)
    found, held = [], []
    for _ in range(60):
        drifts = {"Na2O": -0.04}
        told = recoveries(session(rng, turns=16, standards=("VG-2",), unknowns=(), drifts=drifts))
        sodium = next(r for r in told if r.oxide == "Na2O")
        found.append(sodium.drifts and sodium.drift_verdict == "falls")
        held.append(sodium.drift.low <= -0.04 * 2.62 <= sodium.drift.high)
    assert np.mean(found) > 0.9
    assert np.mean(held) > 0.86


def test_a_line_without_scatter_is_found_exactly() -> None:
    t = np.array([0.0, 1.0, 2.0, 4.0, 7.0])
    found = drift_of(t, 3.0 - 0.02 * t)
    np.testing.assert_allclose((found.slope, found.change, found.start), (-0.02, -0.14, 3.0))
    assert found.p < 1e-6
    assert drift_of(t, np.full(5, 3.0)).p == 1.0


def test_a_line_is_that_of_numpy_and_its_error_that_of_the_textbook() -> None:
    rng = np.random.default_rng(1)
    t, sigma = np.sort(rng.uniform(0, 8, 9)), rng.uniform(0.01, 0.05, 9)
    y = 2.0 + 0.01 * t + sigma * rng.standard_normal(9)
    for weights in (None, sigma):
        found = drift_of(t, y, weights)
        w = None if weights is None else 1 / weights
        (slope, start), covariance = np.polyfit(t, y, 1, w=w, cov=True)
        np.testing.assert_allclose((found.slope, found.start), (slope, start), rtol=1e-9)
        # 2.3646 is the tabled t of 7 degrees of freedom.
        half = (found.high - found.low) / 2
        np.testing.assert_allclose(half, 2.3646 * np.sqrt(covariance[0, 0]), rtol=1e-4)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_too_few_analyses_have_no_drift(n: int) -> None:
    assert np.isnan(drift_of(np.arange(float(n)), np.ones(n)).p)


def test_analyses_at_one_time_or_without_time_have_no_drift() -> None:
    assert np.isnan(drift_of(np.zeros(6), np.arange(6.0)).p)
    assert np.isnan(drift_of(np.full(6, np.nan), np.arange(6.0)).p)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_probabilities_are_no_smaller_and_keep_the_order(p: list[float]) -> None:
    given_p = np.array([*p, np.nan])
    adjusted = holm(given_p)
    assert np.isnan(adjusted[-1])
    assert (adjusted[:-1] >= given_p[:-1]).all()
    assert (adjusted[:-1] <= 1).all()
    assert (np.diff(adjusted[np.argsort(given_p[:-1], kind="stable")]) >= 0).all()
    assert np.nanmin(adjusted) == pytest.approx(min(1.0, len(p) * min(p)))


def frame_of(values: Sequence[float | str | None], **more: Any) -> pd.DataFrame:
    n = len(values)
    return pd.DataFrame({"standard": ["San Carlos olivine"] * n, "SiO2": values, **more})


def one(frame: pd.DataFrame, oxide: str = "SiO2") -> Recovery:
    return next(r for r in recoveries(frame) if r.oxide == oxide)


def test_mean_sd_and_interval_are_those_of_the_textbook() -> None:
    values = [40.6, 40.9, 40.7, 41.0, 40.8]
    r = one(frame_of(values))
    np.testing.assert_allclose([r.mean, r.sd], [40.8, float(np.std(values, ddof=1))])
    # 2.776 is the tabled t of 4 degrees of freedom; the rounding of 40.81 adds next to nothing.
    half = 2.776 * float(np.std(values, ddof=1)) / np.sqrt(5)
    np.testing.assert_allclose([r.bias_low, r.bias_high], [-0.01 - half, -0.01 + half], rtol=2e-2)
    np.testing.assert_allclose(r.recovery[0], 100 * 40.8 / 40.81)
    assert r.verdict == "agrees"


def test_one_analysis_has_an_interval_by_its_counting_error_alone() -> None:
    assert one(frame_of([40.5])).verdict == "one analysis without a counting error: no interval"
    r = one(frame_of([40.0], **{"SiO2 1 sigma": [0.1]}))
    np.testing.assert_allclose(r.bias_high - r.bias_low, 2 * 1.96 * np.hypot(0.1, 0.01 / 12**0.5), rtol=1e-4)
    assert (r.n, np.isnan(r.sd), np.isnan(r.drift.p)) == (1, True, True)
    assert r.verdict == "low"


def test_nan_and_below_detection_are_neither_zero_nor_lost() -> None:
    frame = frame_of([40.8, None, 40.9, 40.7], NiO=["0.37", "<0.02", "0.36", None])
    silica, nickel = one(frame), one(frame, "NiO")
    assert (silica.n, nickel.n, nickel.below_detection) == (3, 3, 1)
    assert (np.isnan(nickel.mean), nickel.verdict) == (True, "1 of 3 below detection")


def test_a_blank_that_is_not_blank_is_told_in_wt() -> None:
    values = [0.21, 0.19, 0.20, 0.22]
    r = one(frame_of([40.8, 40.9, 40.7, 40.8], P2O5=values), "P2O5")
    assert (r.accepted, np.isnan(r.recovery[0])) == (0.0, True)
    assert r.is_biased
    assert r.verdict == "high"


def test_a_single_wrong_spot_is_left_out_and_the_rest_is_kept() -> None:
    frame = session(np.random.default_rng(3), turns=6, unknowns=())
    clean = recoveries(frame)
    spoilt = frame.copy()
    row = int(np.flatnonzero(frame["sample"] == "Kakanui augite 3")[0])
    oxides = ["SiO2", "TiO2", "Al2O3", "FeOt", "MnO", "MgO", "CaO", "Na2O", "K2O"]
    spoilt.loc[row, oxides] *= 0.9
    accepted = built_in_values()
    rows = session_rows(read(spoilt), accepted, "standard", None)
    (outlier,) = find_outliers(rows, accepted)
    assert (outlier.row, outlier.standard) == (row, "Kakanui augite")
    assert "hole" in outlier.reason or "another phase" in outlier.reason
    assert next(r for r in recoveries(spoilt) if r.standard == "Kakanui augite").n == 5
    assert sum(r.left_out for r in clean) == 0


def test_swapped_labels_are_seen() -> None:
    frame = session(np.random.default_rng(4), turns=6, unknowns=())
    row = int(np.flatnonzero(frame["sample"] == "VG-2 2")[0])
    frame.loc[row, "standard"] = "Kakanui augite"
    accepted = built_in_values()
    (outlier,) = find_outliers(session_rows(read(frame), accepted, "standard", None), accepted)
    assert outlier.row == row
    assert "looks like VG-2; check the label" in outlier.reason


@pytest.mark.parametrize("n", [1, 2])
def test_a_bias_of_few_analyses_is_no_outlier(n: int) -> None:
    accepted = built_in_values()
    frame = frame_of([38.0] * n, MgO=[46.5] * n)
    assert find_outliers(session_rows(read(frame), accepted, "standard", None), accepted) == []


def test_no_analysis_of_clean_sessions_is_off() -> None:
    rng, accepted = np.random.default_rng(5), built_in_values()
    off = 0
    for _ in range(60):
        rows = session_rows(read(session(rng, turns=5, unknowns=())), accepted, "standard", None)
        off += len(find_outliers(rows, accepted))
    assert off <= 2


def test_scatter_far_above_counting_statistics_is_told() -> None:
    even, uneven = [40.6, 40.9, 40.7, 41.0, 40.8], [40.1, 41.4, 40.8, 41.6, 40.3]
    sigma = {"SiO2 1 sigma": [0.15] * 5}
    assert not one(frame_of(even, **sigma)).is_heterogeneous
    assert one(frame_of(uneven, **sigma)).is_heterogeneous
    assert not one(frame_of(uneven)).is_heterogeneous


def test_a_verdict_counts_how_many_were_tested() -> None:
    recovery = Recovery("x", "SiO2", 5, 0, 0, 50.0, 0.0, p=0.01, p_adjusted=0.3)
    assert not recovery.is_biased
    assert replace(recovery, p_adjusted=0.04).is_biased
