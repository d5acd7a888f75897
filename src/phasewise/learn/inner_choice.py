"""The choice of settings on inner folds, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from phasewise.core.types import FloatArray

__all__ = ["Choice", "balanced_nll", "choice_notes", "compare_settings"]

LEAST_PROBABILITY = 1e-6
"""Smaller probabilities of the true class count as this, so that no single row decides a choice."""


@dataclass(frozen=True, eq=False)
class Choice:
    """How good one of the settings was on the inner folds of an outer fold.

    Attributes
    ----------
    estimator : str
        Name.
    fold : int
        The outer fold.
    settings : mapping of str to Any
        Keyword arguments of the estimator.
    criterion : float
        Class-balanced negative log-likelihood, see `balanced_nll`.
    chosen : bool
        Whether no other settings were better, nor equally good and earlier in the grid.
    """

    estimator: str
    fold: int
    settings: Mapping[str, Any]
    criterion: float
    chosen: bool


def compare_settings(
    estimator: str,
    grid: Sequence[Mapping[str, Any]],
    truth: Sequence[Mapping[tuple[int, int], FloatArray]],
    y: np.ndarray,
    fold: np.ndarray,
) -> list[Choice]:
    """Return how good the settings of an estimator are for each outer fold.

    The inner folds of an outer fold are all others. Their predictions are pooled; rows of a class that the
    inner training rows lack are left out, for all settings alike.

    Parameters
    ----------
    estimator : str
        Name.
    grid : sequence of mapping of str to Any
        The settings, from simple to complex.
    truth : sequence of mapping of (int, int) to (m,) float64
        For each of the settings and each pair of folds, the lower first: probability of the true class of
        the rows in both folds, by a model that has seen neither.
    y, fold : (n,) int
        Class and fold of all rows.
    """
    choices = []
    folds = [int(f) for f in np.unique(fold)]
    for outer in folds:
        criteria = []
        for of_pair in truth:
            parts = [_inner_part(y, fold, outer, inner, of_pair) for inner in folds if inner != outer]
            p, classes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
            criteria.append(balanced_nll(p, classes))
        best = int(np.argmin(criteria))
        choices += [
            Choice(estimator, outer, settings, criterion, n == best)
            for n, (settings, criterion) in enumerate(zip(grid, criteria, strict=True))
        ]
    return choices


def _inner_part(
    y: np.ndarray, fold: np.ndarray, outer: int, inner: int, truth: Mapping[tuple[int, int], FloatArray]
) -> tuple[FloatArray, np.ndarray]:
    """Return probability and class of the rows of an inner fold whose class the model could know."""
    in_pair = np.isin(fold, (outer, inner))
    of_inner = y[fold == inner]
    known = np.isin(of_inner, y[~in_pair])
    p = truth[min(outer, inner), max(outer, inner)]
    return p[fold[in_pair] == inner][known], of_inner[known]


def balanced_nll(truth: FloatArray, y: np.ndarray) -> float:
    """Return the mean over the classes of the mean of -log p in nats, NaN without rows.

    Parameters
    ----------
    truth : (n,) float64
        Probability of the true class; counts as 1e-6 where it is less or NaN.
    y : (n,) int
        Index of the true class.

    Examples
    --------
    >>> import numpy as np
    >>> round(balanced_nll(np.array([0.5, 0.5, 0.5, 1.0]), np.array([0, 0, 0, 1])), 4)
    0.3466
    """
    loss = -np.log(np.fmax(truth, LEAST_PROBABILITY))
    return float(np.mean([loss[y == k].mean() for k in np.unique(y)])) if len(y) else float("nan")


def choice_notes(y: np.ndarray, fold: np.ndarray, classes: Sequence[str]) -> list[str]:
    """Return what has to be known of classes that are not in all folds.

    Parameters
    ----------
    y : (n,) int
        Index of the class.
    fold : (n,) int
        Fold by source.
    classes : sequence of str
        Names of the classes.
    """
    folds = [int(f) for f in np.unique(fold)]
    notes = []
    for k, name in enumerate(classes):
        counts = {f: int(((y == k) & (fold == f)).sum()) for f in folds}
        present = {f: n for f, n in counts.items() if n}
        if present and len(present) < len(folds):
            start = f"{name} has rows in {len(present)} of {len(folds)} folds ({_listed(list(present))}). "
            notes.append(start + _consequence(name, present))
    return notes


def _consequence(name: str, rows: Mapping[int, int]) -> str:
    """Return what follows for a class that has rows in these folds only."""
    if len(rows) == 1:
        ((only, n),) = rows.items()
        return (
            f"Where fold {only} is scored, no training row is {name}: its {n} rows count as wrong. It has no "
            "say in the choice of settings, as no inner training set could know it."
        )
    left = {f: sum(rows.values()) - n for f, n in rows.items()}
    if len(rows) == 2:
        counts = ", ".join(f"{n} rows where fold {f} is scored" for f, n in left.items())
        return (
            f"Where one of them is scored, {name} has no say in the choice of settings: inner training rows "
            f"without the other fold lack it, so its rows are left out, for all settings alike ({counts})."
        )
    counts = ", ".join(f"{n} where fold {f} is scored" for f, n in left.items())
    return f"Where one of them is scored, the others take part in the choice of settings (rows: {counts})."


def _listed(numbers: Sequence[int]) -> str:
    *rest, last = map(str, numbers)
    return f"{', '.join(rest)} and {last}" if rest else last
