"""Drift with time: the slope of repeated analyses of one material."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.core.student_t import student_t_p, student_t_quantile

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["CONFIDENCE", "LEAST_ANALYSES", "Drift", "drift_of", "holm"]

CONFIDENCE = 0.95
LEAST_ANALYSES = 4
"""Fewer analyses leave less than two degrees of freedom to a line, and no useful interval."""


@dataclass(frozen=True)
class Drift:
    """A line through repeated analyses.

    Attributes
    ----------
    slope, low, high : float
        wt% per hour or per analysis, and its interval of 95 %.
    change : float
        What the line changes from the first to the last analysis of the material, in wt%.
    start : float
        The line at time 0, in wt%.
    p : float
        Probability of a slope as steep without drift.
    """

    slope: float = np.nan
    low: float = np.nan
    high: float = np.nan
    change: float = np.nan
    start: float = np.nan
    p: float = np.nan


def drift_of(time: FloatArray, values: FloatArray, sigma: FloatArray | None = None) -> Drift:
    """Return the line through values by least squares, with the interval that their scatter leaves.

    Parameters
    ----------
    time : (n,) float64
        Rows without time (NaN) do not count.
    values : (n,) float64
        wt%; NaN does not count.
    sigma : (n,) float64, optional
        Counting errors: where every analysis has one, analyses weigh by them. Their scatter about the line,
        not these errors, gives the interval: it holds what counting statistics do not know.

    Returns
    -------
    Drift
        NaN with fewer than `LEAST_ANALYSES` analyses, or all at one time.

    References
    ----------
    Draper & Smith 1998, Applied Regression Analysis, doi:10.1002/9781118625590, sections 1.4 and 9.2.

    Examples
    --------
    >>> round(drift_of(np.arange(6.0), 2.6 - 0.03 * np.arange(6.0)).slope, 3)
    -0.03
    """
    known = np.isfinite(time) & np.isfinite(values)
    t, y = time[known], values[known]
    if len(y) < LEAST_ANALYSES or np.ptp(t) == 0:
        return Drift()
    if np.ptp(y) == 0:
        return Drift(0.0, 0.0, 0.0, 0.0, float(y[0]), 1.0)
    weights = _weights(None if sigma is None else sigma[known], len(y))
    away = t - weights @ t
    spread = weights @ away**2
    middle = float(weights @ y)
    slope = float(weights @ (away * y) / spread)
    scatter = weights @ (y - middle - slope * away) ** 2
    error = float(np.sqrt(scatter / spread / (len(y) - 2)))
    reach = student_t_quantile((1 + CONFIDENCE) / 2, len(y) - 2) * error
    p = student_t_p(slope / error, len(y) - 2) if error > 1e-12 * abs(slope) else float(slope == 0)
    start = middle - slope * float(weights @ t)
    return Drift(slope, slope - reach, slope + reach, slope * float(np.ptp(t)), start, p)


def _weights(sigma: FloatArray | None, n: int) -> FloatArray:
    if sigma is None or not np.all(np.isfinite(sigma) & (sigma > 0)):
        return np.full(n, 1 / n)
    inverse: FloatArray = sigma.min() ** 2 / sigma**2
    return inverse / np.sum(inverse)


def holm(p: FloatArray) -> FloatArray:
    """Return probabilities adjusted for the number of tests: below 0.05, none of them is chance, at 95 %.

    Parameters
    ----------
    p : (n,) float64
        NaN is no test, and stays.

    References
    ----------
    Holm 1979, Scandinavian Journal of Statistics 6, 65-70 (https://www.jstor.org/stable/4615733).

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    adjusted = np.full(len(p), np.nan)
    order = np.argsort(p)[: int(np.isfinite(p).sum())]
    times = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * times), 1.0) if len(order) else 0.0
    return adjusted
