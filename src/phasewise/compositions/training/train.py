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

from phasewise.compositions.training.assemble import counterexamples
from phasewise.compositions.training.card import base_card, metrics, sibling_card
from phasewise.compositions.training.decisions import Held, decisions
from phasewise.compositions.training.material import gather
from phasewise.compositions.training.mixing import fit_mixing
from phasewise.compositions.training.networks import Task, save, train_all, what_trains
from phasewise.compositions.training.own_classes import told
from phasewise.compositions.training.recipe import check_tellable
from phasewise.core.errors import ModelError
from phasewise.infer.bundle import CARD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from phasewise.compositions.feature_model import FeatureModel
    from phasewise.compositions.training.clean import Cleaning
    from phasewise.compositions.training.material import Material
    from phasewise.compositions.training.networks import Trained
    from phasewise.compositions.training.own_data import OwnData
    from phasewise.compositions.training.recipe import Recipe
    from phasewise.compositions.training.tables import Table

__all__ = ["Training", "train"]


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
        card = tasks[part].card | decisions(held.without(part), recipe, material.n_folds)
        typical = fit_mixing(tasks[part].table, recipe)
        siblings[name] = save(tasks[part].folder, apart[part], card, typical)
    card = base | decisions(held.all(), recipe, material.n_folds)
    card["metrics"] = metrics(siblings, material, recipe)
    card["cleaning"] = material.by_label()
    for line in told(card["metrics"]):
        tell(line)
    model = save(out, whole, card, fit_mixing(material.table, recipe), material.known)
    return Training(model, siblings, material.cleaning)


def _sibling(part: int, material: Material, recipe: Recipe, out: Path, base: dict[str, Any]) -> Task:
    """Return the task of the sibling that does not see a part; that of a fold sees no collection either."""
    name, n_folds = material.parts[part], material.n_folds
    most = n_folds if part < n_folds else len(material.parts)
    seen = np.setdiff1d(np.arange(most), [part])
    table, others = (t.take(np.flatnonzero(np.isin(t.fold, seen))) for t in (material.table, material.others))
    collections = [material.parts[k] for k in seen if k >= n_folds]
    card = sibling_card(base, name, collections, material.own, table)
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
        return Held(table, published, odd, self.apart[by], self.recipe)


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
