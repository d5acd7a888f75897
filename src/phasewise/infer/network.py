"""Dense networks at prediction: NumPy, no training library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.core.types import BoolArray, FloatArray, SingleArray

__all__ = [
    "CLIP",
    "Activation",
    "DenseNetwork",
    "Ensemble",
    "Layer",
    "ensemble_probabilities",
    "forward",
    "softmax",
    "standardised",
]

Activation = Literal["relu", "tanh"]

CLIP = 8.0
"""Standardised features are held within this bound, so that no absurd value dominates."""

NORM_EPSILON = 1e-5
"""Added to the variance in layer normalisation, as in PyTorch."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One linear map, ``x @ weight + bias``, and what becomes of its values before they are activated.

    With a gain, the values of each row are brought to mean 0 and variance 1 (layer normalisation, Ba et al.
    2016, arXiv:1607.06450), multiplied by it, and shifted.
    """

    weight: FloatArray
    bias: FloatArray
    gain: FloatArray | None = None
    shift: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class DenseNetwork:
    """A multilayer perceptron.

    Attributes
    ----------
    center, scale : (p,) float64
        Features enter as ``clip((x - center) / scale, -CLIP, CLIP)``.
    layers : tuple of Layer
        The last one gives the logits.
    activation : {"relu", "tanh"}
        Of the hidden units.
    """

    center: FloatArray
    scale: FloatArray
    layers: tuple[Layer, ...]
    activation: Activation = "relu"

    def logits(self, x: FloatArray) -> FloatArray:
        """Return the logits (n, k) of features (n, p); rows with NaN give NaN."""
        return forward(standardised(x, self.center, self.scale), self.layers, self.activation)


def forward(x: FloatArray, layers: Sequence[Layer], activation: Activation) -> FloatArray:
    """Return what layers make of rows (n, p); the values of the last one are not activated."""
    out = x
    for depth, layer in enumerate(layers):
        out = out @ layer.weight
        out += layer.bias
        if layer.gain is not None and layer.shift is not None:
            _normalise(out, layer.gain, layer.shift)
        if depth < len(layers) - 1:
            _activate(out, activation)
    return out


def _normalise(x: FloatArray, gain: FloatArray, shift: FloatArray) -> None:
    x -= x.mean(axis=1, keepdims=True)
    x /= np.sqrt(np.einsum("nk,nk->n", x, x)[:, None] / x.shape[1] + NORM_EPSILON)
    x *= gain
    x += shift


def standardised(x: FloatArray, center: FloatArray, scale: FloatArray) -> FloatArray:
    """Return ``clip((x - center) / scale, -CLIP, CLIP)``."""
    out = (x - center) / scale
    np.clip(out, -CLIP, CLIP, out=out)
    return out


def _activate(x: FloatArray, activation: Activation) -> None:
    if activation == "relu":
        np.maximum(x, 0.0, out=x)
    else:
        np.tanh(x, out=x)


def softmax(logits: FloatArray, temperature: float = 1.0) -> FloatArray:
    """Return probabilities (n, k) of logits (n, k) divided by a temperature."""
    out = logits / temperature
    out -= out.max(axis=1, keepdims=True)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)
    return out


def ensemble_probabilities(
    networks: Sequence[DenseNetwork], x: FloatArray, temperature: float = 1.0
) -> FloatArray:
    """Return the mean of the probabilities (n, k) that the networks give for features (n, p)."""
    total = softmax(networks[0].logits(x), temperature)
    for network in networks[1:]:
        total += softmax(network.logits(x), temperature)
    total /= len(networks)
    return total


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Networks of one shape, arranged to be run over millions of rows; see `Ensemble.of`.

    It gives what `ensemble_probabilities` gives, but for rounding, in half the time:

    * ``clip((x - c) / s, -8, 8) @ w`` is ``clip(x - c, -8 s, 8 s) @ (w / s)``.
    * ``max(h + b, 0)`` is ``max(h, -b) + b``; the last ``b`` joins the bias of the next layer.
    * Features that never change are a constant of the first layer.
    * Hidden units, logits and exponentials are float32, which changes probabilities by about 1e-6; features
      are centred before, and exponentials summed after, in float64, so that what is not of a class remains
      exact where the class is almost certain.

    Attributes
    ----------
    center : (p, 1) float64
        Of the features that change.
    bound : (p, 1) float32
        How far from it they count.
    first : (networks, hidden, p) float32
        The first layers.
    floors : tuple of (networks, hidden, 1) float32
        The lowest values of the hidden units of each layer.
    weights : tuple of (networks, next hidden or k, hidden) float32
        The further layers.
    bias : (networks, k, 1) float32
        Biases of the logits, over the temperature.
    """

    center: FloatArray
    bound: SingleArray
    first: SingleArray
    floors: tuple[SingleArray, ...]
    weights: tuple[SingleArray, ...]
    bias: SingleArray

    @classmethod
    def of(
        cls,
        networks: Sequence[DenseNetwork],
        temperature: float = 1.0,
        *,
        varying: BoolArray | None = None,
        constant: float = 0.0,
    ) -> Ensemble:
        """Return networks with the same center, scale and sizes as one ensemble.

        Parameters
        ----------
        networks : sequence of DenseNetwork
            With at least one hidden layer of rectified linear units.
        temperature : float
            Divides the logits.
        varying : (p,) bool, optional
            The features that the rows will hold; by default all.
        constant : float
            The value of all other features.
        """
        if any(network.activation != "relu" for network in networks):
            raise ValueError("an ensemble needs networks with rectified linear units")
        center, scale = networks[0].center, networks[0].scale
        kept = np.ones(len(center), dtype=bool) if varying is None else varying
        fixed = np.where(kept, 0.0, standardised(np.full(len(center), constant), center, scale))
        floors, weights, biases = zip(*(_folded(n, fixed, temperature) for n in networks), strict=True)
        return cls(
            center[kept, None],
            _single(CLIP * scale[kept, None]),
            _single([(n.layers[0].weight / scale[:, None])[kept].T for n in networks]),
            tuple(_single(layer)[:, :, None] for layer in zip(*floors, strict=True)),
            tuple(_single(layer) for layer in zip(*weights, strict=True)),
            _single(biases)[:, :, None],
        )

    def probabilities(self, x: FloatArray) -> FloatArray:
        """Return the mean of the networks' probabilities.

        Parameters
        ----------
        x : (n, p) float64
            The features that change; fastest where each column is contiguous.

        Returns
        -------
        (n, k) float64
            NaN in rows with NaN. Each column is contiguous.
        """
        held = _single(x.T - self.center)
        out = self.first @ np.clip(held, -self.bound, self.bound, out=held)
        for floor, weight in zip(self.floors, self.weights, strict=True):
            out = weight @ np.maximum(out, floor, out=out)
        out += self.bias
        out -= out.max(axis=1, keepdims=True)
        np.exp(out, out=out)
        shares = 1.0 / (len(out) * out.sum(axis=1, dtype=np.float64))
        return np.asarray(np.einsum("mkn,mn->kn", out, shares).T)


def _folded(
    network: DenseNetwork, fixed: FloatArray, temperature: float
) -> tuple[list[FloatArray], list[FloatArray], FloatArray]:
    """Return floors, further weights and final bias, where `fixed` is what all rows have in common."""
    first, *further = network.layers
    if not further:
        raise ValueError("an ensemble needs networks with at least one hidden layer")
    bias = first.bias + fixed @ first.weight
    floors = []
    for layer in further:
        floors.append(-bias)
        bias = layer.bias + bias @ layer.weight
    weights = [layer.weight.T for layer in further]
    weights[-1] = weights[-1] / temperature
    return floors, weights, bias / temperature


def _single(values: npt.ArrayLike) -> SingleArray:
    return np.ascontiguousarray(values, dtype=np.float32)
