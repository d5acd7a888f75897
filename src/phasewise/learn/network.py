"""Training of small dense networks on tables, by torch on one CPU thread."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from torch import nn

from phasewise.infer.network import CLIP, Activation, DenseNetwork, Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from phasewise.core.types import FloatArray

    LossOf = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, float], torch.Tensor]

__all__ = [
    "Epochs",
    "NetworkRecipe",
    "cross_entropy",
    "descend",
    "reproducible",
    "train_network",
    "train_networks",
]

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}


class Epochs(Protocol):
    """Gives the rows of one epoch: features (n, p), classes (n,) and weights (n,)."""

    def __call__(self, epoch: int, /) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return features, targets (n, k) and weights of that epoch."""
        ...


@dataclass(frozen=True)
class NetworkRecipe:
    """What decides how a network is trained; the same recipe and seed give the same weights."""

    hidden: tuple[int, ...] = (64, 64)
    epochs: int = 40
    batch: int = 512
    learning_rate: float = 3e-3
    weight_decay: float = 1e-3
    seed: int = 0
    activation: Activation = "relu"
    fused: bool = False
    """One kernel takes a step of the optimiser: faster, and rounded otherwise."""


def train_network(
    rows: Epochs,
    center: FloatArray,
    scale: FloatArray,
    n_classes: int,
    recipe: NetworkRecipe,
    progress: Callable[[float], object] | None = None,
) -> DenseNetwork:
    """Return a network trained by cross-entropy with AdamW and a one-cycle learning rate.

    Parameters
    ----------
    rows : Epochs
        Makes the rows of each epoch, so that augmentation can differ from one to the next.
    center, scale : (p,) float64
        Features enter as ``clip((x - center) / scale, -8, 8)``.
    n_classes : int
        Number of outputs.
    recipe : NetworkRecipe
        Sizes, rates and seed.
    progress : callable, optional
        Told the mean loss of each epoch.
    """
    return train_networks(rows, center, scale, n_classes, [recipe], progress)[0]


def train_networks(
    rows: Epochs,
    center: FloatArray,
    scale: FloatArray,
    n_classes: int,
    recipes: Sequence[NetworkRecipe],
    progress: Callable[[float], object] | None = None,
) -> list[DenseNetwork]:
    """Return networks that learn from the same rows in each epoch, from other beginnings in other orders.

    Parameters are those of `train_network`; recipes differ by their seed alone. `progress` is told of each
    epoch of each network.
    """
    models, descents = [], []
    for recipe in recipes:
        reproducible(recipe.seed)
        sizes = (len(center), *recipe.hidden, n_classes)
        layers: list[nn.Module] = []
        for fan_in, fan_out in pairwise(sizes):
            layers += [nn.Linear(fan_in, fan_out), ACTIVATIONS[recipe.activation]()]
        model = nn.Sequential(*layers[:-1])
        groups = [{"params": list(model.parameters()), "weight_decay": recipe.weight_decay}]
        models.append(model)
        descents.append(_Descent(groups, recipe))
    for epoch in range(recipes[0].epochs):
        tensors = _tensors(rows(epoch), (center, scale))
        for model, descent in zip(models, descents, strict=True):
            loss = descent.epoch(tensors, _loss_of(model), epoch)
            if progress is not None:
                progress(loss)
    return [_at_prediction(m, center, scale, r) for m, r in zip(models, recipes, strict=True)]


def _loss_of(model: nn.Module) -> LossOf:
    return lambda x, y, weight, _: cross_entropy(model(x), y, weight)


def _at_prediction(
    model: nn.Sequential, center: FloatArray, scale: FloatArray, recipe: NetworkRecipe
) -> DenseNetwork:
    linear = [m for m in model if isinstance(m, nn.Linear)]
    arrays = [tuple(p.detach().numpy().astype(np.float64) for p in (m.weight, m.bias)) for m in linear]
    return DenseNetwork(center, scale, tuple(Layer(w.T.copy(), b) for w, b in arrays), recipe.activation)


def reproducible(seed: int) -> None:
    """Seed torch and hold it to one thread: the same seed then gives the same weights on one machine."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return the mean over rows of weight times the cross-entropy with targets (n, k)."""
    return -(weight * (targets * torch.log_softmax(logits, dim=1)).sum(dim=1)).mean()


def descend(
    groups: Iterable[dict[str, Any]],
    loss_of: LossOf,
    rows: Epochs,
    standard: tuple[FloatArray, FloatArray] | None,
    recipe: NetworkRecipe,
    progress: Callable[[float], object] | None = None,
) -> None:
    """Minimise a loss by AdamW with a one-cycle learning rate, epoch by epoch.

    Parameters
    ----------
    groups : iterable of dict
        Parameter groups as torch's optimisers take them.
    loss_of : callable
        Gives the loss of a batch from features, targets, weights, and the part of the training that is
        done (0 to 1).
    rows, recipe, progress
        As for `train_network`.
    standard : ((p,), (p,)), optional
        Center and scale of the features, which are clipped then; without it they enter as they are.
    """
    descent = _Descent(groups, recipe)
    for epoch in range(recipe.epochs):
        loss = descent.epoch(_tensors(rows(epoch), standard), loss_of, epoch)
        if progress is not None:
            progress(loss)


def _tensors(
    epoch: tuple[FloatArray, FloatArray, FloatArray], standard: tuple[FloatArray, FloatArray] | None
) -> list[torch.Tensor]:
    x, y, weight = epoch
    inputs = x if standard is None else np.clip((x - standard[0]) / standard[1], -CLIP, CLIP)
    return [torch.from_numpy(np.ascontiguousarray(a, dtype=np.float32)) for a in (inputs, y, weight)]


class _Descent:
    """The optimiser of one network, its schedule and the order of its batches."""

    def __init__(self, groups: Iterable[dict[str, Any]], recipe: NetworkRecipe) -> None:
        self.recipe = recipe
        self.generator = torch.Generator().manual_seed(recipe.seed)
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.learning_rate, fused=recipe.fused)
        self.schedule: torch.optim.lr_scheduler.OneCycleLR | None = None

    def epoch(self, tensors: Sequence[torch.Tensor], loss_of: LossOf, epoch: int) -> float:
        """Take the steps of one epoch and return the mean loss."""
        recipe, n = self.recipe, len(tensors[0])
        if self.schedule is None:
            steps = -(-n // recipe.batch)
            self.schedule = torch.optim.lr_scheduler.OneCycleLR(
                self.optimiser, recipe.learning_rate, total_steps=steps * recipe.epochs + recipe.epochs
            )
        order = torch.randperm(n, generator=self.generator)
        x, y, weight = (t[order] for t in tensors)
        loss_sum = 0.0
        for start in range(0, n, recipe.batch):
            batch = slice(start, start + recipe.batch)
            self.optimiser.zero_grad()
            loss = loss_of(x[batch], y[batch], weight[batch], epoch / recipe.epochs)
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimiser.step()
            self.schedule.step()
            loss_sum += float(loss.detach()) * len(x[batch])
        return loss_sum / n
