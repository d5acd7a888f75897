"""Calibration and thresholds, fitted on predictions for sources that the models had not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["belonging_threshold", "expected_calibration_error", "fit_belonging_exponent", "fit_temperature"]


def fit_temperature(
    probabilities: Callable[[float], FloatArray], truth: np.ndarray, between: tuple[float, float] = (1.0, 4.0)
) -> float:
    """Return the temperature with the least negative log-likelihood of the true classes.

    By default it never sharpens: publications that nobody has seen differ more than folds do.

    Parameters
    ----------
    probabilities : callable
        Gives the probabilities (n, k) at a temperature.
    truth : (n,) int
        Index of the true class.
    between : (float, float)
        Where to look.

    References
    ----------
    Guo et al. 2017, On calibration of modern neural networks, arXiv:1706.04599.
    """

    def loss(temperature: float) -> float:
        p = probabilities(temperature)[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(p, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=between, method="bounded", options={"xatol": 1e-3}).x)


def fit_belonging_exponent(among: FloatArray, belonging: FloatArray, right: BoolArray) -> float:
    """Return the power a for which ``among * belonging**a`` best predicts whether a label is right.

    Parameters
    ----------
    among : (n,) float64
        Probability of the label among the phases.
    belonging : (n,) float64
        Probability that the row is one of the phases.
    right : (n,) bool
        Whether the label is the published one; the rows should hold the errors that tables have.
    """

    def loss(power: float) -> float:
        p = np.clip(among * belonging**power, 1e-9, 1 - 1e-9)
        return float(-np.log(np.where(right, p, 1 - p)).mean())

    return float(minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-3}).x)


def belonging_threshold(
    right: FloatArray, counterexamples: FloatArray, most_false_accepted: float, least_accepted: float
) -> float:
    """Return the belonging below which an analysis is refused.

    Parameters
    ----------
    right : (n,) float64
        Belonging of rightly labelled rows of unseen sources.
    counterexamples : (m,) float64
        Belonging of rows that are no phase, made of unseen sources.
    most_false_accepted : float
        At most this part of the counter-examples may be accepted ...
    least_accepted : float
        ... unless fewer than this part of the right rows would be.
    """
    strict = np.quantile(counterexamples, 1 - most_false_accepted)
    return float(min(strict, np.quantile(right, 1 - least_accepted)))


def expected_calibration_error(confidence: FloatArray, right: BoolArray, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy over equal bins, weighted by rows."""
    bin_of = np.clip((confidence * bins).astype(int), 0, bins - 1)
    n = np.bincount(bin_of, minlength=bins)
    gap = np.abs(np.bincount(bin_of, confidence, bins) - np.bincount(bin_of, right.astype(float), bins))
    return float(gap.sum() / n.sum())
