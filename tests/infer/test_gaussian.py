from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phasewise.core.types import FloatArray
from phasewise.infer.gaussian import MOST_PATTERNS, GaussianClasses

K, P = 4, 5


def classes(seed: int = 0, k: int = K, p: int = P) -> GaussianClasses:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(k, p, p))
    covariances = factors @ factors.transpose(0, 2, 1) + 0.2 * np.eye(p)
    priors = rng.dirichlet(np.ones(k))
    return GaussianClasses(rng.normal(0, 3, (k, p)), covariances, np.log(priors))


def rows(seed: int, n: int = 60, lost: float = 0.3, p: int = P) -> FloatArray:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 4, (n, p))
    x[rng.random(x.shape) < lost] = np.nan
    return x


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_densities_are_those_of_the_measured_oxides(seed: int) -> None:
    """Against SciPy, row by row and class by class."""
    normal = pytest.importorskip("scipy.stats").multivariate_normal
    model, x = classes(seed), rows(seed, 6)
    found, distances = model.log_joint(x), model.squared_distances(x)
    for i, row in enumerate(x):
        has = ~np.isnan(row)
        for k in range(K):
            mean, covariance = model.means[k, has], model.covariances[k][np.ix_(has, has)]
            density = normal(mean, covariance).logpdf(row[has]) if has.any() else 0.0
            apart = row[has] - mean
            assert found[i, k] == pytest.approx(model.log_priors[k] + density, rel=1e-9, abs=1e-9)
            assert distances[i, k] == pytest.approx(apart @ np.linalg.solve(covariance, apart), rel=1e-9)


def test_nan_gives_to_the_last_bit_what_the_distributions_without_the_oxide_give() -> None:
    model, x = classes(), rows(1, lost=0.0)
    kept = [0, 2, 4]
    without = x.copy()
    without[:, [1, 3]] = np.nan
    assert np.array_equal(model.log_joint(without), model.marginal(kept).log_joint(x[:, kept]))


def test_marginals_integrate_over_what_was_not_measured() -> None:
    """By brute force: the sum of densities over a fine grid of the unmeasured oxide."""
    model = classes(p=2)
    grid = np.linspace(-60, 60, 40_001)
    full = model.log_joint(np.stack([np.full(len(grid), 1.3), grid], axis=1))
    integral = np.exp(full).sum(axis=0) * (grid[1] - grid[0])
    np.testing.assert_allclose(np.exp(model.log_joint(np.array([[1.3, np.nan]]))[0]), integral, rtol=1e-9)


def test_nothing_measured_gives_the_priors() -> None:
    model, nothing = classes(), np.full((2, P), np.nan)
    np.testing.assert_allclose(model.probabilities(nothing), np.exp([model.log_priors] * 2), rtol=1e-14)
    assert np.array_equal(model.log_joint(nothing), [model.log_priors] * 2)
    assert not model.squared_distances(nothing).any()


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3]))
def test_rows_depend_neither_on_order_nor_on_company(seed: int, lost: float) -> None:
    model, x = classes(seed), rows(seed, 700, lost)
    distances = model.squared_distances(x)
    order = np.random.default_rng(seed).permutation(len(x))
    np.testing.assert_allclose(model.squared_distances(x[order]), distances[order], rtol=1e-12)
    np.testing.assert_allclose(model.squared_distances(x[13:14]), distances[13:14], rtol=1e-12)


def test_distances_of_a_class_follow_chi_square() -> None:
    model, rng = classes(3), np.random.default_rng(5)
    x = rng.multivariate_normal(model.means[1], model.covariances[1], 20_000)
    x[:, 4] = np.nan
    d2 = model.squared_distances(x)[:, 1]
    assert (d2.mean(), d2.var()) == (pytest.approx(4, abs=0.1), pytest.approx(8, abs=0.5))


def test_far_rows_have_probabilities_and_infinite_ones_nan() -> None:
    x = np.array([[1e6] * P, [np.inf] * P, [0.0] * P, [-np.inf, *[np.nan] * (P - 1)]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        p = classes().probabilities(x)
    np.testing.assert_allclose(p[[0, 2]].sum(axis=1), 1)
    assert np.isnan(p[[1, 3]]).all()


def test_no_rows_give_no_rows() -> None:
    assert classes().probabilities(np.empty((0, P))).shape == (0, K)


def test_memory_of_patterns_is_bounded_and_changes_nothing() -> None:
    model, x = classes(k=2, p=12), rows(4, 3 * MOST_PATTERNS, 0.5, p=12)
    first = model.log_joint(x)
    assert len(model._factors) <= MOST_PATTERNS
    assert np.array_equal(model.log_joint(x), first)


def test_arrays_lead_back_to_the_same_classes() -> None:
    model, x = classes(), rows(2)
    again = GaussianClasses.from_arrays(model.to_arrays())
    assert np.array_equal(again.log_joint(x), model.log_joint(x))


def test_what_is_no_covariance_is_refused() -> None:
    flat = np.stack([np.eye(2), np.ones((2, 2))])
    with pytest.raises(ValueError, match=r"class 1 is not positive definite.*Add"):
        GaussianClasses(np.zeros((2, 2)), flat, np.zeros(2))
    with pytest.raises(ValueError, match="does not fit"):
        GaussianClasses(np.zeros((2, 3)), flat, np.zeros(2))
    with pytest.raises(ValueError, match="does not fit 5 oxides"):
        classes().probabilities(np.zeros((2, 4)))


def test_columns_may_be_contiguous() -> None:
    rng = np.random.default_rng(0)
    x = np.where(rng.random((50, 2)) < 0.3, np.nan, rng.normal(size=(50, 2)))
    two = GaussianClasses(np.array([[0.0, 0.0], [2.0, 0.0]]), np.stack([np.eye(2)] * 2), np.log([0.5, 0.5]))
    np.testing.assert_array_equal(two.probabilities(np.asfortranarray(x)), two.probabilities(x))
