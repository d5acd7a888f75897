"""Dense networks at prediction: NumPy, float64, no training library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.core.types import FloatArray

__all__ = ["CLIP", "DenseNetwork", "Layer", "ensemble_probabilities", "softmax"]

CLIP = 8.0
"""Standardised features are held within this bound, so that no absurd value dominates."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One linear map: ``x @ weight + bias``."""

    weight: FloatArray
    bias: FloatArray


@dataclass(frozen=True, eq=False)
class DenseNetwork:
    """A multilayer perceptron with rectified linear hidden units.

    Attributes
    ----------
    center, scale : (p,) float64
        Features enter as ``clip((x - center) / scale, -CLIP, CLIP)``.
    layers : tuple of Layer
        The last one gives the logits.
    """

    center: FloatArray
    scale: FloatArray
    layers: tuple[Layer, ...]

    def logits(self, x: FloatArray) -> FloatArray:
        """Return the logits (n, k) of features (n, p); rows with NaN give NaN."""
        out = (x - self.center) / self.scale
        np.clip(out, -CLIP, CLIP, out=out)
        for depth, layer in enumerate(self.layers):
            out = out @ layer.weight
            out += layer.bias
            if depth < len(self.layers) - 1:
                np.maximum(out, 0.0, out=out)
        return out


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
