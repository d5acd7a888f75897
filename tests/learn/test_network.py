from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")

from phasewise.core.types import FloatArray  # noqa: E402
from phasewise.infer.network import DenseNetwork, ensemble_probabilities, softmax  # noqa: E402
from phasewise.learn.network import NetworkRecipe, train_network  # noqa: E402

RNG = np.random.default_rng(3)
X = RNG.normal(size=(20, 5))
Y = np.eye(4)[np.arange(20) % 4]


def same_rows(_: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    return X, Y, np.ones(20)


def trained(seed: int = 0) -> DenseNetwork:
    recipe = NetworkRecipe((32, 32), epochs=300, batch=20, weight_decay=0.0, seed=seed)
    return train_network(same_rows, X.mean(axis=0), X.std(axis=0), 4, recipe)


def test_twenty_rows_can_be_learnt_by_heart() -> None:
    p = softmax(trained().logits(X))
    assert (p.argmax(axis=1) == Y.argmax(axis=1)).all()
    assert p.max(axis=1).min() > 0.95


def test_the_same_seed_gives_the_same_weights() -> None:
    first, second, other = trained(), trained(), trained(seed=1)
    assert (first.layers[0].weight == second.layers[0].weight).all()
    assert (first.layers[0].weight != other.layers[0].weight).any()


def test_numpy_predicts_what_torch_computes() -> None:
    network = trained()
    x = torch.tensor(np.clip((X - network.center) / network.scale, -8, 8))
    for depth, layer in enumerate(network.layers):
        x = x @ torch.tensor(layer.weight) + torch.tensor(layer.bias)
        if depth < len(network.layers) - 1:
            x = torch.relu(x)
    expected = torch.softmax(x, dim=1).numpy()
    assert np.allclose(ensemble_probabilities([network], X), expected, atol=1e-12)


def test_rows_without_weight_teach_nothing() -> None:
    def half_wrong(_: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        wrong = np.roll(Y, 1, axis=1)
        return np.concatenate([X, X]), np.concatenate([Y, wrong]), np.repeat([1.0, 0.0], 20)

    recipe = NetworkRecipe((32, 32), epochs=300, batch=20, weight_decay=0.0)
    network = train_network(half_wrong, X.mean(axis=0), X.std(axis=0), 4, recipe)
    assert (network.logits(X).argmax(axis=1) == Y.argmax(axis=1)).all()
