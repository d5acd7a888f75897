from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs the extra `train`")

from phasewise.core.types import BoolArray, FloatArray
from phasewise.learn.cutoff import cutoff_at_risk

Rows = tuple[FloatArray, BoolArray, np.ndarray]


def _table(rng: np.random.Generator, sources: int, spread: float) -> Rows:
    """Return rows whose chance to be wrong rises with uncertainty and differs between sources."""
    size = np.maximum(1, rng.lognormal(np.log(60), 1.2, sources).astype(int))
    source = np.repeat(np.arange(sources), size)
    uncertainty = rng.beta(0.6, 2.5, len(source))
    odds = np.exp(8 * uncertainty - 7 + rng.normal(0, spread, sources)[source])
    wrong = rng.random(len(source)) < odds / (1 + odds)
    return uncertainty, wrong, source.astype(str).astype(object)


@pytest.mark.parametrize(("sources", "spread", "least_accepted"), [(60, 1.0, 0.7), (100, 1.5, 0.45)])
def test_the_stated_risk_holds_in_repeated_draws(sources: int, spread: float, least_accepted: float) -> None:
    uncertainty, wrong, _ = _table(np.random.default_rng(1), 10_000, spread)
    order = np.argsort(uncertainty)
    risk_up_to = np.cumsum(wrong[order]) / np.arange(1, len(order) + 1)
    kept, accepted = [], []
    for draw in range(80):
        found = cutoff_at_risk(*_table(np.random.default_rng(500 + draw), sources, spread))
        reached = np.searchsorted(uncertainty[order], found.cutoff, side="right")
        kept.append(reached == 0 or risk_up_to[reached - 1] <= 0.01)
        accepted.append(found.accepted)
    assert np.mean(kept) >= 0.9
    assert np.mean(accepted) > least_accepted


def test_the_cutoff_parts_right_from_wrong() -> None:
    uncertainty = np.linspace(0, 1, 10_000)
    source = np.arange(10_000).astype(str).astype(object)
    found = cutoff_at_risk(uncertainty, uncertainty > 0.8, source)
    assert found.cutoff == pytest.approx(0.8, abs=0.011)
    assert found.accepted == pytest.approx(0.8, abs=0.011)
    assert found.risk_bound <= 0.01
    assert not found.note


def test_few_rows_without_error_are_no_proof() -> None:
    """With 100 right rows, up to 3 % may be wrong at 95 % (rule of three)."""
    source = np.arange(100).astype(str).astype(object)
    found = cutoff_at_risk(np.linspace(0, 1, 100), np.zeros(100, dtype=bool), source)
    assert (found.cutoff, found.accepted) == (-np.inf, 0.0)
    assert np.isnan(found.risk_bound)
    assert "100 rows" in found.note


def test_fewer_than_five_sources_leave_the_exact_binomial_bound() -> None:
    stats = pytest.importorskip("scipy.stats")
    wrong = np.arange(2000) % 500 == 499
    found = cutoff_at_risk(np.zeros(2000), wrong, np.full(2000, "one", dtype=object))
    exact = stats.binomtest(4, 2000, alternative="less").proportion_ci(1 - 0.05 / 4).high
    assert found.risk_bound == pytest.approx(exact)
    assert found.accepted == 1.0


def test_rows_of_equal_uncertainty_are_accepted_together() -> None:
    uncertainty = np.repeat([0.1, 0.2, 0.9], [3000, 3000, 3000])
    wrong = np.repeat([False, False, True], 3000)
    found = cutoff_at_risk(uncertainty, wrong, np.arange(9000).astype(str).astype(object))
    assert found.cutoff == 0.2
    assert found.accepted == pytest.approx(2 / 3)


def test_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="1 have NaN"):
        cutoff_at_risk(np.array([np.nan]), np.array([True]), np.array(["x"], dtype=object))
