from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.core.types import FloatArray
from phasewise.infer.network import CLIP, DenseNetwork, Ensemble, Layer, ensemble_probabilities

N_FEATURES = 7


def networks(seed: int, count: int = 3, hidden: tuple[int, ...] = (6, 5)) -> tuple[DenseNetwork, ...]:
    rng = np.random.default_rng(seed)
    sizes = (N_FEATURES, *hidden, 4)
    center, scale = rng.normal(size=N_FEATURES), rng.uniform(0.01, 2, N_FEATURES)

    def layers() -> tuple[Layer, ...]:
        return tuple(Layer(rng.normal(size=(a, b)), rng.normal(size=b)) for a, b in pairwise(sizes))

    return tuple(DenseNetwork(center, scale, layers()) for _ in range(count))


def rows(seed: int, n: int = 50) -> FloatArray:
    """Some of them so far away that the bound on standardised features counts."""
    rng = np.random.default_rng(seed + 1)
    out: FloatArray = rng.normal(size=(n, N_FEATURES)) * rng.choice([0.1, 1.0, 100.0], size=(n, 1))
    return out


@given(st.integers(0, 10**6), st.sampled_from([(6,), (6, 5), (6, 5, 4)]), st.floats(0.3, 3))
def test_an_ensemble_gives_the_mean_of_its_networks(
    seed: int, hidden: tuple[int, ...], temperature: float
) -> None:
    several, x = networks(seed, hidden=hidden), rows(seed)
    found = Ensemble.of(several, temperature).probabilities(x)
    assert np.allclose(found, ensemble_probabilities(several, x, temperature), rtol=0, atol=1e-4)


@given(st.integers(0, 10**6), st.sampled_from([0.0, 1.5, -1000.0]))
def test_features_that_never_change_may_be_left_out(seed: int, constant: float) -> None:
    several, x = networks(seed), rows(seed)
    varying = np.random.default_rng(seed).random(N_FEATURES) < 0.6
    x[:, ~varying] = constant
    ensemble = Ensemble.of(several, varying=varying, constant=constant)
    expected = ensemble_probabilities(several, x)
    assert np.allclose(ensemble.probabilities(x[:, varying]), expected, rtol=0, atol=1e-4)


def test_a_row_with_nan_gives_nan_and_leaves_the_others_alone() -> None:
    x = rows(0)
    x[3, 2] = np.nan
    found = Ensemble.of(networks(0)).probabilities(x)
    assert np.isnan(found[3]).all()
    assert np.allclose(np.delete(found, 3, axis=0).sum(axis=1), 1)


def test_networks_without_hidden_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="hidden layer"):
        Ensemble.of(networks(0, hidden=()))


@given(st.integers(0, 10**6))
def test_hidden_units_may_be_hyperbolic_tangents(seed: int) -> None:
    """Sums written out unit by unit; far-away features enter at their bound."""
    (relu,), x = networks(seed, count=1), rows(seed, 5)
    network = replace(relu, activation="tanh")
    h = np.clip((x - network.center) / network.scale, -CLIP, CLIP)
    for layer in network.layers[:-1]:
        h = np.tanh(np.einsum("np,pm->nm", h, layer.weight) + layer.bias)
    expected = np.einsum("np,pm->nm", h, network.layers[-1].weight) + network.layers[-1].bias
    assert np.allclose(network.logits(x), expected, rtol=0, atol=1e-9)


def test_only_rectified_units_make_an_ensemble() -> None:
    with pytest.raises(ValueError, match="rectified"):
        Ensemble.of([replace(network, activation="tanh") for network in networks(0)])
