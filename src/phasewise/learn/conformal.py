"""Conformal prediction sets from pooled predictions for publications that the models had not seen.

The score of a row is 1 - p of its true class. Rows of one publication are alike and say little about the
next publication, so a quantile over rows would promise too much. Here every publication of a class has the
same weight, shared among its rows, and one more publication, the unseen one, weighs as much at the worst
score. With K publications the threshold of a class is the least score s for which

    (F_1(s) + ... + F_K(s)) / (K + 1) >= coverage,    F_j: share of rows of publication j with a score <= s.

If publications are exchangeable, a row of the class from a new publication is then covered with at least
this probability (Lee, Barber & Willett 2023, arXiv:2306.06342; without the additional publication it is the
pooling of distribution functions of Dunn, Wasserman & Ramdas 2022, doi:10.1080/01621459.2022.2060112, whose
coverage holds only for many publications). It is a mean over publications: one that is unlike all others can
be missed altogether, and a single row has no promise of its own.

A finite threshold needs ``coverage / (1 - coverage)`` publications, 19 for 95 %. A class with fewer takes the
wider of its own threshold without the additional publication and of the threshold of all classes together,
where each class counts alike (else the one with the most publications, maybe the easiest, would speak for
all). For these classes the coverage is hoped for, not guaranteed. With only just enough publications the
worst row of all decides, so that sets can shrink where more coverage is asked for and the promise is lost.

Predictions pooled over folds come from models that saw somewhat less than the one they are used for, as in
cross-conformal prediction (Vovk 2015, doi:10.1007/s10472-013-9368-4); `cross_coverage` measures what becomes
of the coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from phasewise.infer.conformal import ConformalSets
from phasewise.learn.scores import source_interval

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = [
    "ClassCoverage",
    "SetScores",
    "cross_coverage",
    "evaluate_sets",
    "fit_conformal",
    "least_publications",
]


@dataclass(frozen=True)
class ClassCoverage:
    """How the sets do on the rows of one true class.

    Attributes
    ----------
    index : int
        Of the class.
    rows, sources : int
        How many rows and publications were scored.
    coverage : float
        Share of rows whose set holds the class.
    source_coverage : float
        The same with equal weight for each publication, which is what the thresholds promise.
    mean_size : float
        Classes in a set, on average over rows.
    """

    index: int
    rows: int
    sources: int
    coverage: float
    source_coverage: float
    mean_size: float


@dataclass(frozen=True)
class SetScores:
    """How often sets hold the truth, and how large they are.

    Attributes
    ----------
    coverage : float
        Share of rows whose set holds the true class.
    interval : (float, float) or None
        95 % interval of it over resampled publications; None with fewer than five.
    source_coverage : float
        Mean over the classes of `ClassCoverage.source_coverage`.
    mean_size : float
        Classes in a set.
    single : float
        Share of sets with one class.
    by_class : tuple of ClassCoverage
        Of the classes that occur in the truth.
    """

    coverage: float
    interval: tuple[float, float] | None
    source_coverage: float
    mean_size: float
    single: float
    by_class: tuple[ClassCoverage, ...]


def least_publications(coverage: float) -> int:
    """Return how many publications a class needs for a threshold of its own.

    Examples
    --------
    >>> least_publications(0.95), least_publications(0.9)
    (19, 9)
    """
    return ceil(coverage / (1 - coverage) - 1e-9)


def fit_conformal(
    probabilities: FloatArray, truth: IntArray, source: np.ndarray, coverage: float = 0.95
) -> ConformalSets:
    """Return sets with one threshold a class.

    Parameters
    ----------
    probabilities : (n, k) float64
        For rows of publications that the model which gives them had not seen; no NaN.
    truth : (n,) int
        Index of the true class.
    source : (n,) object
        Publication.
    coverage : float
        The share of rows of a new publication that is to be covered.
    """
    if len(truth) == 0 or np.isnan(probabilities).any():
        raise ValueError(
            f"thresholds need rows without NaN: {len(truth)} rows, of which "
            f"{int(np.isnan(probabilities).any(axis=1).sum())} have NaN; leave those out"
        )
    n_classes = probabilities.shape[1]
    scores = 1.0 - probabilities[np.arange(len(truth)), truth]
    publication = np.unique(source.astype(str), return_inverse=True)[1]
    _, pair, rows = np.unique(publication * n_classes + truth, return_inverse=True, return_counts=True)
    share = 1 / rows[pair]
    publications = np.bincount(truth, share, n_classes).round()
    alike = share / publications[truth]
    together = _threshold(scores, alike, coverage * (1 + 1 / len(rows)))
    thresholds = np.full(n_classes, together)
    for k in np.flatnonzero(publications):
        own = truth == k
        if publications[k] >= least_publications(coverage):
            thresholds[k] = _threshold(scores[own], alike[own], coverage * (1 + 1 / publications[k]))
        else:
            thresholds[k] = max(together, _threshold(scores[own], alike[own], coverage))
    return ConformalSets(thresholds, coverage)


def _threshold(scores: FloatArray, weights: FloatArray, level: float) -> float:
    """Return the least score that this part of the weights does not exceed; 1 where there is none."""
    order = np.argsort(scores, kind="stable")
    reached = np.cumsum(weights[order] / weights.sum()) >= level - 1e-9
    return float(scores[order][reached.argmax()]) if reached.any() else 1.0


def evaluate_sets(sets: BoolArray, truth: IntArray, source: np.ndarray) -> SetScores:
    """Return coverage and size of sets (n, k) for rows whose true class is known."""
    covered, size = sets[np.arange(len(truth)), truth], sets.sum(axis=1)
    by_class = tuple(
        _class_coverage(int(k), covered[truth == k], size[truth == k], source[truth == k])
        for k in np.unique(truth)
    )
    return SetScores(
        coverage=float(covered.mean()),
        interval=source_interval(covered, source),
        source_coverage=float(np.mean([c.source_coverage for c in by_class])),
        mean_size=float(size.mean()),
        single=float((size == 1).mean()),
        by_class=by_class,
    )


def _class_coverage(index: int, covered: BoolArray, size: IntArray, source: np.ndarray) -> ClassCoverage:
    _, publication, rows = np.unique(source.astype(str), return_inverse=True, return_counts=True)
    by_source = np.bincount(publication, covered.astype(float)) / rows
    return ClassCoverage(
        index, len(covered), len(rows), float(covered.mean()), float(by_source.mean()), float(size.mean())
    )


def cross_coverage(
    probabilities: FloatArray,
    truth: IntArray,
    source: np.ndarray,
    fold: IntArray,
    coverage: float = 0.95,
) -> SetScores:
    """Return how sets do on each fold when their thresholds come from all other folds, pooled.

    Parameters
    ----------
    probabilities, truth, source
        As in `fit_conformal`.
    fold : (n,) int
        All rows of a publication lie in one.
    coverage : float
        Aimed at.
    """
    sets = np.zeros(probabilities.shape, dtype=bool)
    for left_out in np.unique(fold):
        test, rest = fold == left_out, fold != left_out
        if not rest.any():
            raise ValueError("all rows lie in one fold; thresholds need at least one other fold")
        fitted = fit_conformal(probabilities[rest], truth[rest], source[rest], coverage)
        sets[test] = fitted.sets(probabilities[test])
    return evaluate_sets(sets, truth, source)
