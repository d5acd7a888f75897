"""Scores of predictions for unseen sources, with intervals that respect the sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray

__all__ = ["ClassScore", "class_scores", "source_interval"]

LEAST_SOURCES = 5
"""Fewer sources than this allow no interval."""


@dataclass(frozen=True)
class ClassScore:
    """Precision, recall and F1 of one class, and how many rows and sources it rests on."""

    name: str
    rows: int
    sources: int
    precision: float
    recall: float
    f1: float


def class_scores(truth: np.ndarray, predicted: np.ndarray, source: np.ndarray) -> list[ClassScore]:
    """Return the scores of every class that occurs in the truth.

    Parameters
    ----------
    truth, predicted, source : (n,) object
        Names.
    """
    scores = []
    for name in sorted(set(truth)):
        true, called = truth == name, predicted == name
        hits = int((true & called).sum())
        precision = hits / max(1, int(called.sum()))
        recall = hits / int(true.sum())
        f1 = 2 * hits / (int(true.sum()) + int(called.sum()))
        scores.append(ClassScore(name, int(true.sum()), len(set(source[true])), precision, recall, f1))
    return scores


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
