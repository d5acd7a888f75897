"""From tables to a model that places analyses. No label is looked at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.explore.clustering import find_in
from phasewise.compositions.explore.describe import describe_clusters
from phasewise.compositions.explore.explorer import TASK, Explorer, KnownClusters, View, to_arrays
from phasewise.compositions.explore.judged import judge_rows, refused
from phasewise.compositions.explore.rows import ExploredRows
from phasewise.compositions.explore.save import card_with
from phasewise.compositions.explore.structure import RESTORED, SIGHTS, with_sum
from phasewise.compositions.features import INPUTS, closed_cations
from phasewise.compositions.load import load_model
from phasewise.compositions.row_groups import Groups
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.augment import complete, lose_oxides, noisy
from phasewise.compositions.training.exchanges import exchanged
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import (
    COLLECTIONS,
    SOURCES,
    SOURCES_OF,
    Table,
    glasses,
    training_minerals,
)
from phasewise.core.types import Analyses
from phasewise.learn.autoencoder import AutoencoderRecipe, Standard, train_autoencoder
from phasewise.learn.bundle import save_bundle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from phasewise.compositions.training.explorer_recipe import ExplorerRecipe, ViewRecipe
    from phasewise.core.types import FloatArray

__all__ = ["explorer_rows", "spread_over_sources", "train_explorer", "train_view"]

CLASSIFIER = "default"
"""The recipe whose phases can be simulated."""

LEAST_SCALE = 0.1
"""Added to the standard deviation of what a network sees, so that one that never changes does no harm."""


def train_explorer(
    recipe: ExplorerRecipe,
    out: Path,
    tell: Callable[[str], object],
    progress: Callable[[int, int], object],
) -> None:
    """Train the autoencoders of a recipe on the open tables and write them as a bundle.

    Parameters
    ----------
    recipe : ExplorerRecipe
    out : Path
        The folder to write.
    tell : callable
        Told in words what is learned from.
    progress : callable
        Told how many of how many epochs are done.

    Raises
    ------
    DataUnavailableError
        If the tables are not on this machine.
    """
    tables = explorer_rows(recipe)
    table, first = Table.join(tables), len(tables[0])
    values = with_simulated(table.values, recipe)
    tell(f"{len(values)} analyses and simulated solid solutions, without their labels")
    total, done = sum(view.epochs for view in recipe.views.values()), 0
    views: dict[str, View] = {}
    for name, view in recipe.views.items():

        def one_more(_: float) -> None:
            nonlocal done
            done += 1
            progress(done, total)

        views[name] = train_view(view, values, recipe.seed, one_more)
    card = _card(recipe, values, views)
    explorer = Explorer(recipe.name, views["map"], views.get("clusters", views["map"]), card)
    known = _known(explorer, table, first, recipe.seed)
    tell(f"{len(known.names)} clusters among the published analyses: {', '.join(known.names)}")
    save_bundle(out, to_arrays(replace(explorer, known=known)), card_with(card, known))


def _known(explorer: Explorer, table: Table, first: int, seed: int) -> KnownClusters:
    """Return the clusters of published analyses, with names by what the classifier takes them for."""
    oxides = table.values[:, : len(INPUTS) - 1]
    analyses = Analyses(oxides, INPUTS[:-1], np.zeros(oxides.shape, dtype=bool))
    judged = judge_rows(analyses, load_model(CLASSIFIER), lambda done: None)
    places = explorer.places(table.values)
    _, source = np.unique(table.source.astype(str), return_inverse=True)
    # The publications of the first table hold every mineral of theirs many times; collections fill the gaps.
    known, assigned = find_in(
        explorer,
        places.latent,
        source,
        refused(judged),
        method="hdbscan",
        seed=seed,
        first=np.arange(first),
        progress=lambda done, total: None,
    )
    nobody = Groups((), np.full(len(table), -1))
    rows = ExploredRows(analyses, table.values, places, assigned, judged, nobody, nobody)
    named = {cluster.number: cluster.name for cluster in describe_clusters(rows)}
    density = replace(known.density, points=_single(known.density.points), reach=_single(known.density.reach))
    return replace(known, density=density, names=tuple(named[k + 1] for k in range(density.count)))


def _single(values: FloatArray) -> FloatArray:
    """Return numbers that single precision holds exactly: they take half the room."""
    return values.astype(np.float32).astype(np.float64)


def explorer_rows(recipe: ExplorerRecipe) -> list[Table]:
    """Return the published analyses that a recipe learns from: minerals, glasses, then its collections."""
    rng = np.random.default_rng(recipe.seed)
    tables = [training_minerals(), glasses(), *(COLLECTIONS[name]() for name in recipe.collections)]
    return [spread_over_sources(table, recipe.most_of_source, rng) for table in tables]


def with_simulated(values: FloatArray, recipe: ExplorerRecipe) -> FloatArray:
    """Return analyses together with the solid solutions that a recipe asks for."""
    if not recipe.simulated:
        return values
    minerals = [load_minerals()[name] for name in read_recipe(CLASSIFIER).phases]
    tests = stoichiometric_tests(tuple(load_minerals()))
    rng = np.random.default_rng([recipe.seed, 1])
    made = [simulate(m, tests, recipe.simulated, rng) for m in minerals if m.end_members]
    return np.concatenate([values, *made])


def spread_over_sources(table: Table, most: int, rng: np.random.Generator) -> Table:
    """Return distinct rows with something measured, at most so many of each source, by chance."""
    table = table.distinct()
    table = table.take(np.flatnonzero(np.isfinite(closed_cations(table.values)).all(axis=1)))
    order = rng.permutation(len(table))
    _, source = np.unique(table.source[order].astype(str), return_inverse=True)
    by_source = np.argsort(source, kind="stable")
    first = np.searchsorted(source[by_source], source[by_source])
    kept = order[by_source[np.arange(len(order)) - first < most]]
    return table.take(np.sort(kept))


def train_view(
    recipe: ViewRecipe,
    values: FloatArray,
    seed: int,
    progress: Callable[[float], object] | None = None,
) -> View:
    """Return an autoencoder trained on analyses (n, len(INPUTS)) in wt%."""
    x, target = SIGHTS[recipe.sight](values), RESTORED[recipe.target](values)
    target_scale = x.std(axis=0) + LEAST_SCALE if recipe.sight == recipe.target else np.ones(target.shape[1])
    standard = Standard(x.mean(axis=0), x.std(axis=0) + LEAST_SCALE, target.mean(axis=0), target_scale)
    network = train_autoencoder(
        _Corrupting(recipe, values, target, seed),
        standard,
        AutoencoderRecipe(
            recipe.hidden, recipe.latent, recipe.epochs, isometric=recipe.isometric, seed=seed % 2**31
        ),
        progress,
    )
    return View(network, recipe.sight, recipe.target, recipe.isometric)


@dataclass(frozen=True, eq=False)
class _Corrupting:
    """The rows of each epoch: with noise, oxides lost and ions exchanged, as the recipe says."""

    recipe: ViewRecipe
    values: FloatArray
    target: FloatArray
    seed: int

    def __call__(self, epoch: int) -> tuple[FloatArray, FloatArray]:
        rng = np.random.default_rng([self.seed, epoch])
        values = self.values
        if self.recipe.noise:
            values, weight = lose_oxides(noisy(complete(values, rng), rng), rng)
            # A row without one of its main components is another mineral: it teaches nothing.
            values = np.where((weight > 0.9)[:, None], values, self.values)
        if not self.recipe.exchange:
            return SIGHTS[self.recipe.sight](values), self.target
        closed = exchanged(closed_cations(values), self.recipe.exchange, rng)
        return with_sum(closed), self.target


def _card(recipe: ExplorerRecipe, values: FloatArray, views: dict[str, View]) -> dict[str, Any]:
    unexplained = {n: float(np.median(v.unexplained(values, v.latent(values)))) for n, v in views.items()}
    of_collections = [SOURCES_OF[name] for name in recipe.collections]
    names = {"map": "map", "clusters": "clusters" if "clusters" in recipe.views else "map"}
    told = {
        name: {"network": network, "median_unexplained": unexplained[network]}
        | {part: getattr(recipe.views[network], part) for part in ("sight", "target", "latent", "isometric")}
        for name, network in names.items()
    }
    return {
        "name": recipe.name,
        "description": recipe.description,
        "task": TASK,
        "classes": [],
        "inputs": {"unit": "wt%, total iron as FeO; NaN where not measured", "columns": list(INPUTS)},
        "views": told,
        "training": {
            "rows": len(values),
            "rows_sha256": hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest(),
            "split": "none, as labels are not looked at; see docs/explore.md for models without the rows",
            "sources": [*SOURCES[:2], *of_collections, *SOURCES[2 : 3 if recipe.simulated else 2]],
            "recipe": recipe.entries(),
        },
        "limits": {
            "text": (
                "Places say which analyses are alike, not which mineral they are; distances have no unit. "
                "Polymorphs and glasses of mineral composition lie at one place."
            )
        },
    }
