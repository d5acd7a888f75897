"""Training of a model of compositions, with siblings that have not seen one fold each.

The siblings give predictions for every publication by a model that has not seen it. Temperature and
thresholds come from those, and so do the figures in the card. The model that is shipped is then
trained on all folds.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.feature_model import FeatureModel, from_bundle, to_arrays
from phasewise.compositions.features import INPUTS, features
from phasewise.compositions.model import among_phases, conformal_entries
from phasewise.compositions.pairs import settle_pairs
from phasewise.compositions.totals import analytical_total, corrected_total
from phasewise.compositions.training.assemble import (
    AugmentedEpochs,
    assemble,
    assemble_unmixing,
    counterexamples,
    masked,
    phase_index,
)
from phasewise.compositions.training.card import base_card, metrics
from phasewise.compositions.training.material import gather
from phasewise.compositions.training.recipe import FOR_VERDICTS, check_tellable
from phasewise.compositions.training.tables import Table
from phasewise.core.errors import ModelError
from phasewise.core.types import Analyses
from phasewise.infer.bundle import CARD, load_bundle
from phasewise.infer.network import DenseNetwork, ensemble_probabilities
from phasewise.learn.bundle import save_bundle
from phasewise.learn.calibrate import belonging_threshold, fit_belonging_exponent, fit_temperature
from phasewise.learn.conformal import fit_conformal
from phasewise.learn.network import NetworkRecipe, train_network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from phasewise.compositions.training.clean import Cleaning
    from phasewise.compositions.training.counterexamples import Rows as Taught
    from phasewise.compositions.training.own_data import OwnData
    from phasewise.compositions.training.recipe import Recipe
    from phasewise.core.types import FloatArray

__all__ = ["Training", "train"]


@dataclass(frozen=True, eq=False)
class Rows:
    """What one training sees: rows of the phases, and of other minerals."""

    table: Table
    others: Table


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


class _Epochs:
    """Counts the epochs of all networks."""

    def __init__(self, progress: Callable[[int, int], object], total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def add(self, n: int) -> None:
        self._done += n
        self._progress(self._done, self._total)


@dataclass(frozen=True, eq=False)
class Training:
    """The outcome of a training: the model, its siblings by fold, and what cleaning left out."""

    model: FeatureModel
    siblings: dict[int, FeatureModel]
    cleaning: tuple[Cleaning, ...]


def train(
    recipe: Recipe,
    out: Path,
    tell: Callable[[str], object],
    *,
    own: OwnData | None = None,
    force: bool = False,
    progress: Callable[[int, int], object] = lambda *_: None,
) -> Training:
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
    own : OwnData, optional
        A user's labelled rows.
    force : bool
        Whether a model of another recipe or other data in that folder may be overwritten.
    progress : callable
        Told the number of epochs that are done, and of all.

    Raises
    ------
    ModelError
        If the recipe asks for what cannot be told, a phase has no rows, or the folder holds another model.
    """
    check_tellable(recipe)
    material = gather(recipe, own, tell)
    base = base_card(recipe, material)
    _make_room(out, base, force=force)
    done = _Epochs(progress, (material.n_folds + 1) * (recipe.networks + 1) * recipe.epochs)
    table, others = material.table, material.others
    held: dict[int, Held] = {}
    for fold in range(material.n_folds):
        tell(f"sibling {fold + 1} of {material.n_folds}, which does not see fold {fold}")
        seen, unseen = _but(table, fold), _only(table, fold)
        folder = out / "siblings" / f"fold_{fold}"
        card = base | {"without_fold": fold}
        trained = _trained(Rows(seen, _but(others, fold)), recipe, folder, card, tell, done)
        rng = np.random.default_rng([recipe.seed, 77, fold])
        odd = counterexamples(unseen, _only(others, fold), recipe, rng)
        held[fold] = Held(unseen, _only(material.published, fold), trained, odd)
    siblings = {}
    for fold, mine in held.items():
        rest = [h for k, h in held.items() if k != fold]
        card = base | {"without_fold": fold} | _decisions(rest, recipe)
        siblings[fold] = _save(out / "siblings" / f"fold_{fold}", mine.trained, card)
    tell("the model itself, on all folds")
    trained = _trained(Rows(table, others), recipe, out, base, tell, done)
    card = base | _decisions(list(held.values()), recipe)
    card["metrics"] = metrics(siblings, {k: h.table for k, h in held.items()}, recipe, material)
    card["cleaning"] = material.by_label()
    return Training(_save(out, trained, card), siblings, material.cleaning)


def _only(table: Table, fold: int) -> Table:
    return table.take(np.flatnonzero(table.fold == fold))


def _but(table: Table, fold: int) -> Table:
    return table.take(np.flatnonzero(table.fold != fold))


def _make_room(out: Path, base: dict[str, Any], *, force: bool) -> None:
    """Raise where a folder holds a model, finished or not, that this training would not go on with.

    With `force`, such a model loses its card, and without one it is none.
    """
    for folder in (out, *sorted((out / "siblings").glob("fold_*"))):
        file = folder / CARD
        if not file.is_file():
            continue
        try:
            held = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            held = {}
        if _what_trains(held) == _what_trains(base):
            continue
        if not force:
            raise ModelError(
                f"'{folder}' holds '{held.get('name', 'a damaged card')}', of another recipe or other "
                "data. Give another folder with --out, or overwrite it with --force."
            )
        file.unlink()


def _trained(
    rows: Rows,
    recipe: Recipe,
    folder: Path,
    card: dict[str, Any],
    tell: Callable[[str], object],
    done: _Epochs,
) -> Trained:
    """Return trained networks, from the folder where an earlier training has left them."""
    found = _left_behind(folder, card)
    if found is not None:
        tell("  found as an earlier training left it")
        done.add((recipe.networks + 1) * recipe.epochs)
        return found
    rng = np.random.default_rng([recipe.seed, 11])
    naming = assemble(rows.table, rows.others, recipe, rng)
    unmixing = assemble_unmixing(rows.table, rows.others, recipe, rng)
    center, scale = AugmentedEpochs(naming, recipe.seed, recipe.used).standard()

    def network(name: str, taught: Taught, seed: int) -> DenseNetwork:
        losses: list[float] = []

        def one_more(loss: float) -> None:
            losses.append(loss)
            done.add(1)

        shape = NetworkRecipe(recipe.hidden, recipe.epochs, seed=seed)
        epochs = AugmentedEpochs(taught, seed, recipe.used)
        made = train_network(epochs, center, scale, len(recipe.phases) + 1, shape, one_more)
        tell(f"  {name}: loss {losses[-1]:.4f} over {len(taught.values)} rows")
        return made

    names = [f"network {n + 1} of {recipe.networks}" for n in range(recipe.networks)]
    networks = tuple(network(name, naming, recipe.seed + 1 + n) for n, name in enumerate(names))
    trained = Trained(networks, network("unmixing", unmixing, recipe.seed))
    _save(folder, trained, card | _undecided(recipe.phases))
    return trained


def _undecided(phases: tuple[str, ...]) -> dict[str, Any]:
    return {
        "calibration": {"temperature": 1.0, "belonging_exponent": 0.0},
        "thresholds": {"belonging": 1.0, "probability": 1.0},
        "conformal": {"coverage": 0.5, "thresholds": dict.fromkeys(phases, 1.0)},
    }


def _left_behind(folder: Path, card: dict[str, Any]) -> Trained | None:
    try:
        model = from_bundle(load_bundle(folder)) if folder.is_dir() else None
    except ModelError:
        return None
    if model is None or model.card.get("without_fold") != card.get("without_fold"):
        return None
    return Trained(model.networks, model.unmixing) if _what_trains(model.card) == _what_trains(card) else None


def _what_trains(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a card decides the weights; what only decides verdicts may change."""
    training = dict(card.get("training", {}))
    recipe = {k: v for k, v in training.get("recipe", {}).items() if k not in FOR_VERDICTS}
    return training | {"recipe": recipe}


def _save(folder: Path, trained: Trained, card: dict[str, Any]) -> FeatureModel:
    save_bundle(folder, to_arrays(trained.networks, trained.unmixing), card)
    return from_bundle(load_bundle(folder))


def _decisions(held: list[Held], recipe: Recipe) -> dict[str, Any]:
    """Return temperature and thresholds from predictions for unseen publications."""
    x = [_seen(h.table.values, recipe) for h in held]
    truth = np.concatenate([phase_index(h.table, recipe.phases) for h in held])
    temperature = fit_temperature(lambda t: among_phases(_pooled(held, x, t)), truth)
    p = _pooled(held, x, temperature)
    right = among_phases(p).argmax(axis=1) == truth
    odd = _pooled(held, [_seen(h.counterexamples, recipe) for h in held], temperature)
    threshold = belonging_threshold(
        1 - p[right, -1], 1 - odd[:, -1], recipe.most_false_accepted, recipe.least_accepted
    )
    exponent = _exponent(held, temperature, recipe)
    table = Table.join([h.table for h in held])
    judged = _with_totals(table, among_phases(p), recipe.phases) * (1 - p[:, -1:]) ** exponent
    sets = fit_conformal(judged, truth, table.source, recipe.coverage)
    return {
        "calibration": {"temperature": temperature, "belonging_exponent": exponent},
        "thresholds": {"belonging": threshold, "probability": recipe.accept_probability},
        "conformal": conformal_entries(sets, recipe.phases),
    }


def _seen(values: FloatArray, recipe: Recipe) -> FloatArray:
    """Return the features that a model of the recipe sees."""
    return features(masked(values, recipe.used))


def _pooled(held: list[Held], x: list[FloatArray], temperature: float) -> FloatArray:
    """Return the probabilities that the networks of each fold give for its own features, joined."""
    return np.concatenate(
        [ensemble_probabilities(h.trained.networks, f, temperature) for h, f in zip(held, x, strict=True)]
    )


def _exponent(held: list[Held], temperature: float, recipe: Recipe) -> float:
    """Return the belonging exponent, from rows as published, errors included."""
    truth = np.concatenate([phase_index(h.published, recipe.phases) for h in held])
    p = _pooled(held, [_seen(h.published.values, recipe) for h in held], temperature)
    among = among_phases(p)
    return fit_belonging_exponent(among.max(axis=1), 1 - p[:, -1], among.argmax(axis=1) == truth)


def _with_totals(table: Table, among: FloatArray, phases: tuple[str, ...]) -> FloatArray:
    """Return probabilities among the phases after the declared pairs have been settled."""
    values = table.values[:, :-1]
    analyses = Analyses(values, INPUTS[:-1], np.zeros(values.shape, dtype=bool))
    total = corrected_total(analyses, analytical_total(analyses))
    return settle_pairs(among, total, analyses, phases)
