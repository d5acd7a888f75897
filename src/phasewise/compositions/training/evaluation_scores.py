"""The scores of an evaluation: means over the seeds, and how far the seeds differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.learn.scores import ClassScore, Scores, class_scores, score

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray
    from phasewise.learn.nested import EvaluationResult, OutOfFold

__all__ = ["Evaluated", "confidence_of", "evaluated", "mean_class_scores", "right_of"]


@dataclass(frozen=True, eq=False)
class Evaluated:
    """An estimator with its predictions and scores.

    Attributes
    ----------
    title : str
        Its name for people.
    folds : sequence of OutOfFold
        On folds by source, one for each seed.
    scores : sequence of Scores
        Of these.
    by_class : sequence of ClassScore
        Means over the seeds.
    random : Scores or None
        On folds that split sources, if there were any.
    same_seed : Scores
        On folds by source, with the seed that `random` has.
    """

    title: str
    folds: Sequence[OutOfFold]
    scores: Sequence[Scores]
    by_class: Sequence[ClassScore]
    random: Scores | None
    same_seed: Scores

    def mean(self, of: Callable[[Scores], float]) -> float:
        """Return the mean of a score over the seeds."""
        return float(np.mean([of(s) for s in self.scores]))

    def spread(self, of: Callable[[Scores], float]) -> float | None:
        """Return the standard deviation of a score over the seeds, None with a single one."""
        return float(np.std([of(s) for s in self.scores], ddof=1)) if len(self.scores) > 1 else None

    def accuracy_interval(self) -> tuple[float, float] | None:
        """Return the mean over the seeds of the bounds of the accuracy, None with too few sources."""
        bounds = [s.accuracy_interval for s in self.scores if s.accuracy_interval is not None]
        return _mean_bounds(bounds) if len(bounds) == len(self.scores) else None


def evaluated(result: EvaluationResult) -> list[Evaluated]:
    """Return the estimators of an evaluation with their scores, in the order of the result."""
    names = list(dict.fromkeys(fold.estimator for fold in result.grouped))
    return [_evaluated(result, name) for name in names]


def _evaluated(result: EvaluationResult, name: str) -> Evaluated:
    folds = [fold for fold in result.grouped if fold.estimator == name]
    scores = [_score(fold) for fold in folds]
    random = next((fold for fold in result.random if fold.estimator == name), None)
    by_seed = {fold.seed: s for fold, s in zip(folds, scores, strict=True)}
    return Evaluated(
        folds[0].title,
        folds,
        scores,
        mean_class_scores(folds),
        None if random is None else _score(random),
        scores[0] if random is None else by_seed.get(random.seed, scores[0]),
    )


def mean_class_scores(folds: Sequence[OutOfFold]) -> list[ClassScore]:
    """Return the scores of every class in the truth, means over predictions of the same rows."""
    by_seed = [_class_scores(fold) for fold in folds]
    return [_mean_class_score(of_class) for of_class in zip(*by_seed, strict=True)]


def confidence_of(fold: OutOfFold) -> FloatArray:
    """Return the probability of the most probable class of each row."""
    return np.asarray(fold.probabilities.max(axis=1))


def right_of(fold: OutOfFold) -> BoolArray:
    """Return whether the most probable class of each row is the true one."""
    return np.asarray(fold.probabilities.argmax(axis=1) == fold.truth)


def _score(fold: OutOfFold) -> Scores:
    return score(fold.probabilities, fold.truth, fold.source)


def _class_scores(fold: OutOfFold) -> list[ClassScore]:
    names = np.array(fold.classes, dtype=object)
    return class_scores(names[fold.truth], names[fold.probabilities.argmax(axis=1)], fold.source)


def _mean_class_score(scores: Sequence[ClassScore]) -> ClassScore:
    first, bounds = scores[0], [s.interval for s in scores if s.interval]
    precision, recall, f1 = np.mean([(s.precision, s.recall, s.f1) for s in scores], axis=0)
    interval: tuple[float, float] | tuple[()] = _mean_bounds(bounds) if bounds else ()
    return ClassScore(
        first.name, first.rows, first.sources, float(precision), float(recall), float(f1), interval
    )


def _mean_bounds(bounds: Sequence[tuple[float, float]]) -> tuple[float, float]:
    low, high = np.mean(bounds, axis=0)
    return float(low), float(high)
