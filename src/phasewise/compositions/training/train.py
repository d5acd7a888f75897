"""Training of a model of compositions, with siblings that have not seen one fold each.

The siblings give predictions for every publication by a model that has not seen it. Temperature and
thresholds come from those, and so do the figures in the card. The model that is shipped is then
trained on all folds.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.mineral import load_minerals
from phasewise.compositions.features import FEATURES, INPUTS, features
from phasewise.compositions.model import (
    TASK,
    CompositionModel,
    among_phases,
    from_bundle,
    to_arrays,
)
from phasewise.compositions.training.assemble import (
    AugmentedEpochs,
    assemble,
    assemble_unmixing,
    counterexamples,
    phase_index,
    stoichiometric_tests,
)
from phasewise.compositions.training.clean import Cleaning, clean
from phasewise.compositions.training.tables import SOURCES, Table, glasses, training_minerals
from phasewise.core.errors import ModelError
from phasewise.infer.bundle import load_bundle
from phasewise.infer.network import DenseNetwork, ensemble_probabilities
from phasewise.learn.bundle import save_bundle
from phasewise.learn.calibrate import (
    belonging_threshold,
    expected_calibration_error,
    fit_belonging_exponent,
    fit_temperature,
)
from phasewise.learn.network import NetworkRecipe, train_network
from phasewise.learn.scores import class_scores, source_interval

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from phasewise.compositions.training.recipe import Recipe
    from phasewise.core.types import FloatArray

__all__ = ["Training", "train"]

N_FOLDS = 5


@dataclass(frozen=True, eq=False)
class Trained:
    """The ensemble that names phases, and the network that tells what a refused analysis is made of."""

    networks: tuple[DenseNetwork, ...]
    unmixing: DenseNetwork


@dataclass(frozen=True, eq=False)
class Held:
    """A fold and the networks that have not seen it: clean rows, rows as published, counter-examples."""

    table: Table
    published: Table
    trained: Trained
    counterexamples: FloatArray


@dataclass(frozen=True, eq=False)
class Training:
    """The outcome of a training: the model, its siblings by fold, and what cleaning left out."""

    model: CompositionModel
    siblings: dict[int, CompositionModel]
    cleaning: tuple[Cleaning, ...]


def train(recipe: Recipe, out: Path, tell: Callable[[str], None]) -> Training:
    """Train a model and its siblings and write them to a folder.

    Siblings that an interrupted training with the same recipe and data left in the folder are used again.

    Parameters
    ----------
    recipe : Recipe
        Everything that decides what the model is.
    out : Path
        Folder for the model; its siblings go to ``siblings/fold_K`` in it.
    tell : callable
        Told in words what is being done.
    """
    tests, minerals = stoichiometric_tests(recipe.phases), load_minerals()
    cleaning = tuple(clean(table, minerals, tests) for table in (training_minerals(), glasses()))
    table = Table.join([c.kept for c in cleaning])
    table = table.take(np.flatnonzero(np.isin(table.label.astype(str), recipe.phases)))
    tell(f"{len(table)} of {sum(len(c.table) for c in cleaning)} rows are fit for training")
    base = _base_card(recipe, table)
    published = Table.join([c.judged for c in cleaning])
    held: dict[int, Held] = {}
    for fold in range(N_FOLDS):
        tell(f"sibling {fold + 1} of {N_FOLDS}, which does not see fold {fold}")
        seen = table.take(np.flatnonzero(table.fold != fold))
        unseen = table.take(np.flatnonzero(table.fold == fold))
        folder = out / "siblings" / f"fold_{fold}"
        trained = _trained(seen, recipe, folder, base | {"without_fold": fold}, tell)
        rng = np.random.default_rng([recipe.seed, 77, fold])
        as_published = published.take(np.flatnonzero(published.fold == fold))
        held[fold] = Held(unseen, as_published, trained, counterexamples(unseen, recipe, rng))
    siblings = {}
    for fold, own in held.items():
        others = [h for k, h in held.items() if k != fold]
        card = base | {"without_fold": fold} | _decisions(others, recipe)
        siblings[fold] = _save(out / "siblings" / f"fold_{fold}", own.trained, card)
    tell("the model itself, on all folds")
    trained = _trained(table, recipe, out, base, tell)
    card = base | _decisions(list(held.values()), recipe)
    card["metrics"] = _metrics(siblings, held, recipe)
    card["cleaning"] = {k: dict(v) for c in cleaning for k, v in c.by_label().items()}
    return Training(_save(out, trained, card), siblings, cleaning)


def _trained(
    table: Table, recipe: Recipe, folder: Path, card: dict[str, Any], tell: Callable[[str], None]
) -> Trained:
    """Return trained networks, from the folder where an earlier training has left them."""
    found = _left_behind(folder, card)
    if found is not None:
        tell("  found as an earlier training left it")
        return found
    rng = np.random.default_rng([recipe.seed, 11])
    epochs = AugmentedEpochs(assemble(table, recipe, rng), recipe.seed)
    unmixing = AugmentedEpochs(assemble_unmixing(table, recipe, rng), recipe.seed)
    center, scale = epochs.standard()

    def network(name: str, rows: AugmentedEpochs, seed: int) -> DenseNetwork:
        losses: list[float] = []
        shape = NetworkRecipe(recipe.hidden, recipe.epochs, seed=seed)
        made = train_network(
            replace(rows, seed=seed), center, scale, len(recipe.phases) + 1, shape, losses.append
        )
        tell(f"  {name}: loss {losses[-1]:.4f} over {len(rows.rows.values)} rows")
        return made

    names = [f"network {n + 1} of {recipe.networks}" for n in range(recipe.networks)]
    networks = tuple(network(name, epochs, recipe.seed + 1 + n) for n, name in enumerate(names))
    trained = Trained(networks, network("unmixing", unmixing, recipe.seed))
    _save(folder, trained, card | _UNDECIDED)
    return trained


_UNDECIDED = {
    "calibration": {"temperature": 1.0, "belonging_exponent": 0.0},
    "thresholds": {"belonging": 1.0, "probability": 1.0, "coverage": 1.0},
}


def _left_behind(folder: Path, card: dict[str, Any]) -> Trained | None:
    try:
        model = from_bundle(load_bundle(folder)) if folder.is_dir() else None
    except ModelError:
        return None
    same = ("training", "without_fold")
    if model is None or any(model.card.get(key) != card.get(key) for key in same):
        return None
    return Trained(model.networks, model.unmixing)


def _save(folder: Path, trained: Trained, card: dict[str, Any]) -> CompositionModel:
    save_bundle(folder, to_arrays(trained.networks, trained.unmixing), card)
    return from_bundle(load_bundle(folder))


def _base_card(recipe: Recipe, table: Table) -> dict[str, Any]:
    rows = hashlib.sha256(
        np.ascontiguousarray(table.values).tobytes() + "\n".join(table.label).encode()
    ).hexdigest()
    return {
        "name": recipe.name,
        "description": recipe.description,
        "task": TASK,
        "classes": list(recipe.phases),
        "inputs": {
            "unit": "wt%, total iron as FeO; NaN where not measured",
            "columns": list(INPUTS),
            "features": list(FEATURES),
        },
        "networks": {"count": recipe.networks, "hidden": list(recipe.hidden), "activation": "relu"},
        "training": {
            "rows": len(table),
            "rows_sha256": rows,
            "split": "five folds by publication",
            "sources": SOURCES,
            "recipe": {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(recipe).items()},
        },
        "limits": {
            "not_trained_on": "LEPR and other experiments, GEOROC; see benchmarks for the figures on them",
            "text": (
                "Knows the phases listed under classes and refuses others; look-alikes of the same "
                "composition (polymorphs, glasses of mineral composition) cannot be told. "
                "Not for whole-rock analyses."
            ),
        },
    }


def _decisions(held: list[Held], recipe: Recipe) -> dict[str, Any]:
    """Return temperature and thresholds from predictions for unseen publications."""
    x = [features(h.table.values) for h in held]
    truth = np.concatenate([phase_index(h.table, recipe.phases) for h in held])
    temperature = fit_temperature(lambda t: among_phases(_pooled(held, x, t)), truth)
    p = _pooled(held, x, temperature)
    right = among_phases(p).argmax(axis=1) == truth
    odd = _pooled(held, [features(h.counterexamples) for h in held], temperature)
    threshold = belonging_threshold(
        1 - p[right, -1], 1 - odd[:, -1], recipe.most_false_accepted, recipe.least_accepted
    )
    return {
        "calibration": {
            "temperature": temperature,
            "belonging_exponent": _exponent(held, temperature, recipe),
        },
        "thresholds": {
            "belonging": threshold,
            "probability": recipe.accept_probability,
            "coverage": recipe.coverage,
        },
    }


def _pooled(held: list[Held], x: list[FloatArray], temperature: float) -> FloatArray:
    """Return the probabilities that the networks of each fold give for its own features, joined."""
    return np.concatenate(
        [ensemble_probabilities(h.trained.networks, f, temperature) for h, f in zip(held, x, strict=True)]
    )


def _exponent(held: list[Held], temperature: float, recipe: Recipe) -> float:
    truth = np.concatenate([phase_index(h.published, recipe.phases) for h in held])
    p = _pooled(held, [features(h.published.values) for h in held], temperature)
    among = among_phases(p)
    return fit_belonging_exponent(among.max(axis=1), 1 - p[:, -1], among.argmax(axis=1) == truth)


def _metrics(siblings: dict[int, CompositionModel], held: dict[int, Held], recipe: Recipe) -> dict[str, Any]:
    """Return the scores of the siblings on the publications that each has not seen."""
    names = np.array(recipe.phases, dtype=object)
    p = np.concatenate([siblings[k].probabilities(h.table.values) for k, h in held.items()])
    among = among_phases(p)
    truth = np.concatenate([h.table.label for h in held.values()])
    source = np.concatenate([h.table.source for h in held.values()])
    predicted = names[among.argmax(axis=1)]
    right = predicted == truth
    scores = class_scores(truth, predicted, source)
    return {
        "split": "pooled over five folds by publication, each scored by a sibling that has not seen it",
        "rows": len(truth),
        "publications": len(set(source)),
        "accuracy": float(right.mean()),
        "accuracy_interval": list(source_interval(right, source) or ()),
        "macro_f1": float(np.mean([s.f1 for s in scores])),
        "expected_calibration_error": expected_calibration_error(among.max(axis=1), right),
        "by_class": {s.name: {k: v for k, v in asdict(s).items() if k != "name"} for s in scores},
    }
