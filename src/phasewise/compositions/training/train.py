"""Training of a model of compositions, with siblings that have each not seen one part of the rows.

Parts are folds of publications, and collections such as GEOROC as a whole. The siblings of folds see no
collection at all; that of a collection sees everything else. So every row is predicted by a model that has
not seen its source. Temperature and thresholds come from those predictions, and so do the figures in the
card. The model that is shipped is trained on everything.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS, features
from phasewise.compositions.model import among_phases, conformal_entries
from phasewise.compositions.totals import analytical_total, corrected_total, weigh_pairs
from phasewise.compositions.training.assemble import counterexamples, masked, phase_index
from phasewise.compositions.training.card import base_card, metrics
from phasewise.compositions.training.material import gather
from phasewise.compositions.training.networks import Task, save, train_all, what_trains
from phasewise.compositions.training.own_classes import told
from phasewise.compositions.training.recipe import check_tellable
from phasewise.compositions.training.tables import Table
from phasewise.core.errors import ModelError
from phasewise.core.types import Analyses
from phasewise.infer.bundle import CARD
from phasewise.infer.network import ensemble_probabilities
from phasewise.learn.calibrate import belonging_threshold, fit_belonging_exponent, fit_temperature
from phasewise.learn.conformal import fit_conformal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from phasewise.compositions.feature_model import FeatureModel
    from phasewise.compositions.training.clean import Cleaning
    from phasewise.compositions.training.material import Material
    from phasewise.compositions.training.networks import Trained
    from phasewise.compositions.training.own_data import OwnData
    from phasewise.compositions.training.recipe import Recipe
    from phasewise.core.types import FloatArray

__all__ = ["Training", "train"]


@dataclass(frozen=True, eq=False)
class Held:
    """Rows and the networks that have not seen them: clean, as published, and counter-examples."""

    table: Table
    published: Table
    trained: Trained
    counterexamples: FloatArray


@dataclass(frozen=True, eq=False)
class Training:
    """The outcome of a training: the model, its siblings by part, and what cleaning left out."""

    model: FeatureModel
    siblings: dict[str, FeatureModel]
    cleaning: tuple[Cleaning, ...]


class _Epochs:
    """Counts the epochs of all networks."""

    def __init__(self, progress: Callable[[int, int], object], total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def add(self, n: int) -> None:
        self._done += n
        self._progress(self._done, self._total)


def train(
    recipe: Recipe,
    out: Path,
    tell: Callable[[str], object],
    *,
    own: OwnData | None = None,
    force: bool = False,
    progress: Callable[[int, int], object] = lambda *_: None,
    workers: int = 1,
) -> Training:
    """Train a model and its siblings and write them to a folder.

    Networks that an interrupted training with the same recipe and data left in the folder are used again.

    Parameters
    ----------
    recipe : Recipe
        Everything that decides what the model is.
    out : Path
        Folder for the model; its siblings go to ``siblings/PART`` in it.
    tell : callable
        Told in words what is being done.
    own : OwnData, optional
        A user's labelled rows.
    force : bool
        Whether a model of another recipe or other data in that folder may be overwritten.
    progress : callable
        Told the number of epochs that are done, and of all.
    workers : int
        Processes that train side by side; the weights do not depend on it.

    Raises
    ------
    ModelError
        If the recipe asks for what cannot be told, a phase has no rows, or the folder holds another model.
    """
    check_tellable(recipe)
    material = gather(recipe, own, tell)
    base = base_card(recipe, material)
    _make_room(out, base, force=force)
    tasks = [
        *(_sibling(part, material, recipe, out, base) for part in range(len(material.parts))),
        Task("the model itself", material.table, material.others, recipe, out, base),
    ]
    done = _Epochs(progress, sum(task.epochs for task in tasks))
    *apart, whole = train_all(tasks, workers, tell, done.add)
    held = _Held(material, tuple(apart), recipe)
    siblings = {}
    for part, name in enumerate(material.parts):
        card = tasks[part].card | _decisions(held.without(part), recipe, material.n_folds)
        siblings[name] = save(tasks[part].folder, apart[part], card)
    card = base | _decisions(held.all(), recipe, material.n_folds)
    card["metrics"] = metrics(siblings, material, recipe)
    card["cleaning"] = material.by_label()
    for line in told(card["metrics"]):
        tell(line)
    return Training(save(out, whole, card), siblings, material.cleaning)


def _sibling(part: int, material: Material, recipe: Recipe, out: Path, base: dict[str, Any]) -> Task:
    """Return the task of the sibling that does not see a part; that of a fold sees no collection either."""
    name, n_folds = material.parts[part], material.n_folds
    most = n_folds if part < n_folds else len(material.parts)
    seen = np.setdiff1d(np.arange(most), [part])
    table, others = (t.take(np.flatnonzero(np.isin(t.fold, seen))) for t in (material.table, material.others))
    card = base | {"without": name}
    return Task(f"sibling without {name}", table, others, recipe, out / "siblings" / name, card)


@dataclass(frozen=True, eq=False)
class _Held:
    """What the siblings say of the parts that they have not seen."""

    material: Material
    apart: tuple[Trained, ...]
    recipe: Recipe

    def all(self) -> dict[int, Held]:
        """Return each part with its sibling."""
        return {part: self.part(part, part) for part in range(len(self.apart))}

    def without(self, part: int) -> dict[int, Held]:
        """Return the other parts, each with networks that have seen neither it nor a collection `part`."""
        n_folds = self.material.n_folds
        judge = part if part < n_folds else 0
        others = [k for k in range(len(self.apart)) if k != part]
        return {k: self.part(k, k if k < n_folds else judge) for k in others}

    @lru_cache(maxsize=32)  # noqa: B019
    def part(self, part: int, by: int) -> Held:
        """Return a part with the networks of a sibling."""
        m = self.material
        table, others, published = (_only(t, part) for t in (m.table, m.others, m.published))
        rng = np.random.default_rng([self.recipe.seed, 77, part])
        odd = counterexamples(table, others, self.recipe, rng)
        return Held(table, published, self.apart[by], odd)


def _only(table: Table, part: int) -> Table:
    return table.take(np.flatnonzero(table.fold == part))


def _make_room(out: Path, base: dict[str, Any], *, force: bool) -> None:
    """Raise where a folder holds a model, finished or not, that this training would not go on with.

    With `force`, such a model loses its card, and without one it is none.
    """
    for folder in (out, *sorted((out / "siblings").glob("*"))):
        file = folder / CARD
        if not file.is_file():
            continue
        try:
            held = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            held = {}
        if what_trains(held | {"without": ""}) == what_trains(base):
            continue
        if not force:
            raise ModelError(
                f"'{folder}' holds '{held.get('name', 'a damaged card')}', of another recipe or other "
                "data. Give another folder with --out, or overwrite it with --force."
            )
        file.unlink()


def _decisions(held: dict[int, Held], recipe: Recipe, n_folds: int) -> dict[str, Any]:
    """Return temperature and thresholds from predictions for rows that the networks have not seen.

    Publications together count as much as each collection.
    """
    parts = list(held.values())
    x = [_seen(h.table.values, recipe) for h in parts]
    weight = _weights(held, n_folds)
    truth = np.concatenate([phase_index(h.table, recipe.phases) for h in parts])
    temperature = fit_temperature(lambda t: among_phases(_pooled(parts, x, t)), truth, sample_weight=weight)
    p = _pooled(parts, x, temperature)
    right = among_phases(p).argmax(axis=1) == truth
    odd = _pooled(parts, [_seen(h.counterexamples, recipe) for h in parts], temperature)
    threshold = belonging_threshold(
        1 - p[right, -1], 1 - odd[:, -1], recipe.most_false_accepted, recipe.least_accepted
    )
    exponent = _exponent(parts, temperature, recipe)
    table = Table.join([h.table for h in parts])
    judged = _with_totals(table, among_phases(p), recipe.phases) * (1 - p[:, -1:]) ** exponent
    sets = fit_conformal(judged, truth, table.source, recipe.coverage)
    return {
        "calibration": {"temperature": temperature, "belonging_exponent": exponent},
        "thresholds": {"belonging": threshold, "probability": recipe.accept_probability},
        "conformal": conformal_entries(sets, recipe.phases),
    }


def _weights(held: dict[int, Held], n_folds: int) -> FloatArray:
    """Return a weight for each row: the folds together weigh as much as each collection."""
    rows = np.array([len(h.table) for h in held.values()])
    kind = np.maximum(np.array(list(held)), n_folds - 1)
    total = np.array([rows[kind == k].sum() for k in kind])
    return np.repeat(rows.sum() / len(set(kind.tolist())) / total, rows)


def _seen(values: FloatArray, recipe: Recipe) -> FloatArray:
    """Return the features that a model of the recipe sees."""
    return features(masked(values, recipe.used))


def _pooled(held: list[Held], x: list[FloatArray], temperature: float) -> FloatArray:
    """Return the probabilities that the networks of each part give for its own features, joined."""
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
    """Return probabilities among the phases after the totals of a table have been weighed."""
    values = table.values[:, :-1]
    analyses = Analyses(values, INPUTS[:-1], np.zeros(values.shape, dtype=bool))
    total = corrected_total(analyses, analytical_total(analyses))
    return weigh_pairs(among, total, analyses, phases, load_minerals())
