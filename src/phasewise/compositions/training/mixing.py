"""Typical compositions of the phases, by which mixtures are taken apart, and how far the parts are off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.assemble import phase_index, spread_over_sources, stoichiometric_tests
from phasewise.compositions.training.augment import noisy
from phasewise.compositions.training.counterexamples import mixtures
from phasewise.compositions.training.simulate import simulate
from phasewise.infer.mixing import TypicalCompositions, closed

if TYPE_CHECKING:
    from phasewise.compositions.training.recipe import Recipe
    from phasewise.compositions.training.tables import Table
    from phasewise.core.types import FloatArray

__all__ = ["fit_error_scale", "fit_mixing", "simulated_mixtures", "typical_compositions"]

LEAST_ROWS = 200
"""Phases with fewer published rows get simulated ones for the rest."""

MIXTURES = 4000
"""Simulated mixtures of each fold on which the error is fitted."""

BETWEEN = (0.06, 0.94)
WITHIN_ONE = 0.6827


def fit_mixing(table: Table, recipe: Recipe, seed: int = 0) -> TypicalCompositions:
    """Return typical compositions with errors that hold for publications that were not seen.

    The error is fitted on simulated mixtures of each fold, taken apart by the rows of the other folds.

    Parameters
    ----------
    table : Table
        Clean published analyses of the phases, with folds.
    recipe : Recipe
        Names of the phases.
    seed : int
        Of mixtures and simulated rows.
    """
    off = []
    for fold in np.unique(table.fold[table.fold >= 0]):
        seen, unseen = (table.take(np.flatnonzero(kept)) for kept in (table.fold != fold, table.fold == fold))
        rng = np.random.default_rng([seed, 31, int(fold)])
        off.append(_off(typical_compositions(seen, recipe, rng), unseen, recipe, rng))
    fitted = typical_compositions(table, recipe, np.random.default_rng([seed, 31]))
    return replace(fitted, error_scale=fit_error_scale(np.concatenate(off)))


def fit_error_scale(off: FloatArray) -> float:
    """Return the factor on standard deviations that puts 68.3 % of the errors within one.

    Parameters
    ----------
    off : (n,) float64
        Absolute errors in standard deviations; NaN does not count.
    """
    return float(np.nanquantile(off, WITHIN_ONE))


def typical_compositions(table: Table, recipe: Recipe, rng: np.random.Generator) -> TypicalCompositions:
    """Return mean and covariance of the closed compositions of each phase; what was not measured is 0."""
    count = np.bincount(phase_index(table, recipe.phases), minlength=len(recipe.phases)).astype(float)
    table = spread_over_sources(table, recipe.most_rows, rng)
    index = phase_index(table, recipe.phases)
    tests = stoichiometric_tests(recipe.phases)
    k, p = len(recipe.phases), len(INPUTS)
    mean, covariance, total = np.full((k, p), np.nan), np.full((k, p, p), np.nan), np.full(k, np.nan)
    for phase, name in enumerate(recipe.phases):
        rows = np.nan_to_num(table.values[index == phase])
        missing, mineral = LEAST_ROWS - len(rows), load_minerals()[name]
        if missing > 0 and mineral.end_members:
            rows = np.concatenate([rows, simulate(mineral, tests, missing, rng)])
        if len(rows) > 1:
            compositions = closed(rows)
            mean[phase], covariance[phase] = compositions.mean(axis=0), np.cov(compositions.T)
            total[phase] = rows.sum(axis=1).mean()
    return TypicalCompositions(mean, covariance, total, count)


def simulated_mixtures(
    table: Table, recipe: Recipe, n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return noisy mixtures of two phases, and the mass fraction of each phase (n, phases)."""
    index = phase_index(table, recipe.phases)
    rows = mixtures(table.values, index, recipe.phases, n, rng, between=BETWEEN)
    truth = rows.targets[:, :-1]
    return noisy(rows.values, rng), truth / truth.sum(axis=1, keepdims=True)


def _off(typical: TypicalCompositions, unseen: Table, recipe: Recipe, rng: np.random.Generator) -> FloatArray:
    """Return the absolute errors of the parts in standard deviations."""
    values, truth = simulated_mixtures(unseen, recipe, MIXTURES, rng)
    first, second = np.argsort(-truth, axis=1)[:, :2].T
    part, error = typical.parts(values, first, second)
    return np.asarray(np.abs(part - truth[np.arange(len(truth)), second]) / error)
