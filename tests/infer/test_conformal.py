from __future__ import annotations

import numpy as np
import pytest

from phasewise.infer.conformal import ConformalSets


def test_no_set_is_empty_and_nan_has_none() -> None:
    sets = ConformalSets(np.zeros(3), 0.95)
    p = np.vstack([np.random.default_rng(0).dirichlet(np.ones(3), 100), [[np.nan, 0.5, 0.5]]])
    found = sets.sets(p)
    assert found[:100].sum(axis=1).tolist() == [1] * 100
    assert np.array_equal(found[:100].argmax(axis=1), p[:100].argmax(axis=1))
    assert not found[100].any()


def test_a_threshold_of_one_admits_even_what_is_ruled_out() -> None:
    found = ConformalSets(np.array([0.5, 1.0]), 0.9).sets(np.array([[1.0, 0.0]]))
    assert found.all()


def test_the_row_that_set_a_threshold_is_in() -> None:
    """1 - (1 - p) is not p in floating point."""
    p = np.random.default_rng(1).uniform(0, 0.5, 2000)
    for value in p:
        row = np.array([[value, 1 - value]])
        assert ConformalSets(1.0 - row[0], 0.9).sets(row)[0, 0]


@pytest.mark.parametrize(
    ("thresholds", "coverage"), [([0.5, np.inf], 0.9), ([np.nan], 0.9), ([0.5], 1.0), ([0.5], 0.0)]
)
def test_sets_that_cannot_be_are_refused(thresholds: list[float], coverage: float) -> None:
    with pytest.raises(ValueError, match=r"thresholds|coverage"):
        ConformalSets(np.array(thresholds), coverage)
