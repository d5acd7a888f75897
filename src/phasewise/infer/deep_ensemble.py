"""Networks trained from different beginnings, whose probabilities are averaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from phasewise.infer.missing import measured_inputs
from phasewise.infer.network import DenseNetwork, Layer, softmax
from phasewise.infer.predictive import Predictive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.core.types import FloatArray

__all__ = ["DeepEnsemble"]


@dataclass(frozen=True, eq=False)
class DeepEnsemble:
    """The mean of several networks of tanh units; with a single one, a plain multilayer perceptron.

    Source: Lakshminarayanan et al. 2017, arXiv:1612.01474.

    Attributes
    ----------
    networks : tuple of DenseNetwork
        All with the same center, scale and sizes.
    marked : bool
        Whether the networks are told which inputs were measured; see `measured_inputs`.
    """

    networks: tuple[DenseNetwork, ...]
    marked: bool = False

    def probabilities(self, x: FloatArray) -> FloatArray:
        """Return the mean probabilities (n, k) of inputs (n, p); NaN is an input that was not measured."""
        return np.asarray(self._members(x).mean(axis=0))

    def predictive(self, x: FloatArray) -> Predictive:
        """Return the probabilities of inputs (n, p) and the two parts of their uncertainty."""
        return Predictive.of(self._members(x))

    def _members(self, x: FloatArray) -> FloatArray:
        filled = measured_inputs(x, marked=self.marked)
        return np.stack([softmax(network.logits(filled)) for network in self.networks])

    def to_arrays(self) -> dict[str, FloatArray]:
        """Return all weights by name."""
        arrays = {"center": self.networks[0].center, "scale": self.networks[0].scale}
        arrays["marked"] = np.array([float(self.marked)])
        for n, network in enumerate(self.networks):
            for depth, layer in enumerate(network.layers):
                arrays[f"network{n}.weight{depth}"] = layer.weight
                arrays[f"network{n}.bias{depth}"] = layer.bias
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, FloatArray]) -> Self:
        """Return the ensemble whose `to_arrays` these are."""
        standard = arrays["center"], arrays["scale"]
        networks: list[DenseNetwork] = []
        while f"network{len(networks)}.weight0" in arrays:
            name = f"network{len(networks)}"
            depths = range(sum(key.startswith(f"{name}.weight") for key in arrays))
            layers = tuple(Layer(arrays[f"{name}.weight{d}"], arrays[f"{name}.bias{d}"]) for d in depths)
            networks.append(DenseNetwork(*standard, layers, "tanh"))
        return cls(tuple(networks), bool(arrays["marked"][0]))
