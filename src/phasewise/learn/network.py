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
    from collections.abc import Callable, Iterable

    from phasewise.core.types import FloatArray

__all__ = ["Epochs", "NetworkRecipe", "cross_entropy", "descend", "reproducible", "train_network"]

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
    reproducible(recipe.seed)
    sizes = (len(center), *recipe.hidden, n_classes)
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out), ACTIVATIONS[recipe.activation]()]
    model = nn.Sequential(*layers[:-1])
    groups = [{"params": list(model.parameters()), "weight_decay": recipe.weight_decay}]
    descend(groups, lambda x, y, w, _: cross_entropy(model(x), y, w), rows, (center, scale), recipe, progress)
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
    loss_of: Callable[[torch.Tensor, torch.Tensor, torch.Tensor, float], torch.Tensor],
    rows: Epochs,
    standard: tuple[FloatArray, FloatArray],
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
    standard : ((p,), (p,))
        Center and scale of the features.
    """
    center, scale = standard
    generator = torch.Generator().manual_seed(recipe.seed)
    optimiser = torch.optim.AdamW(groups, lr=recipe.learning_rate, fused=recipe.fused)
    schedule: torch.optim.lr_scheduler.OneCycleLR | None = None
    for epoch in range(recipe.epochs):
        x, y, weight = rows(epoch)
        inputs = np.clip((x - center) / scale, -CLIP, CLIP)
        tensors = [torch.from_numpy(np.ascontiguousarray(a, dtype=np.float32)) for a in (inputs, y, weight)]
        steps = -(-len(x) // recipe.batch)
        if schedule is None:
            schedule = torch.optim.lr_scheduler.OneCycleLR(
                optimiser, recipe.learning_rate, total_steps=steps * recipe.epochs + recipe.epochs
            )
        order = torch.randperm(len(x), generator=generator)
        loss_sum = 0.0
        for start in range(0, len(x), recipe.batch):
            xb, yb, wb = (t[order[start : start + recipe.batch]] for t in tensors)
            optimiser.zero_grad()
            loss = loss_of(xb, yb, wb, epoch / recipe.epochs)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            loss_sum += float(loss.detach()) * len(xb)
        if progress is not None:
            progress(loss_sum / len(x))
