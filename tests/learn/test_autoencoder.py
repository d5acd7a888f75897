from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")

from phasewise.core.types import FloatArray  # noqa: E402
from phasewise.infer.autoencoder import Autoencoder  # noqa: E402
from phasewise.infer.network import Layer  # noqa: E402
from phasewise.learn.autoencoder import (  # noqa: E402
    AutoencoderRecipe,
    Corrupted,
    Standard,
    _isometric,
    train_autoencoder,
)

SMALL = AutoencoderRecipe((16,), latent=2, epochs=3, batch=100)


def surface(n: int = 600, seed: int = 0) -> FloatArray:
    """Rows on a bent sheet in five dimensions."""
    u, v = np.random.default_rng(seed).uniform(-1, 1, (2, n))
    return np.stack([u, v, 1.5 * u**2, 1.5 * u * v, np.sin(3 * v)], axis=1)


def standard(x: FloatArray, target: FloatArray | None = None) -> Standard:
    y = x if target is None else target
    return Standard(x.mean(axis=0), x.std(axis=0), y.mean(axis=0), y.std(axis=0))


def always(x: FloatArray, target: FloatArray | None = None) -> Corrupted:
    return lambda epoch: (x, x if target is None else target)


def trained(x: FloatArray, recipe: AutoencoderRecipe, target: FloatArray | None = None) -> Autoencoder:
    return train_autoencoder(always(x, target), standard(x, target), recipe)


def in_torch(layers: tuple[Layer, ...]) -> Any:
    modules: list[Any] = []
    for depth, layer in enumerate(layers):
        linear = torch.nn.Linear(*layer.weight.shape, dtype=torch.float64)
        linear.weight.data, linear.bias.data = torch.tensor(layer.weight.T), torch.tensor(layer.bias)
        modules.append(linear)
        if layer.gain is not None:
            norm = torch.nn.LayerNorm(len(layer.bias), dtype=torch.float64)
            norm.weight.data, norm.bias.data = torch.tensor(layer.gain), torch.tensor(layer.shift)
            modules.append(norm)
        if depth < len(layers) - 1:
            modules.append(torch.nn.Tanh())
    return torch.nn.Sequential(*modules)


@pytest.mark.parametrize("norm", [True, False])
def test_numpy_predicts_what_torch_computes(norm: bool) -> None:
    x = surface()
    made = trained(x, replace(SMALL, hidden=(16, 8), norm=norm))
    normalised = [layer.gain is not None for layer in (*made.encoder, *made.decoder)]
    assert normalised == [norm, norm, False] * 2
    with torch.no_grad():
        latent = in_torch(made.encoder)(torch.tensor((x - made.center) / made.scale))
        restored = made.target_center + made.target_scale * in_torch(made.decoder)(latent).numpy()
    np.testing.assert_allclose(made.encode(x), latent.numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(made.decode(made.encode(x)), restored, rtol=0, atol=1e-12)


def test_a_bent_sheet_is_recovered_where_flat_axes_fail() -> None:
    """Unseen rows of the sheet, against their mean and the best two axes (principal components)."""
    x, new = surface(), surface(400, seed=1)
    made = trained(x, AutoencoderRecipe((32, 16), latent=2, epochs=60, batch=100, learning_rate=1e-2))
    told = standard(x)
    z = (new - told.center) / told.scale
    axes = np.linalg.svd((x - told.center) / told.scale, full_matrices=False)[2][:2]
    by_axes = ((z - z @ axes.T @ axes) ** 2).mean()
    by_mean = (z**2).mean()
    off = (((made.decode(made.encode(new)) - new) / told.scale) ** 2).mean()
    assert by_axes > 0.2 * by_mean
    assert off < 0.1 * by_mean
    assert off < 0.25 * by_axes


def test_isometric_distances_are_those_of_the_targets() -> None:
    x = surface()
    target = np.stack([x[:, 0], x[:, 1], x[:, 0] + x[:, 1], 2.0 - x[:, 1]], axis=1) * [1.0, 5.0, 2.0, 0.1]
    made = trained(x, AutoencoderRecipe((16,), 2, 60, batch=100, isometric=True, learning_rate=1e-2), target)
    latent = made.encode(x)
    z = (made.decode(latent) - made.target_center) / made.target_scale
    one, other = np.random.default_rng(0).integers(0, len(x), (2, 2000))
    np.testing.assert_allclose(
        np.linalg.norm(latent[one] - latent[other], axis=1),
        np.linalg.norm(z[one] - z[other], axis=1),
        rtol=0,
        atol=1e-9,
    )
    assert len(made.decoder) == 1
    middle = made.decode(0.3 * latent[one] + 0.7 * latent[other])
    np.testing.assert_allclose(middle, 0.3 * made.decode(latent)[one] + 0.7 * made.decode(latent)[other])
    # It has learned the targets, so that these distances are also about those of the rows themselves.
    assert (z - (target - made.target_center) / made.target_scale).std() < 0.2
    assert latent.std() > 0.5


def test_turning_latent_coordinates_leaves_what_they_decode_to() -> None:
    rng = np.random.default_rng(2)
    encoder = (Layer(rng.normal(size=(4, 3)), rng.normal(size=3)),)
    decoder = Layer(rng.normal(size=(3, 6)), rng.normal(size=6))
    turned, back = _isometric(encoder, decoder)
    x = rng.normal(size=(20, 4))
    before = (x @ encoder[0].weight + encoder[0].bias) @ decoder.weight + decoder.bias
    after = (x @ turned[0].weight + turned[0].bias) @ back[0].weight + back[0].bias
    np.testing.assert_allclose(after, before, rtol=0, atol=1e-12)
    np.testing.assert_allclose(back[0].weight @ back[0].weight.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(back[0].weight @ back[0].bias, 0, atol=1e-12)


@pytest.mark.parametrize("isometric", [True, False])
def test_the_same_seed_gives_the_same_weights(isometric: bool) -> None:
    x, recipe = surface(), replace(SMALL, isometric=isometric)
    first, again, other = (trained(x, replace(recipe, seed=seed)).to_arrays("a") for seed in (0, 0, 1))
    assert first.keys() == again.keys() == other.keys()
    assert all(np.array_equal(array, again[name]) for name, array in first.items())
    weights = [name for name in first if name.endswith(".weight")]
    assert not any(np.allclose(first[name], other[name]) for name in weights)


def test_corrupted_rows_are_restored() -> None:
    """Noise, and a value in five lost; inputs and targets as the denoising autoencoder has them."""
    clean = surface()

    def corrupted(x: FloatArray, seed: int) -> FloatArray:
        rng = np.random.default_rng([3, seed])
        return np.where(rng.random(x.shape) < 0.2, 0.0, x + rng.normal(0, 0.1, x.shape))

    made = train_autoencoder(
        lambda epoch: (corrupted(clean, epoch), clean),
        standard(clean),
        AutoencoderRecipe((48, 24), latent=2, epochs=80, batch=100, learning_rate=1e-2),
    )
    new = surface(400, seed=1)
    seen = corrupted(new, 10_000)
    before, after = (((rows - new) ** 2).mean() for rows in (seen, made.decode(made.encode(seen))))
    assert after < 0.75 * before


def test_each_epoch_has_its_rows_and_tells_its_loss() -> None:
    x, epochs, losses = surface(), list[int](), list[float]()

    def rows(epoch: int) -> tuple[FloatArray, FloatArray]:
        epochs.append(epoch)
        return x, x

    train_autoencoder(rows, standard(x), replace(SMALL, epochs=12), losses.append)
    assert epochs == list(range(12))
    assert len(losses) == 12
    assert losses[-1] < 0.6 * losses[0]
