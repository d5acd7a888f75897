from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phasewise.core.types import FloatArray
from phasewise.infer.autoencoder import Autoencoder
from phasewise.infer.network import Activation, Layer

P, K, Q = 6, 2, 4


def autoencoder(seed: int = 0, activation: Activation = "tanh") -> Autoencoder:
    """Two hidden layers to the latent coordinates, one back; layer normalisation in all but the last."""
    rng = np.random.default_rng(seed)

    def layers(*sizes: int) -> tuple[Layer, ...]:
        shapes = list(pairwise(sizes))
        hidden = [Layer(rng.normal(size=s), *rng.normal(size=(3, s[1]))) for s in shapes[:-1]]
        return (*hidden, Layer(rng.normal(size=shapes[-1]), rng.normal(size=sizes[-1])))

    return Autoencoder(
        rng.normal(size=P),
        rng.uniform(0.5, 2, P),
        layers(P, 9, 5, K),
        layers(K, 7, Q),
        rng.normal(size=Q),
        rng.uniform(0.5, 2, Q),
        activation,
    )


def rows(n: int = 50, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).normal(0, 2, (n, P))


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_arrays_lead_back_to_the_same_autoencoder(activation: Activation) -> None:
    made, other = autoencoder(activation=activation), autoencoder(1)
    arrays = other.to_arrays("map") | made.to_arrays("clusters")
    again = Autoencoder.from_arrays(arrays, "clusters", activation)
    assert again.size == made.size == K
    latent = made.encode(rows())
    assert latent.shape == (50, K)
    assert np.array_equal(again.encode(rows()), latent)
    assert made.decode(latent).shape == (50, Q)
    assert np.array_equal(again.decode(latent), made.decode(latent))
    assert not np.allclose(Autoencoder.from_arrays(arrays, "map", activation).encode(rows()), latent)


def test_a_network_by_hand() -> None:
    """tanh((x - 1) / 2) @ (1, 3) + 5, and 10 + 4 (2 z - 1) back."""
    encoder = (Layer(np.eye(2), np.zeros(2)), Layer(np.array([[1.0], [3.0]]), np.array([5.0])))
    decoder = (Layer(np.array([[2.0]]), np.array([-1.0])),)
    one = Autoencoder(np.ones(2), np.full(2, 2.0), encoder, decoder, np.array([10.0]), np.array([4.0]))
    latent = one.encode(np.array([[1.0, 1.0], [3.0, -1.0]]))
    np.testing.assert_allclose(latent, [[5.0], [5.0 - 2.0 * np.tanh(1.0)]], rtol=1e-14)
    np.testing.assert_allclose(one.decode(latent), 10 + 4 * (2 * latent - 1), rtol=1e-14)


@pytest.mark.parametrize(
    "lost", ["map.center", "map.target_scale", "map.encoder0.weight", "map.decoder1.bias"]
)
def test_a_missing_array_is_told_by_its_name(lost: str) -> None:
    arrays = autoencoder().to_arrays("map")
    del arrays[lost]
    with pytest.raises(KeyError, match=lost):
        Autoencoder.from_arrays(arrays, "map")


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("map.center", P + 1),
        ("map.encoder1.weight", (8, 5)),
        ("map.encoder2.weight", (5, K + 1)),
        ("map.decoder0.weight", (K + 1, 7)),
        ("map.target_center", Q - 1),
    ],
)
def test_shapes_that_do_not_fit_are_refused(name: str, shape: tuple[int, ...] | int) -> None:
    arrays = autoencoder().to_arrays("map")
    arrays[name] = np.ones(shape)
    with pytest.raises(ValueError, match="'map' take"):
        Autoencoder.from_arrays(arrays, "map")


def test_without_its_last_layer_it_does_not_fit() -> None:
    arrays = autoencoder().to_arrays("map")
    arrays = {name: array for name, array in arrays.items() if not name.startswith("map.decoder1")}
    with pytest.raises(ValueError, match="take"):
        Autoencoder.from_arrays(arrays, "map")


def test_rows_with_nan_have_no_place_and_leave_others_theirs() -> None:
    made, x = autoencoder(), rows()
    full = made.encode(x)
    x[[3, 17], [0, 5]] = np.nan
    latent = made.encode(x)
    kept = np.setdiff1d(np.arange(50), [3, 17])
    assert np.isnan(latent[[3, 17]]).all()
    assert np.array_equal(latent[kept], full[kept])
    assert np.isnan(made.decode(latent)[[3, 17]]).all()


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_places_depend_neither_on_company_nor_on_order(seed: int, size: int) -> None:
    made, x = autoencoder(seed), rows(41, seed)
    latent = made.encode(x)
    pieces = np.concatenate([made.encode(x[k : k + size]) for k in range(0, 41, size)])
    np.testing.assert_allclose(pieces, latent, rtol=1e-12, atol=1e-12)
    order = np.random.default_rng(seed).permutation(41)
    np.testing.assert_allclose(made.encode(x[order]), latent[order], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(made.decode(latent[:1]), made.decode(latent)[:1], rtol=1e-12, atol=1e-12)


def test_rows_are_not_changed() -> None:
    made, x = autoencoder(), rows()
    before = x.copy()
    made.decode(made.encode(x))
    assert np.array_equal(x, before)
    assert made.encode(np.empty((0, P))).shape == (0, K)
