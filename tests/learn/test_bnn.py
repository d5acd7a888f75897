from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("sklearn")

from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

from phasewise.core.types import FloatArray  # noqa: E402
from phasewise.infer.bayesian import BayesianNetwork  # noqa: E402
from phasewise.learn.bnn import BayesianNetworkClassifier, Variational, VariationalLinear  # noqa: E402

BATCHES = "a row of weight 2 and a row that stands twice fall into different batches"
MAY_FAIL = {
    "check_sample_weight_equivalence_on_dense_data": BATCHES,
    "check_sample_weight_equivalence_on_sparse_data": BATCHES,
}
SMALL: dict[str, Any] = {"hidden": (8,), "epochs": 8, "batch": 32, "learning_rate": 0.2, "random_state": 0}


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [
        BayesianNetworkClassifier(kl_weight=0.1, **SMALL),
        BayesianNetworkClassifier("last", kl_weight=0.1, **SMALL),
    ],
    expected_failed_checks=lambda _: MAY_FAIL,
)
def test_compliance(estimator: Any, check: Any) -> None:
    check(estimator)


def random_layer(seed: int = 0) -> VariationalLinear:
    torch.manual_seed(seed)
    layer = VariationalLinear(5, 3, uncertain=True)
    assert layer.log_sd is not None
    for parameter in layer.log_sd.parameters():
        torch.nn.init.uniform_(parameter, -2.0, 0.5)
    return layer


@pytest.mark.parametrize("prior_sd", [0.3, 1.0, 4.0])
def test_the_kl_term_is_that_of_normal_distributions(prior_sd: float) -> None:
    layer = random_layer()
    assert layer.log_sd is not None
    normal = torch.distributions.Normal
    expected = torch.zeros(())
    for m, s in zip(layer.mean.parameters(), layer.log_sd.parameters(), strict=True):
        expected += torch.distributions.kl_divergence(normal(m, torch.exp(s)), normal(0.0, prior_sd)).sum()
    assert layer.kl(prior_sd).item() == pytest.approx(expected.item(), rel=1e-5)


def test_sums_are_drawn_as_if_the_weights_were() -> None:
    """Local reparameterisation: the same mean and variance as by 20,000 drawn weights, within 5 sigma."""
    layer, draws = random_layer(), 20_000
    x = torch.tensor([[1.0, -2.0, 0.5, 3.0, 0.0]])
    with torch.no_grad():
        local = layer(x.expand(draws, -1)).numpy()
    normal, rng = layer.normal_layer(), np.random.default_rng(0)
    drawn = [normal.sample(rng) for _ in range(draws)]
    weights = np.array([x.numpy()[0] @ layer.weight + layer.bias for layer in drawn])
    sd = weights.std(axis=0)
    assert (np.abs(local.mean(axis=0) - weights.mean(axis=0)) < 5 * sd * np.sqrt(2 / draws)).all()
    assert np.allclose(local.std(axis=0) / sd, 1, atol=5 / np.sqrt(draws))


def line(n: int, seed: int = 0) -> tuple[FloatArray, np.ndarray]:
    """Two classes on a line, with p = sigmoid(2 x) and a second input without meaning."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    return x, (rng.random(n) < 1 / (1 + np.exp(-2 * x[:, 0]))).astype(int)


def sds(network: BayesianNetwork) -> FloatArray:
    variances = [layer.weight_variance.ravel() for layer in network.layers]
    return np.asarray(np.sqrt(np.concatenate(variances)))


def exact_posterior(x: FloatArray, y: np.ndarray, prior_sd: float) -> tuple[FloatArray, FloatArray]:
    """Means and conditional standard deviations of the two slopes (class 1 less class 0), by a grid.

    With a weight a class, each of prior_sd, their difference has sqrt(2) prior_sd a priori.
    """
    slope, other, bias = np.linspace(0.0, 5.0, 61), np.linspace(-1.5, 1.5, 31), np.linspace(-1.5, 1.5, 31)
    grid = np.stack(np.meshgrid(slope, other, bias, indexing="ij"), axis=-1).reshape(-1, 3)
    logit = grid @ np.vstack([x.T, np.ones(len(x))])
    log_p = -np.logaddexp(0, np.where(y == 1, -logit, logit)).sum(axis=1)
    log_p -= (grid**2).sum(axis=1) / (2 * 2 * prior_sd**2)
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    mean = p @ grid
    covariance = ((grid - mean).T * p) @ (grid - mean)
    return mean[:2], 1 / np.sqrt(np.diag(np.linalg.inv(covariance))[:2])


def test_logistic_regression_has_the_posterior_that_a_grid_gives() -> None:
    """Without hidden layers this is Bayesian logistic regression, whose posterior can be summed up.

    The best independent normal has the diagonal of the posterior's precision: that of the prior, and that of
    the data, which know the difference of the two classes' weights only.
    """
    x, y = line(200)
    x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-3)
    mean, sd = exact_posterior(x, y, prior_sd=1.0)
    model = BayesianNetworkClassifier(hidden=(), epochs=600, batch=200, learning_rate=0.05, random_state=0)
    layer = model.fit(x, y).predictor_.layers[0]
    found = layer.weight[:, 1] - layer.weight[:, 0]
    assert np.allclose(found, mean, atol=0.5 * sd.max())
    of_the_data = 1 / sd**2 - 1 / 2
    expected = 1 / np.sqrt(1 + of_the_data)
    assert np.allclose(np.sqrt(layer.weight_variance.mean(axis=1)), expected, rtol=0.15)


def test_with_nothing_but_the_kl_term_the_posterior_is_the_prior() -> None:
    x, y = line(100)
    model = BayesianNetworkClassifier(
        kl_weight=1e4, prior_sd=0.5, hidden=(8,), epochs=400, batch=100, learning_rate=0.1, random_state=0
    ).fit(x, y)
    network = model.predictor_
    assert max(np.abs(layer.weight).max() for layer in network.layers) < 0.05
    assert np.allclose(sds(network), 0.5, rtol=0.05)
    assert np.abs(model.predict_proba(x) - 0.5).max() < 0.1


def test_weights_are_less_certain_with_little_data() -> None:
    few, many = (
        BayesianNetworkClassifier(hidden=(), epochs=300, batch=1000, learning_rate=0.05, random_state=0)
        .fit(*line(n))
        .predictor_
        for n in (30, 3000)
    )
    assert (sds(few) > 3 * sds(many)).all()


def test_uncertainty_is_told_apart() -> None:
    """Epistemic far from the data, aleatoric where the classes overlap."""
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal([0, 0], 0.5, (400, 2)), rng.normal([6, 0], 0.5, (200, 2))])
    y = np.concatenate([rng.integers(0, 2, 400), np.full(200, 2)])
    model = BayesianNetworkClassifier(hidden=(16,), epochs=150, batch=200, learning_rate=0.05, random_state=0)
    overlap, apart, far = (
        model.fit(x, y).predictor_.predictive(rows) if n == 0 else model.predictor_.predictive(rows)
        for n, rows in enumerate((x[:400], x[400:], np.array([[3.0, 4.0], [3.0, -4.0], [-3.0, 5.0]])))
    )
    assert overlap.aleatoric.mean() > 0.55
    assert overlap.aleatoric.mean() > 3 * apart.aleatoric.mean()
    assert far.epistemic.min() > 2 * max(overlap.epistemic.mean(), apart.epistemic.mean())


def test_only_the_last_layer_may_be_uncertain() -> None:
    network = BayesianNetworkClassifier("last", **SMALL).fit(*line(100)).predictor_
    *others, last = network.layers
    assert all(not layer.weight_variance.any() and not layer.bias_variance.any() for layer in others)
    assert (last.weight_variance > 0).all()
    assert (last.bias_variance > 0).all()


@pytest.mark.parametrize("variational", ["all", "last"])
def test_the_same_seed_gives_the_same_weights(variational: Variational) -> None:
    settings = {**SMALL, "variational": variational, "mixup": 0.5, "missing": "learnt"}
    first, again = (BayesianNetworkClassifier(**settings).fit(*line(100)).predictor_ for _ in range(2))
    other = BayesianNetworkClassifier(**{**settings, "random_state": 1}).fit(*line(100)).predictor_
    assert all(np.array_equal(a, again.to_arrays()[name]) for name, a in first.to_arrays().items())
    assert not np.array_equal(first.layers[0].weight, other.layers[0].weight)


def test_twenty_rows_are_learnt_by_heart() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(20, 5)), np.arange(20) % 4
    model = BayesianNetworkClassifier(kl_weight=0.01, epochs=300, batch=20, random_state=0).fit(x, y)
    assert (model.predict(x) == y).all()
    assert model.predict_proba(x).max(axis=1).min() > 0.9


def test_an_unknown_choice_of_layers_is_refused() -> None:
    with pytest.raises(ValueError, match="neither 'all' nor 'last'"):
        BayesianNetworkClassifier("first").fit(np.eye(4), [0, 1, 0, 1])  # type: ignore[arg-type]


def test_a_rare_class_is_not_lost_to_the_prior() -> None:
    rng = np.random.default_rng(4)
    x = np.concatenate([rng.normal(0, 1, (600, 2)), rng.normal(3, 0.3, (4, 2))])
    y = np.repeat(["common", "rare"], [600, 4])
    settings: dict[str, Any] = {"hidden": (8,), "epochs": 40, "batch": 64, "kl_weight": 30.0}
    without, weighed = (
        BayesianNetworkClassifier(least_rows=n, random_state=0, **settings).fit(x, y).predict_proba(x[600:])
        for n in (0.0, 100.0)
    )
    assert without[:, 1].max() < 0.5
    assert weighed[:, 1].mean() > 2 * without[:, 1].mean()
