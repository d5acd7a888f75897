"""Dense networks at prediction: NumPy, float64, no training library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.core.types import BoolArray, FloatArray

__all__ = [
    "CLIP",
    "Activation",
    "DenseNetwork",
    "Ensemble",
    "Layer",
    "ensemble_probabilities",
    "softmax",
    "standardised",
]

Activation = Literal["relu", "tanh"]

CLIP = 8.0
"""Standardised features are held within this bound, so that no absurd value dominates."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One linear map: ``x @ weight + bias``."""

    weight: FloatArray
    bias: FloatArray


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
        out = standardised(x, self.center, self.scale)
        for depth, layer in enumerate(self.layers):
            out = out @ layer.weight
            out += layer.bias
            if depth < len(self.layers) - 1:
                _activate(out, self.activation)
        return out


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

    It gives what `ensemble_probabilities` gives, but for rounding, in less than two thirds of the time:

    * ``clip((x - c) / s, -8, 8) @ w`` is ``clip(x, c - 8 s, c + 8 s) @ (w / s)`` and a constant, so that
      the features are touched once.
    * ``max(h + b, 0)`` is ``max(h, -b) + b``; the last ``b`` joins the bias of the next layer.
    * Features that never change are a constant of the first layer.

    Attributes
    ----------
    low, high : (p,) float64
        Bounds of the features that change.
    first : tuple over networks of (p, hidden) float64
        The first layers.
    floors : tuple over networks of tuple of (hidden,) float64
        The lowest values of the hidden units of each layer.
    weights : tuple over networks of tuple of float64 arrays
        The further layers; the last ones transposed.
    bias : (networks, k, 1) float64
        Biases of the logits, over the temperature.
    """

    low: FloatArray
    high: FloatArray
    first: tuple[FloatArray, ...]
    floors: tuple[tuple[FloatArray, ...], ...]
    weights: tuple[tuple[FloatArray, ...], ...]
    bias: FloatArray

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
        low, high = center - CLIP * scale, center + CLIP * scale
        kept = np.ones(len(center), dtype=bool) if varying is None else varying
        fixed = (np.clip(constant, low, high) * ~kept - center) / scale
        folded = [_folded(network, fixed, temperature) for network in networks]
        first = tuple((network.layers[0].weight / scale[:, None])[kept] for network in networks)
        return cls(
            low[kept],
            high[kept],
            first,
            tuple(floors for floors, _, _ in folded),
            tuple(weights for _, weights, _ in folded),
            np.stack([bias[:, None] for _, _, bias in folded]),
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
        held = np.clip(x, self.low, self.high)
        p = np.empty((*self.bias.shape[:2], len(x)))
        for k, (first, floors, weights) in enumerate(zip(self.first, self.floors, self.weights, strict=True)):
            out = held @ first
            for floor, weight in zip(floors, (*weights[:-1], None), strict=True):
                out = np.maximum(out, floor, out=out)
                out = out if weight is None else out @ weight
            np.matmul(weights[-1], out.T, out=p[k])
        p += self.bias
        p -= p.max(axis=1, keepdims=True)
        np.exp(p, out=p)
        p /= p.sum(axis=1, keepdims=True)
        return np.asarray(p.mean(axis=0).T)


def _folded(
    network: DenseNetwork, fixed: FloatArray, temperature: float
) -> tuple[tuple[FloatArray, ...], tuple[FloatArray, ...], FloatArray]:
    """Return floors, further weights and final bias, where `fixed` is what all rows have in common."""
    first, *further = network.layers
    if not further:
        raise ValueError("an ensemble needs networks with at least one hidden layer")
    bias = first.bias + fixed @ first.weight
    floors = []
    for layer in further:
        floors.append(-bias)
        bias = layer.bias + bias @ layer.weight
    weights = [layer.weight for layer in further]
    weights[-1] = np.ascontiguousarray(weights[-1].T) / temperature
    return tuple(floors), tuple(weights), bias / temperature
