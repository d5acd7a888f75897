"""The networks of one model: trained, stored beside their card, found again, several models side by side."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from queue import Empty
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.own_minerals import add_own_minerals
from phasewise.compositions.feature_model import FeatureModel, from_bundle, to_arrays
from phasewise.compositions.training.assemble import AugmentedEpochs, assemble, assemble_unmixing
from phasewise.compositions.training.recipe import FOR_VERDICTS
from phasewise.core.errors import ModelError
from phasewise.infer.bundle import load_bundle
from phasewise.learn.bundle import save_bundle
from phasewise.learn.network import NetworkRecipe, train_networks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from queue import Queue

    from phasewise.compositions.known_rows import KnownRows
    from phasewise.compositions.training.counterexamples import Rows
    from phasewise.compositions.training.recipe import Recipe
    from phasewise.compositions.training.tables import Table
    from phasewise.infer.mixing import TypicalCompositions
    from phasewise.infer.network import DenseNetwork

__all__ = ["Task", "Trained", "save", "train_all", "what_trains"]

LARGEST_BATCH, SMALLEST_BATCH, LEAST_STEPS = 2048, 128, 100
"""Rows of a batch, and steps of an epoch as far as the smallest batch allows."""

LEARNING_RATE = 8e-3
"""Of the largest batch; it falls with the root of the batch."""

_PATIENCE_S = 0.2


@dataclass(frozen=True, eq=False)
class Trained:
    """The ensemble that names phases, and the network that tells what a refused analysis is made of."""

    networks: tuple[DenseNetwork, ...]
    unmixing: DenseNetwork


@dataclass(frozen=True, eq=False)
class Task:
    """One model to be trained: its name for people, its rows, and where it goes with which card."""

    title: str
    table: Table
    others: Table
    recipe: Recipe
    folder: Path
    card: dict[str, Any]

    @property
    def epochs(self) -> int:
        """Epochs of all its networks."""
        return (self.recipe.networks + 1) * self.recipe.epochs


def train_all(
    tasks: Sequence[Task],
    workers: int,
    tell: Callable[[str], object],
    epoch_done: Callable[[int], object],
) -> list[Trained]:
    """Return the networks of each task, from its folder where an earlier training has left them.

    Parameters
    ----------
    tasks : sequence of Task
    workers : int
        Processes; the weights do not depend on it.
    tell, epoch_done : callable
        Told in words what is being done, and how many epochs were done.
    """
    if workers <= 1 or len(tasks) <= 1:
        return [_train(task, tell, epoch_done) for task in tasks]
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(workers, mp_context=context) as pool:
        messages: Queue[str | int] = manager.Queue()
        waiting = [pool.submit(_train_apart, task, messages) for task in tasks]
        try:
            while not all(future.done() for future in waiting) or not messages.empty():
                _pass_on(messages, tell, epoch_done)
                _raise_first(waiting)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in waiting]


def _raise_first(waiting: Sequence[Any]) -> None:
    for future in waiting:
        if future.done():
            future.result()


def _pass_on(
    messages: Queue[str | int], tell: Callable[[str], object], epoch_done: Callable[[int], object]
) -> None:
    try:
        message = messages.get(timeout=_PATIENCE_S)
    except Empty:
        return
    if isinstance(message, str):
        tell(message)
    else:
        epoch_done(message)


def _train_apart(task: Task, messages: Queue[str | int]) -> Trained:
    add_own_minerals(task.card.get("own_minerals", {}), task.title)
    return _train(task, messages.put, messages.put)


def _train(task: Task, tell: Callable[[str], object], epoch_done: Callable[[int], object]) -> Trained:
    found = _left_behind(task)
    if found is not None:
        tell(f"{task.title}: found as an earlier training left it")
        epoch_done(task.epochs)
        return found
    recipe = task.recipe
    rng = np.random.default_rng([recipe.seed, 11])
    naming = assemble(task.table, task.others, recipe, rng)
    unmixing = assemble_unmixing(task.table, task.others, recipe, rng)
    center, scale = AugmentedEpochs(naming, recipe.seed, recipe.used).standard()

    def networks(name: str, taught: Rows, seeds: Sequence[int]) -> list[DenseNetwork]:
        losses: list[float] = []

        def one_more(loss: float) -> None:
            losses.append(loss)
            epoch_done(1)

        epochs = AugmentedEpochs(taught, seeds[0], recipe.used)
        batch = min(max(len(taught.values) // LEAST_STEPS, SMALLEST_BATCH), LARGEST_BATCH)
        rate = LEARNING_RATE * (batch / LARGEST_BATCH) ** 0.5
        shapes = [
            NetworkRecipe(recipe.hidden, recipe.epochs, batch, rate, seed=seed, fused=True) for seed in seeds
        ]
        made = train_networks(epochs, center, scale, len(recipe.phases) + 1, shapes, one_more)
        loss = sum(losses[-len(seeds) :]) / len(seeds)
        tell(f"{task.title}: {name}, loss {loss:.4f} over {len(taught.values)} rows")
        return made

    seeds = [recipe.seed + 1 + n for n in range(recipe.networks)]
    trained = Trained(
        tuple(networks(f"{recipe.networks} networks", naming, seeds)),
        networks("unmixing", unmixing, [recipe.seed])[0],
    )
    save(task.folder, trained, task.card | _undecided(recipe.phases))
    return trained


def save(
    folder: Path,
    trained: Trained,
    card: dict[str, Any],
    typical: TypicalCompositions | None = None,
    known: KnownRows | None = None,
) -> FeatureModel:
    """Write networks, and what else the model knows, with their card, and return the model."""
    arrays: dict[str, Any] = to_arrays(trained.networks, trained.unmixing, typical)
    if typical is not None:
        card = card | {"mixtures": {"error_scale": typical.error_scale}}
    if known is not None:
        card = card | {"known_rows": {"parts": list(known.names), "folds": known.n_folds}}
        arrays |= known.to_arrays()
    save_bundle(folder, arrays, card)
    return from_bundle(load_bundle(folder))


def _undecided(phases: tuple[str, ...]) -> dict[str, Any]:
    return {
        "calibration": {"temperature": 1.0, "belonging_exponent": 0.0},
        "thresholds": {"belonging": 1.0, "probability": 1.0},
        "conformal": {"coverage": 0.5, "thresholds": dict.fromkeys(phases, 1.0)},
    }


def _left_behind(task: Task) -> Trained | None:
    try:
        model = from_bundle(load_bundle(task.folder)) if task.folder.is_dir() else None
    except ModelError:
        return None
    if model is None or what_trains(model.card) != what_trains(task.card):
        return None
    return Trained(model.networks, model.unmixing)


def what_trains(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a card decides the weights; what only decides verdicts may change."""
    training = {k: v for k, v in card.get("training", {}).items() if k != "sources"}
    recipe = {k: v for k, v in training.get("recipe", {}).items() if k not in FOR_VERDICTS}
    own = card.get("own_minerals", {})
    return training | {"recipe": recipe, "without": card.get("without", ""), "own_minerals": own}
