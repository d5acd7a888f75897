"""Autoencoders at prediction: rows become a few latent coordinates, and what these explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.infer.network import Activation, Layer, forward

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.core.types import FloatArray

__all__ = ["Autoencoder"]

_STANDARD = ("center", "scale", "target_center", "target_scale")


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """Two networks: one to the latent coordinates, one from them to the target.

    Attributes
    ----------
    center, scale : (p,) float64
        Inputs enter as ``(x - center) / scale``.
    encoder, decoder : tuple of Layer
        The last layer of each is linear.
    target_center, target_scale : (q,) float64
        The target is ``target_center + target_scale * decoder(latent)``; with inputs as targets q is p.
    activation : {"relu", "tanh"}
        Of the hidden units.
    """

    center: FloatArray
    scale: FloatArray
    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]
    target_center: FloatArray
    target_scale: FloatArray
    activation: Activation = "tanh"

    @property
    def size(self) -> int:
        """Number of latent coordinates."""
        return int(self.encoder[-1].weight.shape[1])

    def encode(self, x: FloatArray) -> FloatArray:
        """Return the latent coordinates (n, k) of rows (n, p); NaN for rows with NaN."""
        return forward((x - self.center) / self.scale, self.encoder, self.activation)

    def decode(self, latent: FloatArray) -> FloatArray:
        """Return the targets (n, q) that latent coordinates (n, k) stand for."""
        return self.target_center + self.target_scale * forward(latent, self.decoder, self.activation)

    def to_arrays(self, name: str) -> dict[str, FloatArray]:
        """Return the weights under names that begin with `name`, for `from_arrays`."""
        arrays = {f"{name}.{part}": getattr(self, part) for part in _STANDARD}
        for half, layers in (("encoder", self.encoder), ("decoder", self.decoder)):
            for depth, layer in enumerate(layers):
                arrays[f"{name}.{half}{depth}.weight"] = layer.weight
                arrays[f"{name}.{half}{depth}.bias"] = layer.bias
                if layer.gain is not None and layer.shift is not None:
                    arrays[f"{name}.{half}{depth}.gain"] = layer.gain
                    arrays[f"{name}.{half}{depth}.shift"] = layer.shift
        return arrays

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, FloatArray], name: str, activation: Activation = "tanh"
    ) -> Autoencoder:
        """Return the autoencoder whose weights `to_arrays` has named.

        Raises
        ------
        KeyError
            If weights are missing.
        ValueError
            If their shapes do not fit one another.
        """
        center, scale, target_center, target_scale = (arrays[f"{name}.{part}"] for part in _STANDARD)
        encoder, decoder = (_layers(arrays, f"{name}.{half}") for half in ("encoder", "decoder"))
        made = cls(center, scale, encoder, decoder, target_center, target_scale, activation)
        sizes = [len(center), *(layer.weight.shape[1] for layer in (*made.encoder, *made.decoder))]
        entering = [layer.weight.shape[0] for layer in (*made.encoder, *made.decoder)]
        if sizes[:-1] != entering or sizes[-1] != len(target_center):
            raise ValueError(f"the layers of {name!r} take {entering} values and are given {sizes}")
        return made


def _layers(arrays: Mapping[str, FloatArray], name: str) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    while f"{name}{len(layers)}.weight" in arrays or not layers:
        parts = [f"{name}{len(layers)}.{part}" for part in ("weight", "bias", "gain", "shift")]
        weight, bias = (np.asarray(arrays[part]) for part in parts[:2])
        layers.append(Layer(weight, bias, arrays.get(parts[2]), arrays.get(parts[3])))
    return tuple(layers)
