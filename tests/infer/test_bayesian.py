from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.core.types import FloatArray
from phasewise.infer.bayesian import AGREED, BayesianNetwork, NormalLayer, _normal_points, _tanh_moments
from phasewise.infer.network import DenseNetwork, Layer, softmax
from phasewise.infer.predictive import entropy


def network(
    seed: int = 0, *, sd: float = 0.3, sizes: tuple[int, ...] = (6, 16, 8, 5), certain: int = 0, **given: Any
) -> BayesianNetwork:
    """Random means, variances around sd^2 except in the first `certain` layers."""
    rng = np.random.default_rng(seed)

    def layer(depth: int, a: int, b: int) -> NormalLayer:
        variance = 0.0 if depth < certain else sd**2
        variances = [variance * rng.uniform(0.5, 2, shape) / a for shape in ((a, b), (b,))]
        return NormalLayer(
            rng.normal(size=(a, b)) * 1.5 / np.sqrt(a), variances[0], rng.normal(size=b), variances[1]
        )

    layers = tuple(layer(depth, a, b) for depth, (a, b) in enumerate(pairwise(sizes)))
    return BayesianNetwork(rng.normal(size=sizes[0]), rng.uniform(0.5, 2, sizes[0]), layers, **given)


def rows(seed: int = 0, n: int = 200, p: int = 6) -> FloatArray:
    rng = np.random.default_rng(seed + 1)
    x: FloatArray = rng.normal(size=(n, p)) * rng.choice([0.5, 2.0, 30.0], size=(n, 1))
    x[rng.random(x.shape) < 0.1] = np.nan
    return x


def monte_carlo(model: BayesianNetwork, x: FloatArray, samples: int, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    total = np.zeros_like(model.probabilities(x))
    for _ in range(samples):
        total += model.sample(x, rng)
    return np.asarray(total / samples)


@pytest.fixture(scope="module")
def trained() -> tuple[BayesianNetwork, FloatArray]:
    """A network trained on five overlapping groups, and rows of the same kind."""
    pytest.importorskip("torch", reason="training needs the extra `train`")
    pytest.importorskip("sklearn")
    from phasewise.learn.bnn import BayesianNetworkClassifier

    rng = np.random.default_rng(0)
    middle, y = rng.normal(size=(5, 6)) * 3, rng.integers(0, 5, 6000)
    x = middle[y] + rng.normal(size=(6000, 6))
    model = BayesianNetworkClassifier(
        hidden=(32, 16), epochs=25, batch=64, learning_rate=0.01, random_state=0
    )
    fitted: BayesianNetwork = model.fit(x[:3000], y[:3000]).predictor_
    return fitted, x[3000:]


@pytest.mark.parametrize("samples", [500, 5000])
def test_the_closed_form_agrees_with_drawn_networks(
    trained: tuple[BayesianNetwork, FloatArray], samples: int
) -> None:
    model, x = trained
    drawn, found = monte_carlo(model, x[:1500], samples), model.probabilities(x[:1500])
    assert (drawn.argmax(axis=1) == found.argmax(axis=1)).mean() >= 0.999
    difference = np.abs(drawn - found)
    assert difference.mean() < 0.01
    assert difference.max(axis=1).mean() < 0.015  # the class that differs most, for a rather unsure network


def integrated(mean: float, variance: float) -> tuple[float, float]:
    z = np.linspace(-9, 9, 4001)
    weight = np.exp(-z * z / 2)
    weight /= weight.sum()
    values = np.tanh(mean + np.sqrt(variance) * z)
    first = float(weight @ values)
    return first, float(weight @ np.square(values - first))


@pytest.mark.parametrize(("most", "of_mean", "of_variance"), [(1.0, 0.021, 0.043), (6.0, 0.032, 0.058)])
def test_moments_of_tanh_are_as_close_as_stated(most: float, of_mean: float, of_variance: float) -> None:
    mean, variance = (a.ravel() for a in np.meshgrid(np.linspace(-8, 8, 65), np.geomspace(1e-4, most, 25)))
    exact = np.array([integrated(m, v) for m, v in zip(mean, variance, strict=True)])
    first, spread = _tanh_moments(mean.copy(), variance.copy())
    assert spread is not None
    assert np.abs(first - exact[:, 0]).max() < of_mean
    assert np.abs(spread - exact[:, 1]).max() < of_variance
    assert (spread >= 0).all()


@given(st.integers(0, 10**6), st.floats(0, 3), st.booleans())
def test_parts_of_the_uncertainty(seed: int, sd: float, marked: bool) -> None:
    sizes = (12, 16, 8, 5) if marked else (6, 16, 8, 5)
    found = network(seed, sd=sd, sizes=sizes, marked=marked).predictive(rows(seed, 50))
    assert np.allclose(found.probabilities.sum(axis=1), 1)
    assert (found.probabilities >= 0).all()
    assert (found.epistemic >= 0).all()
    total = entropy(found.probabilities)
    assert np.allclose(found.aleatoric + found.epistemic, total, atol=1e-9)


@pytest.mark.parametrize("sd", [0.1, 1.0])
def test_a_row_is_the_same_wherever_it_stands(sd: float) -> None:
    """To the last bit among as many others, even if it alone of all needs many points."""
    model, x = network(sd=sd), rows(n=512)
    found = model.predictive(x)
    assert (found.epistemic > AGREED).any()
    order = np.random.default_rng(0).permutation(512)
    moved = model.predictive(x[order])
    for name in ("probabilities", "aleatoric", "epistemic"):
        assert np.array_equal(getattr(moved, name), getattr(found, name)[order])
    sure = int(found.epistemic.argmin())
    for row in (int(found.epistemic.argmax()), sure):
        alone = np.repeat(x[[sure]], 512, axis=0)
        alone[100] = x[row]
        assert np.array_equal(model.probabilities(alone)[100], found.probabilities[row])
        assert np.allclose(model.probabilities(x[[row]])[0], found.probabilities[row], rtol=0, atol=1e-12)


@pytest.mark.parametrize("certain", [1, 2])
def test_layers_without_variance_are_those_of_a_plain_network(certain: int) -> None:
    model, x = network(certain=certain, sd=0.2), rows()
    drawn = monte_carlo(model, x, 2000)
    assert np.abs(drawn - model.probabilities(x)).max(axis=1).mean() < 0.01


def test_without_any_variance_it_is_a_plain_network() -> None:
    model, x = network(certain=3), rows()
    layers = tuple(Layer(layer.weight, layer.bias) for layer in model.layers)
    plain = softmax(DenseNetwork(model.center, model.scale, layers, "tanh").logits(np.nan_to_num(x)))
    found = model.predictive(x)
    assert np.allclose(found.probabilities, plain, rtol=0, atol=1e-12)
    assert np.allclose(found.epistemic, 0, atol=1e-12)
    assert np.allclose(model.sample(x, np.random.default_rng(0)), plain, rtol=0, atol=1e-12)


def test_weights_of_any_variance_give_finite_probabilities() -> None:
    found = network(sd=1e4).predictive(rows())
    assert np.isfinite(found.probabilities).all()
    assert np.isfinite(found.aleatoric).all()
    assert np.allclose(found.probabilities.sum(axis=1), 1)


def test_what_was_not_measured_counts_as_zero_unless_marked() -> None:
    x = rows()
    model = network()
    assert np.array_equal(model.probabilities(x), model.probabilities(np.nan_to_num(x)))
    told = network(sizes=(12, 8, 5), marked=True)
    differs = ~np.isclose(told.probabilities(x), told.probabilities(np.nan_to_num(x))).all(axis=1)
    assert np.array_equal(differs, np.isnan(x).any(axis=1))


@pytest.mark.parametrize("marked", [False, True])
def test_arrays_hold_all_that_is_needed(marked: bool) -> None:
    model = network(sizes=(12, 16, 8, 5) if marked else (6, 16, 8, 5), marked=marked)
    arrays = model.to_arrays()
    names = {
        f"{name}{d}" for name in ("weight", "weight_variance", "bias", "bias_variance") for d in range(3)
    }
    assert set(arrays) == {"center", "scale", "marked", *names}
    again = BayesianNetwork.from_arrays(arrays)
    assert len(again.layers) == 3
    assert again.marked == marked
    assert np.array_equal(again.probabilities(rows()), model.probabilities(rows()))


@pytest.mark.parametrize(("n", "k"), [(8, 17), (48, 17), (8, 2)])
def test_points_are_balanced(n: int, k: int) -> None:
    """Mean 0 and variance 1 in each coordinate, each of whose values stands once in each coordinate."""
    points = _normal_points(n, k)
    assert points.shape == (n, k)
    assert np.allclose(points.sum(axis=0), 0, atol=1e-12)
    assert np.allclose(np.square(points).mean(axis=0), 1)
    assert np.allclose(np.sort(points, axis=0), np.sort(points[:, :1], axis=0))
