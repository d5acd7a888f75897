"""Calibration and thresholds, fitted on predictions for sources that the models had not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from phasewise.infer.calibration import CalibrationMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = [
    "fit_belonging_exponent",
    "fit_temperature",
    "fit_temperature_map",
    "fit_vector_scaling",
    "source_weights",
]


def fit_temperature(
    probabilities: Callable[[float], FloatArray],
    truth: np.ndarray,
    between: tuple[float, float] = (1.0, 4.0),
    sample_weight: FloatArray | None = None,
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
    sample_weight : (n,) float64, optional
        Weight of each row, such as `source_weights`.

    References
    ----------
    Guo et al. 2017, On calibration of modern neural networks, arXiv:1706.04599.
    """

    def loss(temperature: float) -> float:
        p = probabilities(temperature)[np.arange(len(truth)), truth]
        return float(-np.average(np.log(np.maximum(p, 1e-12)), weights=sample_weight))

    return float(minimize_scalar(loss, bounds=between, method="bounded", options={"xatol": 1e-3}).x)


def source_weights(truth: IntArray, source: np.ndarray, cap: float = 20.0) -> FloatArray:
    """Return weights of rows by which no publication counts for more than `cap` rows of one class.

    Rows of a publication are alike: n rows with a correlation r among them tell as much as
    ``n / (1 + (n - 1) r)`` independent ones (Kish 1965, Survey sampling, section 5.4), never more than 1 / r.
    The default stands for r = 0.05.

    Returns
    -------
    (n,) float64
        ``min(1, cap / rows of the publication in the class)``.
    """
    pair = np.unique(source.astype(str), return_inverse=True)[1] * (int(truth.max(initial=0)) + 1) + truth
    _, inverse, rows = np.unique(pair, return_inverse=True, return_counts=True)
    return np.asarray(np.minimum(1.0, cap / rows)[inverse])


def fit_temperature_map(
    probabilities: FloatArray,
    truth: IntArray,
    *,
    sample_weight: FloatArray | None = None,
    between: tuple[float, float] = (1.0, 4.0),
) -> CalibrationMap:
    """Return temperature scaling of given probabilities (n, k); see `fit_temperature`."""
    k = probabilities.shape[1]
    temperature = fit_temperature(
        lambda t: CalibrationMap.of_temperature(t, k).apply(probabilities), truth, between, sample_weight
    )
    return CalibrationMap.of_temperature(temperature, k)


def fit_vector_scaling(
    probabilities: FloatArray,
    truth: IntArray,
    *,
    sample_weight: FloatArray | None = None,
    pull: float = 500.0,
    between: tuple[float, float] = (1.0, 4.0),
) -> CalibrationMap:
    """Return a scale and a bias for each class, drawn towards temperature scaling.

    With T the best temperature for all classes it minimises

        sum_i w_i nll_i + pull / 2 * sum_k ((T scale_k - 1)^2 + bias_k^2),

    so a class with few (weighted) rows keeps T and no bias, and one with many goes where they lead: `pull`
    rows' worth of knowledge are set against it. The function is convex. Where classes rest on a handful of
    publications, temperature scaling alone may predict new publications better; compare them on folds.

    Parameters
    ----------
    probabilities : (n, k) float64
        For rows of publications that the models had not seen, pooled over folds; no NaN.
    truth : (n,) int
        Index of the true class. Rows whose true class has a probability of 0 are left out: no such map
        changes them.
    sample_weight : (n,) float64, optional
        Weight of each row, such as `source_weights`; by default 1.
    pull : float
        Strength of the pull to temperature scaling.
    between : (float, float)
        Bounds of T and of 1 / scale; by default it never sharpens, see `fit_temperature`.

    References
    ----------
    Guo et al. 2017, On calibration of modern neural networks, arXiv:1706.04599, section 4.2.
    """
    start = fit_temperature_map(probabilities, truth, sample_weight=sample_weight, between=between)
    k, weight = len(start.scale), np.ones(len(truth)) if sample_weight is None else sample_weight
    kept = probabilities[np.arange(len(truth)), truth] > 0
    p, true, weight = probabilities[kept], truth[kept], weight[kept]
    log_p = np.log(np.where(p > 0, p, 1.0))
    rows = np.arange(len(true))

    def loss(theta: FloatArray) -> tuple[float, FloatArray]:
        q = CalibrationMap(theta[:k], theta[k:]).apply(p)
        nll = -(weight * np.log(np.maximum(q[rows, true], 1e-300))).sum()
        gap = weight[:, None] * q
        gap[rows, true] -= weight
        off = np.concatenate([theta[:k] / start.scale - 1, theta[k:]])
        slope = np.concatenate([(gap * log_p).sum(axis=0), gap.sum(axis=0)])
        slope += pull * off / np.concatenate([start.scale, np.ones(k)])
        return float(nll + pull / 2 * (off @ off)), slope

    bounds = [(1 / between[1], 1 / between[0])] * k + [(None, None)] * k
    begin = np.concatenate([start.scale, start.bias])
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x
    return CalibrationMap(found[:k], found[k:])


def fit_belonging_exponent(
    among: FloatArray, belonging: FloatArray, right: BoolArray, weight: FloatArray | None = None
) -> float:
    """Return the power a for which ``among * belonging**a`` best predicts whether a label is right.

    Parameters
    ----------
    among : (n,) float64
        Probability of the label among the phases.
    belonging : (n,) float64
        Probability that the row is one of the phases.
    right : (n,) bool
        Whether the label is the published one; the rows should hold the errors that tables have.
    weight : (n,) float64, optional
        Of the rows.
    """

    def loss(power: float) -> float:
        p = np.clip(among * belonging**power, 1e-9, 1 - 1e-9)
        return float(-np.average(np.log(np.where(right, p, 1 - p)), weights=weight))

    return float(minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-3}).x)
