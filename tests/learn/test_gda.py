from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.covariance import ledoit_wolf_shrinkage
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.utils.estimator_checks import parametrize_with_checks

from phasewise.core.types import FloatArray, IntArray
from phasewise.infer.gaussian import GaussianClasses
from phasewise.learn.gda import GaussianDiscriminantClassifier, distribution_table, ledoit_wolf_intensity
from phasewise.learn.incomplete_normal import fit_normal, summarise

MEANS = np.array([[45.0, 9.0, 14.0, 11.0], [50.0, 4.0, 14.0, 21.0], [40.0, 0.0, 45.0, 0.2]])
FACTOR = np.array([[2.5, 0, 0, 0], [-2.0, 1.0, 0, 0], [0.5, -0.6, 1.5, 0], [0.1, 0.3, -0.2, 0.5]])
COVARIANCES = np.stack([FACTOR @ FACTOR.T, 0.5 * FACTOR.T @ FACTOR, np.diag([0.5, 0.1, 3.0, 0.1])])


def simulated(n: int, seed: int = 0, *, shared: bool = False) -> tuple[FloatArray, IntArray]:
    rng = np.random.default_rng(seed)
    x = [rng.multivariate_normal(MEANS[k], COVARIANCES[0 if shared else k], n) for k in range(3)]
    return np.concatenate(x), np.repeat(np.arange(3), n)


def bare(**settings: Any) -> GaussianDiscriminantClassifier:
    """Return an estimator that adds nothing to what the rows say."""
    return GaussianDiscriminantClassifier(**{"shrinkage": 0.0, "least_sd": 0.0, **settings})


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [
        GaussianDiscriminantClassifier(),
        GaussianDiscriminantClassifier("shared", "ledoit_wolf", priors="frequency"),
        GaussianDiscriminantClassifier(shrinkage="ledoit_wolf"),
    ]
)
def test_it_behaves_as_scikit_learn_asks(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


@pytest.mark.parametrize("covariance", ["class", "shared"])
@pytest.mark.parametrize("lost", [0.0, 0.25])
def test_simulated_distributions_are_found_again(covariance: Any, lost: float) -> None:
    x, y = simulated(8000, shared=covariance == "shared")
    x[np.random.default_rng(1).random(x.shape) < lost] = np.nan
    found = bare(covariance=covariance).fit(x, y).predictor_
    truth = COVARIANCES if covariance == "class" else COVARIANCES[[0, 0, 0]]
    sd = np.sqrt(np.diagonal(truth, axis1=1, axis2=2))
    assert np.abs((found.means - MEANS) / sd).max() < 0.05
    assert np.abs((found.covariances - truth) / (sd[:, :, None] * sd[:, None, :])).max() < 0.06


def test_values_lost_where_another_is_high_do_not_shift_the_mean() -> None:
    """Missing at random, not completely so: the mean of what is left is far off, that by EM is not."""
    x, y = simulated(4000)
    x[x[:, 0] > MEANS[y, 0], 1] = np.nan
    found = bare().fit(x, y).predictor_.means[0, 1]
    assert abs(np.nanmean(x[y == 0, 1]) - MEANS[0, 1]) > 1.0
    assert found == pytest.approx(MEANS[0, 1], abs=0.1)


def test_monotone_missing_values_reach_the_known_maximum() -> None:
    """Anderson 1957, doi:10.1080/01621459.1957.10501379: means by regression on the complete column."""
    rng = np.random.default_rng(2)
    x = rng.multivariate_normal([1.0, -2.0], [[2.0, 1.2], [1.2, 1.0]], 400)
    x[100:, 1] = np.nan
    both = x[:100]
    slope = np.cov(both.T, ddof=0)[0, 1] / both[:, 0].var()
    expected = both[:, 1].mean() + slope * (x[:, 0].mean() - both[:, 0].mean())
    residual = (both[:, 1] - both[:, 1].mean() - slope * (both[:, 0] - both[:, 0].mean())).var()
    start = np.array([[0.0, 0.0]]), np.ones(2)
    means, covariance = fit_normal([summarise(x, np.ones(400))], *start)
    assert means[0] == pytest.approx([x[:, 0].mean(), expected], abs=5e-3)
    assert covariance[1, 1] == pytest.approx(residual + slope**2 * x[:, 0].var(), abs=5e-3)


def test_it_is_quadratic_discriminant_analysis() -> None:
    x, y = simulated(300)
    peer = QuadraticDiscriminantAnalysis(store_covariance=True).fit(x, y)
    covariances = np.stack(peer.covariance_)
    same = GaussianClasses(peer.means_, covariances, np.log(peer.priors_))
    np.testing.assert_allclose(same.probabilities(x), peer.predict_proba(x), atol=1e-9)
    mine = bare(priors="frequency").fit(x, y)
    np.testing.assert_allclose(mine.predictor_.means, peer.means_, rtol=1e-12)
    # Divided by n or by n - 1, depending on the version of scikit-learn.
    ratio = covariances / mine.predictor_.covariances
    np.testing.assert_allclose(ratio, ratio.flat[0], rtol=1e-9)
    assert ratio.flat[0] in (pytest.approx(1), pytest.approx(300 / 299))


@pytest.mark.parametrize("priors", ["frequency", "uniform"])
def test_it_is_linear_discriminant_analysis(priors: Any) -> None:
    x, y = simulated(300, shared=True)
    x, y = x[150:], y[150:]
    equal = None if priors == "frequency" else np.full(3, 1 / 3)
    shares = np.bincount(y) / len(y)
    pooled = sum(q * np.cov(x[y == k].T, ddof=0) for k, q in enumerate(shares))
    mine = bare(covariance="shared", priors=priors).fit(x, y)
    np.testing.assert_allclose(mine.predictor_.covariances[1], pooled, rtol=1e-9)
    peer = LinearDiscriminantAnalysis(solver="lsqr", priors=shares).fit(x, y)
    p = peer.predict_proba(x) / (shares if equal is not None else 1)
    np.testing.assert_allclose(mine.predict_proba(x), p / p.sum(axis=1, keepdims=True), atol=1e-9)


@pytest.mark.parametrize("settings", [{}, {"covariance": "shared"}, {"shrinkage": 0.4, "least_sd": 0.3}])
def test_an_oxide_that_is_not_measured_is_as_good_as_one_never_learnt(settings: dict[str, Any]) -> None:
    x, y = simulated(200)
    kept = [0, 2, 3]
    less = GaussianDiscriminantClassifier(**settings).fit(x[:, kept], y)
    more = GaussianDiscriminantClassifier(**settings).fit(x, y)
    without = x.copy()
    without[:, 1] = np.nan
    np.testing.assert_allclose(more.predict_proba(without), less.predict_proba(x[:, kept]), atol=1e-11)


def test_shrinkage_weakens_correlations_and_keeps_variances() -> None:
    x, y = simulated(300)
    full, half, none = (bare(shrinkage=a).fit(x, y).predictor_ for a in (0.0, 0.5, 1.0))
    np.testing.assert_allclose(half.sd, full.sd)
    off = ~np.eye(4, dtype=bool)
    np.testing.assert_allclose(half.correlations[:, off], 0.5 * full.correlations[:, off])
    assert not none.correlations[:, off].any()


def test_the_intensity_is_that_of_ledoit_and_wolf() -> None:
    x = np.random.default_rng(7).normal(size=(30, 6)) @ (np.eye(6) + 0.3)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    found = ledoit_wolf_intensity(x, np.ones(30))
    assert found == pytest.approx(ledoit_wolf_shrinkage(x), rel=1e-12)
    assert 0 < found < 1
    twice = ledoit_wolf_intensity(np.repeat(x, 2, axis=0), np.ones(60))
    assert ledoit_wolf_intensity(x, np.full(30, 2.0)) == pytest.approx(twice, rel=1e-12)
    y = np.repeat([0, 1], 15)
    fitted = bare(shrinkage="ledoit_wolf").fit(x, y)
    standard = (x[:15] - x[:15].mean(axis=0)) / x[:15].std(axis=0)
    assert fitted.shrinkage_[0] == pytest.approx(ledoit_wolf_shrinkage(standard), rel=1e-9)


def test_oxides_that_never_vary_have_the_least_sd() -> None:
    x = np.array([[99.8, 0.0], [99.8, 0.0], [99.8, 0.0], [50.0, 3.0], [52.0, 4.0]])
    y = ["Quartz"] * 3 + ["Garnet"] * 2
    model = GaussianDiscriminantClassifier(least_sd=0.05).fit(x, y)
    np.testing.assert_allclose(model.predictor_.sd[1], 0.05)
    assert list(model.predict([[99.7, 0.02], [51.0, 3.4]])) == ["Quartz", "Garnet"]
    with pytest.raises(ValueError, match=r"not positive definite.*least_sd"):
        bare().fit(x, y)


def test_weights_count_rows_also_where_values_are_missing() -> None:
    x, y = simulated(40)
    x[::3, 1] = x[1::4, 3] = np.nan
    weight = np.random.default_rng(3).integers(0, 4, len(x))
    several: list[dict[str, Any]] = [
        {"shrinkage": "ledoit_wolf"},
        {"covariance": "shared", "priors": "frequency"},
    ]
    for settings in several:
        weighted = GaussianDiscriminantClassifier(**settings).fit(x, y, weight).predictor_
        repeated = GaussianDiscriminantClassifier(**settings).fit(x.repeat(weight, 0), y.repeat(weight))
        for name, array in repeated.predictor_.to_arrays().items():
            np.testing.assert_allclose(weighted.to_arrays()[name], array, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("covariance", ["class", "shared"])
def test_what_a_class_never_had_measured_is_that_of_the_table(covariance: Any) -> None:
    x, y = simulated(100)
    x[y == 2, 3] = np.nan
    x = np.column_stack([x, np.full(len(x), np.nan)])
    found = bare(covariance=covariance).fit(x, y).predictor_
    assert found.means[2, 3] == pytest.approx(np.nanmean(x[:, 3]))
    assert not found.means[:, 4].any()
    if covariance == "class":
        assert found.covariances[2, 3, 3] == pytest.approx(np.nanvar(x[:, 3]))
    assert np.isfinite(found.log_joint(np.full((1, 5), 10.0))).all()


def test_distributions_as_a_table() -> None:
    x, y = simulated(300)
    model = bare().fit(x, y)
    oxides = ["SiO2", "Al2O3", "MgO", "CaO"]
    table = distribution_table(model.predictor_, ["Amphibole", "Clinopyroxene", "Olivine"], oxides)
    assert list(table.columns) == ["phase", "oxide", "mean", "sd", *(f"r_{name}" for name in oxides)]
    row = table[(table["phase"] == "Clinopyroxene") & (table["oxide"] == "MgO")].iloc[0]
    assert row["mean"] == pytest.approx(x[y == 1, 2].mean())
    assert row["sd"] == pytest.approx(x[y == 1, 2].std())
    assert row["r_SiO2"] == pytest.approx(np.corrcoef(x[y == 1].T)[0, 2])
    with pytest.raises(ValueError, match="does not fit"):
        distribution_table(model.predictor_, ["Olivine"], oxides)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"covariance": "full"}, "neither 'class' nor 'shared'"),
        ({"shrinkage": 1.5}, "neither from 0 to 1 nor 'ledoit_wolf'"),
        ({"shrinkage": "auto"}, "neither from 0 to 1 nor 'ledoit_wolf'"),
        ({"least_sd": -0.1}, "no standard deviation"),
        ({"priors": "equal"}, "neither 'uniform' nor 'frequency'"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GaussianDiscriminantClassifier(**settings).fit(*simulated(10))


def test_what_is_missing_may_count_as_zero() -> None:
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal([1, 5], 1, (60, 2)), rng.normal([8, 0], 1, (60, 2))])
    y = np.repeat(["a", "b"], 60)
    holes = np.where(rng.random(x.shape) < 0.2, np.nan, x)
    as_zero = GaussianDiscriminantClassifier(missing="zero").fit(holes, y)
    filled = GaussianDiscriminantClassifier().fit(np.nan_to_num(holes), y)
    np.testing.assert_array_equal(as_zero.predict_proba(holes), filled.predict_proba(np.nan_to_num(holes)))
    copy = GaussianClasses.from_arrays(as_zero.predictor_.to_arrays())
    np.testing.assert_array_equal(copy.probabilities(holes), as_zero.predict_proba(holes))
