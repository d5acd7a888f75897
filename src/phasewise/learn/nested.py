"""Nested cross-validation by source: outer folds score, inner folds choose the settings.

The settings of an estimator are chosen on rows that do not score it (Cawley & Talbot 2010, Journal of
Machine Learning Research 11, 2079-2107), and all rows of a source stand in one fold, so that neither the
choice nor the score rests on sources that the estimator has learnt from (Roberts et al. 2017,
doi:10.1111/ecog.02881).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.learn.inner_choice import Choice, compare_settings
from phasewise.learn.units import GROUPED, RANDOM, LabelledRows, Unit, run_units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from phasewise.core.types import FloatArray

__all__ = [
    "Candidate",
    "EvaluationResult",
    "OutOfFold",
    "nested_cross_validation",
    "random_folds",
]


@dataclass(frozen=True, eq=False)
class Candidate:
    """An estimator and the settings to choose from.

    Attributes
    ----------
    name, title : str
        Short name, and the one for people.
    make : callable
        Makes the estimator from one of the settings; to be had by other processes (no lambda), and with a
        ``repr`` that tells what it makes.
    grid : tuple of mapping of str to Any
        The settings, from simple to complex: of equally good ones the first is chosen.
    settings_of : str
        Name of an earlier candidate whose chosen settings are taken over; `grid` is empty then.
    """

    name: str
    title: str
    make: Callable[..., Any]
    grid: tuple[Mapping[str, Any], ...] = ({},)
    settings_of: str = ""


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """Predictions for every row by a model that has not seen its fold, pooled over the folds.

    Attributes
    ----------
    estimator, title : str
        Short name, and the one for people.
    classes : tuple of str
        Names of the classes.
    probabilities : (n, k) float64
        0 for a class that the model had no training rows of.
    truth : (n,) int
        Index of the true class.
    source : (n,) object
        Name of the source.
    fold : (n,) int
        The outer fold that the row is scored in.
    seed : int
        Of the estimators.
    epistemic, aleatoric : (n,) float64 or None
        Parts of the predictive entropy in nats, of estimators that tell them.
    chosen : tuple of mapping of str to Any
        Settings in each outer fold, in the order of the folds.
    """

    estimator: str
    title: str
    classes: tuple[str, ...]
    probabilities: FloatArray
    truth: np.ndarray
    source: np.ndarray
    fold: np.ndarray
    seed: int
    epistemic: FloatArray | None
    aleatoric: FloatArray | None
    chosen: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, eq=False)
class EvaluationResult:
    """Everything that an evaluation found.

    Attributes
    ----------
    name, description : str
        Of the recipe.
    grouped : list of OutOfFold
        One for each estimator and seed.
    random : list of OutOfFold
        The same estimators on folds that split sources, one seed: what leakage makes of the scores.
    publications : mapping of str to int
        Number of sources of each class.
    notes : list of str
        What has to be known to read the scores.
    choices : list of Choice
        What the inner folds said of each of the settings.
    """

    name: str
    description: str
    grouped: list[OutOfFold]
    random: list[OutOfFold]
    publications: Mapping[str, int]
    notes: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)

    def of(self, estimator: str, seed: int) -> OutOfFold:
        """Return the predictions of an estimator on grouped folds."""
        return next(one for one in self.grouped if (one.estimator, one.seed) == (estimator, seed))


def nested_cross_validation(
    rows: LabelledRows,
    classes: tuple[str, ...],
    candidates: Sequence[Candidate],
    *,
    seeds: Sequence[int],
    folder: Path,
    workers: int = 1,
    progress: Callable[[int, int, str], object] = lambda *_: None,
) -> tuple[list[OutOfFold], list[OutOfFold], list[Choice]]:
    """Return out-of-fold predictions on grouped and on random folds, and how settings were chosen.

    The inner folds of an outer fold are the other folds. A model that has seen neither of two folds takes
    part in the choice for both: it predicts the one as an inner fold of the other. Settings are chosen with
    the first seed; each seed has its own fit on the outer folds. On random folds an estimator has the
    settings that were chosen most often, and the first seed.

    Parameters
    ----------
    rows : LabelledRows
        With the folds by source under `GROUPED`, and folds that split sources under `RANDOM`, if wanted.
    classes : tuple of str
        Names of the classes.
    candidates : sequence of Candidate
        What is compared.
    seeds : sequence of int
        At least one.
    folder : Path
        For finished units, which an interrupted run takes up again.
    workers : int
        Processes.
    progress : callable
        Told the number of finished units, of all units, and which one was finished last.

    References
    ----------
    Cawley & Talbot 2010, On over-fitting in model selection and subsequent selection bias in performance
    evaluation, JMLR 11, 2079-2107. https://jmlr.org/papers/v11/cawley10a.html
    """
    folds = [int(f) for f in np.unique(rows.folds[GROUPED])]
    if len(folds) < 3 or folds[0] < 0:
        raise ValueError(f"{folds=}: nested cross-validation needs three folds at least, numbered from 0.")
    trials = _trials(candidates, folds, seeds[0])
    splits = [name for name in (GROUPED, RANDOM) if name in rows.folds]
    total = len(trials) + len(candidates) * len(folds) * (len(seeds) + len(splits) - 1)
    finished = 0

    def done(unit: Unit) -> None:
        nonlocal finished
        finished += 1
        progress(finished, total, unit.words)

    tried = run_units(rows, trials, folder, workers=workers, done=done)
    choices = _choices(candidates, folds, rows, [outcome["truth"] for outcome in tried])
    chosen = _chosen(candidates, folds, choices)
    wanted = [(c, GROUPED, seed, chosen[c.name]) for c in candidates for seed in seeds]
    if RANDOM in splits:
        wanted += [(c, RANDOM, seeds[0], (_most_often(chosen[c.name]),) * len(folds)) for c in candidates]
    units = [
        Unit(c.name, c.make, settings, split, (fold,), seed)
        for c, split, seed, by_fold in wanted
        for fold, settings in zip(folds, by_fold, strict=True)
    ]
    fitted = iter(run_units(rows, units, folder, workers=workers, done=done))
    pooled = {name: list[OutOfFold]() for name in (GROUPED, RANDOM)}
    for c, split, seed, by_fold in wanted:
        outcomes = list(islice(fitted, len(folds)))
        pooled[split].append(_pooled(rows, classes, c, split, seed, by_fold, outcomes))
    return pooled[GROUPED], pooled[RANDOM], choices


def _trials(candidates: Sequence[Candidate], folds: list[int], seed: int) -> list[Unit]:
    """Return the fits that choose: each of the settings without each pair of folds."""
    return [
        Unit(c.name, c.make, settings, GROUPED, pair, seed, only_truth=True)
        for c in candidates
        if len(c.grid) > 1
        for settings in c.grid
        for pair in combinations(folds, 2)
    ]


def _choices(
    candidates: Sequence[Candidate], folds: list[int], rows: LabelledRows, truth: Sequence[FloatArray]
) -> list[Choice]:
    """Return what the inner folds say; `truth` holds the outcomes of `_trials`."""
    in_order = iter(truth)
    choices = []
    for c in candidates:
        if len(c.grid) > 1:
            of_settings = [{pair: next(in_order) for pair in combinations(folds, 2)} for _ in c.grid]
            choices += compare_settings(c.name, c.grid, of_settings, rows.y, rows.folds[GROUPED])
    return choices


def _chosen(
    candidates: Sequence[Candidate], folds: list[int], choices: Sequence[Choice]
) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Return the settings of each candidate in each outer fold."""
    chosen: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for c in candidates:
        if c.settings_of:
            chosen[c.name] = chosen[c.settings_of]
        elif len(c.grid) == 1:
            chosen[c.name] = tuple(c.grid) * len(folds)
        else:
            chosen[c.name] = tuple(x.settings for x in choices if x.estimator == c.name and x.chosen)
    return chosen


def _most_often(by_fold: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the settings that most outer folds chose; of equals those of the first fold."""
    return max(by_fold, key=list(by_fold).count)


def _pooled(
    rows: LabelledRows,
    classes: tuple[str, ...],
    candidate: Candidate,
    split: str,
    seed: int,
    by_fold: tuple[Mapping[str, Any], ...],
    outcomes: Sequence[Mapping[str, np.ndarray]],
) -> OutOfFold:
    fold = rows.folds[split]

    def joined(name: str) -> FloatArray | None:
        if any(name not in outcome for outcome in outcomes):
            return None
        pooled = np.empty((len(fold), *outcomes[0][name].shape[1:]))
        for k, outcome in zip(np.unique(fold), outcomes, strict=True):
            pooled[fold == k] = outcome[name]
        return pooled

    probabilities = joined("probabilities")
    assert probabilities is not None
    return OutOfFold(
        estimator=candidate.name,
        title=candidate.title,
        classes=classes,
        probabilities=probabilities,
        truth=rows.y,
        source=rows.source,
        fold=fold,
        seed=seed,
        epistemic=joined("epistemic"),
        aleatoric=joined("aleatoric"),
        chosen=by_fold,
    )


def random_folds(rows: LabelledRows, seed: int) -> LabelledRows:
    """Return the rows with as many folds again that split sources, stratified by class."""
    from sklearn.model_selection import StratifiedKFold

    n = len(np.unique(rows.folds[GROUPED]))
    fold = np.empty(len(rows.y), dtype=int)
    splitter = StratifiedKFold(n, shuffle=True, random_state=seed)
    for number, (_, held) in zip(np.unique(rows.folds[GROUPED]), splitter.split(rows.y, rows.y), strict=True):
        fold[held] = number
    return replace(rows, folds={**rows.folds, RANDOM: fold})
