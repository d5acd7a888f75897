from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from phasewise.infer.deep_ensemble import DeepEnsemble
from phasewise.infer.network import DenseNetwork, Layer, softmax
from phasewise.infer.predictive import entropy


def ensemble(members: int, *, marked: bool, seed: int = 0) -> DeepEnsemble:
    rng = np.random.default_rng(seed)
    sizes = (10 if marked else 5, 8, 6, 4)
    center, scale = rng.normal(size=sizes[0]), rng.uniform(0.5, 2, sizes[0])

    def layers() -> tuple[Layer, ...]:
        return tuple(Layer(rng.normal(size=(a, b)), rng.normal(size=b)) for a, b in pairwise(sizes))

    networks = tuple(DenseNetwork(center, scale, layers(), "tanh") for _ in range(members))
    return DeepEnsemble(networks, marked)


def rows(n: int = 60) -> np.ndarray:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 5)) * 3
    x[rng.random(x.shape) < 0.2] = np.nan
    return x


@pytest.mark.parametrize("marked", [False, True])
def test_probabilities_are_the_mean_and_uncertainty_has_two_parts(marked: bool) -> None:
    model, x = ensemble(3, marked=marked), rows()
    filled = np.nan_to_num(x)
    seen = np.hstack([filled, ~np.isnan(x)]) if marked else filled
    expected = np.mean([softmax(network.logits(seen)) for network in model.networks], axis=0)
    found = model.predictive(x)
    assert np.allclose(found.probabilities, expected, rtol=0, atol=1e-15)
    assert np.array_equal(model.probabilities(x), found.probabilities)
    assert np.allclose(found.aleatoric + found.epistemic, entropy(expected))
    assert (found.epistemic > 0).all()


def test_one_network_has_no_epistemic_uncertainty() -> None:
    assert ensemble(1, marked=False).predictive(rows()).epistemic == pytest.approx(np.zeros(60), abs=1e-12)


@pytest.mark.parametrize(("members", "marked"), [(1, False), (3, True), (11, False)])
def test_arrays_hold_all_that_is_needed(members: int, marked: bool) -> None:
    model = ensemble(members, marked=marked)
    again = DeepEnsemble.from_arrays(model.to_arrays())
    assert len(again.networks) == members
    assert again.marked == marked
    assert np.array_equal(again.probabilities(rows()), model.probabilities(rows()))


def test_only_a_network_that_is_told_tells_missing_from_zero() -> None:
    x = rows()
    for marked in (False, True):
        model = ensemble(2, marked=marked)
        difference = np.abs(model.probabilities(x) - model.probabilities(np.nan_to_num(x))).max(axis=1)
        incomplete = np.isnan(x).any(axis=1)
        assert (difference[~incomplete] == 0).all()
        assert ((difference[incomplete] > 0) == marked).all()
