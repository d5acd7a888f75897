"""The rows that one model is trained on, from clean tables, simulation and counter-examples."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.features import INPUTS, features
from phasewise.compositions.training.augment import complete, lose_oxides, noisy
from phasewise.compositions.training.counterexamples import (
    Rows,
    disturbed,
    mixtures,
    none_target,
    other_species,
    scrambled,
)
from phasewise.compositions.training.lookalikes import enough_seen, unlike
from phasewise.compositions.training.simulate import simulate

if TYPE_CHECKING:
    from phasewise.compositions.training.recipe import Recipe
    from phasewise.compositions.training.tables import Table
    from phasewise.core.types import BoolArray, FloatArray

__all__ = [
    "AugmentedEpochs",
    "assemble",
    "assemble_unmixing",
    "counterexamples",
    "masked",
    "phase_index",
    "stoichiometric_tests",
]


def stoichiometric_tests(phases: tuple[str, ...]) -> StoichiometricTests:
    """Return the limits of the phases, compiled for tables in the order of ``INPUTS[:-1]``."""
    minerals = load_minerals()
    return StoichiometricTests.of([minerals[name] for name in phases], INPUTS[:-1])


def phase_index(table: Table, phases: tuple[str, ...]) -> np.ndarray:
    """Return the index in `phases` of each row's label."""
    return np.array([phases.index(label) for label in table.label], dtype=int)


def assemble(table: Table, others: Table, recipe: Recipe, rng: np.random.Generator) -> Rows:
    """Return all rows of a training set with their targets.

    Parameters
    ----------
    table : Table
        Clean published analyses of the phases; nothing else of the scored sources enters.
    others : Table
        Clean published analyses of minerals that are none of the phases.
    recipe : Recipe
        How many rows of each kind.
    rng : numpy.random.Generator
        Source of chance.
    """
    phases = recipe.phases
    tests = stoichiometric_tests(phases)
    real = spread_over_sources(table, recipe.most_rows, rng)
    real_index = phase_index(real, phases)
    values, index = _with_simulated(real.values, real_index, recipe, tests, rng)
    half = recipe.mixtures // 2
    parts = [
        Rows(values, np.eye(len(phases) + 1)[index]),
        mixtures(real.values, real_index, phases, half, rng, weight=abundance(table, phases)),
        mixtures(values, index, phases, recipe.mixtures - half, rng),
        _told_apart(scrambled(real.values, len(phases), tests, recipe.scrambled, rng), values, recipe),
        _told_apart(other_species(phases, tests, recipe.each_species, rng), values, recipe),
        disturbed(real.values, real_index, len(phases), tests, recipe.disturbed, rng, recipe.used),
        _other_minerals(others, values, recipe, rng),
    ]
    return _seen(Rows.join(parts), recipe)


def abundance(table: Table, phases: tuple[str, ...]) -> FloatArray:
    """Return how common each phase is: the root of its published analyses."""
    return np.sqrt(np.bincount(phase_index(table, phases), minlength=len(phases)))


def _told_apart(rows: Rows, known: FloatArray, recipe: Recipe) -> Rows:
    """Return the counter-examples that differ from the phases by the oxides that the model uses."""
    return rows if recipe.used.all() else rows.take(unlike(rows.values, known, recipe.used))


def _other_minerals(others: Table, known: FloatArray, recipe: Recipe, rng: np.random.Generator) -> Rows:
    """Return published analyses of other minerals, at most `each_other` of each, without look-alikes."""
    if not len(others):
        return Rows(np.empty((0, len(INPUTS))), none_target(0, len(recipe.phases)))
    values = spread_over_sources(others, recipe.each_other, rng).values
    values = values[unlike(values, known, recipe.used)]
    return Rows(values, none_target(len(values), len(recipe.phases)))


def _seen(rows: Rows, recipe: Recipe) -> Rows:
    """Return the rows of which the model sees anything."""
    return rows if recipe.used.all() else rows.take(enough_seen(rows.values, recipe.used))


def assemble_unmixing(table: Table, others: Table, recipe: Recipe, rng: np.random.Generator) -> Rows:
    """Return what refused analyses may be: mixtures and their mass fractions, disturbed phases, others."""
    phases = recipe.phases
    tests = stoichiometric_tests(phases)
    real = spread_over_sources(table, recipe.most_rows, rng)
    index = phase_index(real, phases)
    mixed = mixtures(
        real.values, index, phases, recipe.unmixing, rng, between=(0.04, 0.96), weight=abundance(real, phases)
    )
    single = disturbed(real.values, index, len(phases), tests, recipe.disturbed, rng, recipe.used)
    parts = [
        Rows(mixed.values, _among_phases(mixed.targets)),
        Rows(single.values, _among_phases(single.targets)),
        _told_apart(scrambled(real.values, len(phases), tests, recipe.scrambled, rng), real.values, recipe),
        _told_apart(other_species(phases, tests, recipe.each_species, rng), real.values, recipe),
        _other_minerals(others, real.values, recipe, rng),
    ]
    return _seen(Rows.join(parts), recipe)


def _among_phases(targets: FloatArray) -> FloatArray:
    """Return targets without "none of these"."""
    out = targets.copy()
    out[:, -1] = 0.0
    return np.asarray(out / out.sum(axis=1, keepdims=True))


def counterexamples(table: Table, others: Table, recipe: Recipe, rng: np.random.Generator) -> FloatArray:
    """Return mixtures, scrambled rows and other minerals, of analyses that the networks have not seen."""
    phases = recipe.phases
    tests = stoichiometric_tests(phases)
    mixed = mixtures(table.values, phase_index(table, phases), phases, 3000, rng, between=(0.3, 0.7))
    odd = scrambled(table.values, len(phases), tests, 1000, rng)
    odd = _told_apart(odd, table.values, recipe)
    fewer = replace(recipe, each_other=min(recipe.each_other, OTHERS_JUDGED))
    rows = Rows.join([mixed, odd, _other_minerals(others, table.values, fewer, rng)])
    return _seen(rows, recipe).values


OTHERS_JUDGED = 100
"""Analyses of each other mineral, at most, that the threshold of belonging rests on in each fold."""


def spread_over_sources(table: Table, most: int, rng: np.random.Generator) -> Table:
    """Return at most `most` rows a label; large publications are thinned more than small ones."""
    kept = []
    for label in np.unique(table.label.astype(str)):
        rows = np.flatnonzero(table.label == label)
        if len(rows) > most:
            _, inverse, sizes = np.unique(
                table.source[rows].astype(str), return_inverse=True, return_counts=True
            )
            weight = 1.0 / np.sqrt(sizes[inverse])
            rows = rng.choice(rows, most, replace=False, p=weight / weight.sum())
        kept.append(rows)
    return table.take(np.concatenate(kept))


def _with_simulated(
    values: FloatArray,
    index: np.ndarray,
    recipe: Recipe,
    tests: StoichiometricTests,
    rng: np.random.Generator,
) -> tuple[FloatArray, np.ndarray]:
    """Return published rows, simulated ones, and blends of both, which fill the space between them.

    A mineral without end members is blended with itself, where the recipe asks for it.
    """
    minerals = load_minerals()
    all_values, all_index = [values], [index]
    for k, name in enumerate(recipe.phases):
        if not minerals[name].end_members:
            own = _blends_of_one(values[index == k], recipe.simulated_of.get(name, 0), rng)
            all_values.append(own)
            all_index.append(np.full(len(own), k))
            continue
        n = recipe.simulated_of.get(name, recipe.simulated)
        simulated = simulate(minerals[name], tests, n, rng)
        blends = _blends(values[index == k], simulated, min(recipe.blended, n), rng)
        all_values += [simulated, blends]
        all_index.append(np.full(len(simulated) + len(blends), k))
    return np.concatenate(all_values), np.concatenate(all_index)


def _blends(published: FloatArray, simulated: FloatArray, n: int, rng: np.random.Generator) -> FloatArray:
    """Return solid solutions of a published analysis with up to two thirds of a simulated one."""
    if not len(published):
        return np.empty((0, len(INPUTS)))
    part = rng.uniform(0.0, 0.67, (n, 1))
    first = np.nan_to_num(published[rng.integers(0, len(published), n)])
    return (1 - part) * first + part * simulated[rng.integers(0, len(simulated), n)]


def _blends_of_one(rows: FloatArray, n: int, rng: np.random.Generator) -> FloatArray:
    """Return blends of two analyses of one mineral each, in any proportion."""
    if not n:
        return np.empty((0, len(INPUTS)))
    first, second = (np.nan_to_num(rows[rng.integers(0, len(rows), n)]) for _ in range(2))
    part = rng.uniform(0.0, 1.0, (n, 1))
    return np.asarray((1 - part) * first + part * second)


EPOCHS_OF_A_DRAW = 2


def masked(values: FloatArray, used: BoolArray) -> FloatArray:
    """Return values of which only the inputs in use are measured; the same array where all are."""
    return values if used.all() else np.where(used, values, np.nan)


@dataclass(frozen=True, eq=False)
class AugmentedEpochs:
    """The same rows in each epoch, with new noise and newly lost oxides in every second one.

    Attributes
    ----------
    rows : Rows
        What is learned from.
    seed : int
        Of noise and losses.
    used : (len(INPUTS),) bool
        The inputs of the model; the others are never measured.
    """

    rows: Rows
    seed: int
    used: BoolArray = field(default_factory=lambda: np.ones(len(INPUTS), dtype=bool))
    _last: dict[int, tuple[FloatArray, FloatArray, FloatArray]] = field(default_factory=dict, repr=False)

    def __call__(self, epoch: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return features, targets and weights of one epoch."""
        drawn = epoch // EPOCHS_OF_A_DRAW
        if drawn not in self._last:
            self._last.clear()
            self._last[drawn] = self._draw(np.random.default_rng([self.seed, drawn]))
        return self._last[drawn]

    def _draw(self, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, FloatArray]:
        values = masked(noisy(complete(self.rows.values, rng), rng), self.used)
        values, weight = lose_oxides(values, rng)
        return features(masked(values, self.used)), self.rows.targets, weight

    def standard(self) -> tuple[FloatArray, FloatArray]:
        """Return center and scale of the features."""
        x, _, _ = self(0)
        return x.mean(axis=0), x.std(axis=0) + 1e-3
