"""Training of autoencoders, by torch on one CPU thread."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from torch import nn

from phasewise.infer.autoencoder import Autoencoder
from phasewise.infer.network import NORM_EPSILON, Layer
from phasewise.learn.network import NetworkRecipe, descend, reproducible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from phasewise.core.types import FloatArray

__all__ = ["AutoencoderRecipe", "Corrupted", "Standard", "train_autoencoder"]


class Corrupted(Protocol):
    """Gives the rows of one epoch: corrupted inputs (n, p), and the targets (n, q) without corruption."""

    def __call__(self, epoch: int, /) -> tuple[FloatArray, FloatArray]:
        """Return inputs and targets of that epoch."""
        ...


@dataclass(frozen=True)
class AutoencoderRecipe:
    """What decides how an autoencoder is trained; the same recipe and seed give the same weights.

    Attributes
    ----------
    hidden : tuple of int
        Sizes of the hidden layers of the encoder; the decoder has them in reverse.
    latent : int
        Number of latent coordinates.
    norm : bool
        Layer normalisation before each activation.
    isometric : bool
        The decoder is linear and its columns orthonormal: distances between latent coordinates are those
        between the standardised targets that they stand for.
    """

    hidden: tuple[int, ...]
    latent: int
    epochs: int
    norm: bool = True
    isometric: bool = False
    batch: int = 512
    learning_rate: float = 3e-3
    weight_decay: float = 1e-4
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Standard:
    """Center and scale of inputs (p,) and targets (q,)."""

    center: FloatArray
    scale: FloatArray
    target_center: FloatArray
    target_scale: FloatArray


def train_autoencoder(
    rows: Corrupted,
    standard: Standard,
    recipe: AutoencoderRecipe,
    progress: Callable[[float], object] | None = None,
) -> Autoencoder:
    """Return an autoencoder with tanh units, trained to restore targets from corrupted inputs.

    The loss is the sum of squares over the standardised targets; AdamW with a one-cycle learning rate.

    Parameters
    ----------
    rows : Corrupted
        Makes the rows of each epoch.
    standard : Standard
    recipe : AutoencoderRecipe
    progress : callable, optional
        Told the mean loss of each epoch.

    References
    ----------
    Vincent et al. (2008), Extracting and composing robust features with denoising autoencoders,
    doi:10.1145/1390156.1390294.
    """
    reproducible(recipe.seed)
    sizes = (len(standard.center), *recipe.hidden, recipe.latent)
    encoder = _stack(sizes, norm=recipe.norm)
    back = (recipe.latent,) if recipe.isometric else sizes[:0:-1]
    decoder = _stack((*back, len(standard.target_center)), norm=recipe.norm)
    descent = NetworkRecipe(
        recipe.hidden,
        recipe.epochs,
        recipe.batch,
        recipe.learning_rate,
        recipe.weight_decay,
        recipe.seed,
        "tanh",
    )

    def prepared(epoch: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        x, target = rows(epoch)
        inputs = (x - standard.center) / standard.scale
        return inputs, (target - standard.target_center) / standard.target_scale, np.ones(len(x))

    def loss_of(x: torch.Tensor, y: torch.Tensor, weight: torch.Tensor, _: float) -> torch.Tensor:
        off: torch.Tensor = decoder(encoder(x)) - y
        return (weight * (off**2).sum(dim=1)).mean()

    parameters = [*encoder.parameters(), *decoder.parameters()]
    groups = [{"params": parameters, "weight_decay": recipe.weight_decay}]
    descend(groups, loss_of, prepared, None, descent, progress)
    there, back_again = _at_prediction(encoder), _at_prediction(decoder)
    if recipe.isometric:
        there, back_again = _isometric(there, back_again[0])
    return Autoencoder(
        standard.center, standard.scale, there, back_again, standard.target_center, standard.target_scale
    )


def _isometric(encoder: tuple[Layer, ...], decoder: Layer) -> tuple[tuple[Layer, ...], tuple[Layer]]:
    """Return the same networks with latent coordinates turned and stretched to fit the target's distances.

    The part of the decoder's bias that latent coordinates can express becomes theirs.
    """
    columns, turned = np.linalg.qr(decoder.weight.T)
    moved = columns.T @ decoder.bias
    last = encoder[-1]
    latent = Layer(last.weight @ turned.T, last.bias @ turned.T + moved)
    return (*encoder[:-1], latent), (Layer(columns.T.copy(), decoder.bias - columns @ moved),)


def _stack(sizes: Sequence[int], *, norm: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(sizes[:-1]):
        layers.append(nn.Linear(fan_in, fan_out))
        if norm:
            layers.append(nn.LayerNorm(fan_out, eps=NORM_EPSILON))
        layers.append(nn.Tanh())
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))


def _at_prediction(stack: nn.Sequential) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for module in stack:
        if isinstance(module, nn.Linear):
            layers.append(Layer(_array(module.weight).T.copy(), _array(module.bias)))
        elif isinstance(module, nn.LayerNorm):
            last = layers[-1]
            layers[-1] = Layer(last.weight, last.bias, _array(module.weight), _array(module.bias))
    return tuple(layers)


def _array(values: torch.Tensor) -> FloatArray:
    return values.detach().numpy().astype(np.float64)
