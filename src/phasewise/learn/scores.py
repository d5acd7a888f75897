"""Scores of predictions for unseen sources, with intervals that respect the sources.

Rows of one publication stand or fall together, so every interval here is a percentile bootstrap that draws
whole sources with replacement (Field & Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = [
    "LEAST_SOURCES",
    "ClassScore",
    "Reliability",
    "Scores",
    "accuracy_at_coverage",
    "class_scores",
    "confusion",
    "error_auroc",
    "reliability",
    "risk_coverage",
    "score",
    "source_interval",
]

LEAST_SOURCES = 5
"""Fewer sources than this allow no interval."""

LEAST_PROBABILITY = 1e-12
"""Probabilities are raised to this before a logarithm is taken."""

SURE = 0.9
"""Errors at a confidence above this are counted by themselves."""


@dataclass(frozen=True)
class Scores:
    """How good the probabilities of one model are on rows of sources that it has not seen.

    Attributes
    ----------
    rows, sources : int
        How many were scored.
    accuracy : float
        Share of rows whose most probable class is the true one.
    accuracy_interval : (float, float) or None
        95 % interval of it over resampled sources; None with fewer than `LEAST_SOURCES`.
    precision, recall, f1 : float
        Means over the classes, each counting alike; NaN where no class has enough rows.
    ece : float
        Expected calibration error in 15 bins of equal width; see `reliability`.
    brier : float
        Mean of sum_k (p_k - y_k)^2, from 0 to 2 (Brier 1950,
        doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2).
    nll : float
        Mean negative log-likelihood of the true class in nats.
    error_auroc : float
        How well the confidence tells right from wrong rows; NaN where all are right or all wrong.
    accuracy_at_95, accuracy_at_90 : float
        Accuracy of the 95 % and the 90 % of the rows with the highest confidence.
    errors_above_09 : int
        Wrong rows with a confidence above 0.9.
    """

    rows: int
    sources: int
    accuracy: float
    accuracy_interval: tuple[float, float] | None
    precision: float
    recall: float
    f1: float
    ece: float
    brier: float
    nll: float
    error_auroc: float
    accuracy_at_95: float
    accuracy_at_90: float
    errors_above_09: int


@dataclass(frozen=True)
class ClassScore:
    """Precision, recall and F1 of one class, and how many rows and sources it rests on.

    Attributes
    ----------
    interval : (float, float) or ()
        95 % interval of F1 over resampled sources; empty where the class has fewer than `LEAST_SOURCES`.
        Empty rather than None, so that the score can be written to a card (TOML has no null).
    """

    name: str
    rows: int
    sources: int
    precision: float
    recall: float
    f1: float
    interval: tuple[float, float] | tuple[()] = ()


@dataclass(frozen=True, eq=False)
class Reliability:
    """Confidence against accuracy in bins of equal width between 0 and 1.

    Attributes
    ----------
    confidence, accuracy : (bins,) float64
        Means over the rows of each bin, NaN where it is empty.
    rows : (bins,) int
        Rows in each bin.
    """

    confidence: FloatArray
    accuracy: FloatArray
    rows: IntArray

    @property
    def error(self) -> float:
        """Expected calibration error: the mean gap between confidence and accuracy, weighted by rows."""
        gap = np.abs(self.confidence - self.accuracy)
        return float(np.nansum(gap * self.rows) / self.rows.sum())


def score(
    probabilities: FloatArray,
    truth: IntArray,
    source: np.ndarray,
    *,
    confidence: FloatArray | None = None,
    least_rows: int = 1,
) -> Scores:
    """Return all scores of probabilistic predictions.

    Parameters
    ----------
    probabilities : (n, k) float64
        Of each class; no NaN.
    truth : (n,) int
        Index of the true class, never -1.
    source : (n,) object
        Publication, specimen or whatever rows share.
    confidence : (n,) float64, optional
        Probability that the most probable class is right, by default its own probability. For a quantity
        on another scale use `error_auroc` and `accuracy_at_coverage` themselves.
    least_rows : int
        Precision, recall and F1 are averaged over the true classes with at least so many rows.

    Raises
    ------
    ValueError
        If the shapes do not fit, if there are no rows, or if a probability is NaN or outside 0 to 1.
    """
    predicted = probabilities.argmax(axis=1)
    sureness = probabilities.max(axis=1) if confidence is None else confidence
    _check(probabilities, truth, source, sureness)
    right = predicted == truth
    table = confusion(truth, predicted, probabilities.shape[1])
    chosen = table.sum(axis=1) >= max(1, least_rows)
    precision, recall, f1 = (_mean(part[chosen]) for part in _precision_recall_f1(table))
    of_truth = probabilities[np.arange(len(truth)), truth]
    return Scores(
        rows=len(truth),
        sources=len(set(source)),
        accuracy=float(right.mean()),
        accuracy_interval=source_interval(right, source),
        precision=precision,
        recall=recall,
        f1=f1,
        ece=reliability(sureness, right).error,
        brier=float((np.square(probabilities).sum(axis=1) - 2 * of_truth + 1).mean()),
        nll=float(-np.log(np.maximum(of_truth, LEAST_PROBABILITY)).mean()),
        error_auroc=error_auroc(sureness, right),
        accuracy_at_95=accuracy_at_coverage(sureness, right, 0.95),
        accuracy_at_90=accuracy_at_coverage(sureness, right, 0.90),
        errors_above_09=int((~right & (sureness > SURE)).sum()),
    )


def confusion(truth: IntArray, predicted: IntArray, n_classes: int) -> IntArray:
    """Return how often each true class (row) was called each class (column), (k, k) int."""
    pairs = np.bincount(truth * n_classes + predicted, minlength=n_classes**2)
    return pairs.reshape(n_classes, n_classes)


def reliability(confidence: FloatArray, right: BoolArray, bins: int = 15) -> Reliability:
    """Return mean confidence and accuracy in bins of equal width between 0 and 1.

    References
    ----------
    Guo et al. 2017, On calibration of modern neural networks, arXiv:1706.04599, equations 2 and 3.
    """
    bin_of = np.clip((confidence * bins).astype(int), 0, bins - 1)
    rows = np.bincount(bin_of, minlength=bins)
    sums = [np.bincount(bin_of, values, bins) for values in (confidence, right.astype(float))]
    stated, found = (np.where(rows > 0, total / np.maximum(rows, 1), np.nan) for total in sums)
    return Reliability(stated, found, rows)


def error_auroc(confidence: FloatArray, right: BoolArray) -> float:
    """Return the probability that a right row has more confidence than a wrong one, ties counting half.

    NaN where all rows are right or all are wrong.
    """
    values, inverse, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    if values.size and np.isnan(values[-1]):
        raise ValueError(f"{int(counts[-1])} of {len(confidence)} confidences are NaN; leave those rows out")
    n_right, n_wrong = int(right.sum()), int((~right).sum())
    if not n_right or not n_wrong:
        return float("nan")
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    ranks = mean_rank[inverse][right].sum()
    return float((ranks - n_right * (n_right + 1) / 2) / (n_right * n_wrong))


def risk_coverage(confidence: FloatArray, right: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the share of wrong rows among the surest rows, for every number of them.

    Rows of equal confidence count as their mean, so that the order of rows does not matter.

    Returns
    -------
    coverage, risk : (n,) float64
        Share of rows that are accepted, from 1 / n to 1, and share of wrong ones among these.

    References
    ----------
    El-Yaniv & Wiener 2010, On the foundations of noise-free selective classification, JMLR 11, 1605-1641.
    """
    _, inverse, counts = np.unique(-confidence, return_inverse=True, return_counts=True)
    accuracy = np.bincount(inverse, right.astype(float), len(counts)) / np.maximum(counts, 1)
    accepted = np.arange(1, len(right) + 1)
    return accepted / len(right), 1 - np.cumsum(np.repeat(accuracy, counts)) / accepted


def accuracy_at_coverage(confidence: FloatArray, right: BoolArray, coverage: float) -> float:
    """Return the accuracy of the given part of the rows, the surest, at least one."""
    _, risk = risk_coverage(confidence, right)
    # 0.95 * 20 is 18.999999999999996 in some products; a part of a row must not be lost to rounding.
    accepted = max(1, int(coverage * len(right) + 1e-9))
    return float(1 - risk[accepted - 1])


def class_scores(
    truth: np.ndarray, predicted: np.ndarray, source: np.ndarray, draws: int = 500, seed: int = 0
) -> list[ClassScore]:
    """Return the scores of every class that occurs in the truth, in the order of their names.

    Parameters
    ----------
    truth, predicted, source : (n,) object
        Names.
    draws, seed : int
        Of the intervals of F1: sources are resampled, those of other classes too, as they hold the rows
        that are wrongly called so.
    """
    publications, publication = np.unique(source.astype(str), return_inverse=True)
    n = len(publications)
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / max(1, n)), draws)
    return [
        _class_score(name, truth == name, predicted == name, publication, weights)
        for name in sorted(set(truth))
    ]


def _class_score(
    name: str, true: BoolArray, called: BoolArray, publication: IntArray, weights: IntArray
) -> ClassScore:
    """Return the scores of one class; `weights` (draws, publications) is how often each was drawn."""
    n = weights.shape[1]
    rows = np.stack([np.bincount(publication[mask], minlength=n) for mask in (true & called, true, called)])
    hits, held, calls = (int(part) for part in rows.sum(axis=1))
    sources = int((rows[1] > 0).sum())
    interval: tuple[float, float] | tuple[()] = ()
    if sources >= LEAST_SOURCES:
        drawn = weights @ rows.T
        # A draw without the class says nothing about it.
        drawn = drawn[drawn[:, 1] > 0]
        low, high = np.quantile(2 * drawn[:, 0] / (drawn[:, 1] + drawn[:, 2]), [0.025, 0.975])
        interval = (float(low), float(high))
    f1 = 2 * hits / (held + calls)
    return ClassScore(name, held, sources, hits / max(1, calls), hits / held, f1, interval)


def source_interval(
    right: BoolArray, source: np.ndarray, draws: int = 500, seed: int = 0
) -> tuple[float, float] | None:
    """Return the 95 % interval of the accuracy over resampled sources, None with fewer than five."""
    names, inverse = np.unique(source.astype(str), return_inverse=True)
    if len(names) < LEAST_SOURCES:
        return None
    hits, sizes = np.bincount(inverse, right.astype(float)), np.bincount(inverse)
    drawn = np.random.default_rng(seed).integers(0, len(names), (draws, len(names)))
    accuracy = hits[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(accuracy, [0.025, 0.975])
    return float(low), float(high)


def _precision_recall_f1(table: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the three scores of each class; a precision without calls is 0."""
    hits, held, called = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    return (
        hits / np.maximum(called, 1),
        hits / np.maximum(held, 1),
        2 * hits / np.maximum(held + called, 1),
    )


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else float("nan")


def _check(probabilities: FloatArray, truth: IntArray, source: np.ndarray, confidence: FloatArray) -> None:
    rows = {len(probabilities), len(truth), len(source), len(confidence)}
    if len(rows) > 1 or rows == {0}:
        raise ValueError(
            "all arguments need one entry a row and at least one row, but there are "
            f"{len(probabilities)=}, {len(truth)=}, {len(source)=}, {len(confidence)=}"
        )
    if truth.min() < 0 or truth.max() >= probabilities.shape[1]:
        raise ValueError(
            f"the truth runs from {truth.min()} to {truth.max()}, but there are probabilities of "
            f"{probabilities.shape[1]} classes; leave out rows whose class is none of them"
        )
    for name, values in (("probabilities", probabilities), ("confidences", confidence)):
        if bad := int((~((values >= 0) & (values <= 1 + 1e-9))).sum()):
            raise ValueError(f"{bad} {name} are NaN or outside 0 to 1; leave out rows that were not judged")
