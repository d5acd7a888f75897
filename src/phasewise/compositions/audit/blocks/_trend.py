"""Trends along an order: Kendall's S, the slope of Theil and Sen, and the likeliest step."""

from __future__ import annotations

import math

import numpy as np

from phasewise.core.types import FloatArray

__all__ = ["MOST", "kendall", "step_at", "theil_sen", "thinned"]

MOST = 300
"""So many values are compared pair by pair; longer series are thinned evenly."""


def thinned(values: FloatArray) -> FloatArray:
    """Return at most `MOST` of the rows of a series, evenly spaced."""
    if len(values) <= MOST:
        return values
    return np.asarray(values[np.linspace(0, len(values) - 1, MOST).round().astype(int)])


def kendall(values: FloatArray) -> tuple[float, float]:
    """Return Kendall's tau of a series with its order, and the probability of a larger one by chance.

    The probability is that of the normal approximation without ties, for either sign; it needs 10 values.

    Parameters
    ----------
    values : (n,) float64
        Without NaN.

    References
    ----------
    Kendall (1938), doi:10.1093/biomet/30.1-2.81; Mann (1945), doi:10.2307/1907187.

    Examples
    --------
    >>> kendall(np.array([1.0, 2.0, 3.0, 4.0]))[0]
    1.0
    """
    n = len(values)
    concordant = np.sign(np.subtract.outer(values, values))[np.tril_indices(n, -1)].sum()
    z = concordant / math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    return float(2 * concordant / (n * (n - 1))), math.erfc(abs(z) / math.sqrt(2))


def theil_sen(values: FloatArray) -> float:
    """Return how much a series changes from its first to its last value: the median slope times its length.

    References
    ----------
    Theil (1950), doi:10.1007/978-94-011-2546-8_20; Sen (1968), doi:10.1080/01621459.1968.10480934.
    """
    later, earlier = np.tril_indices(len(values), -1)
    slopes = (values[later] - values[earlier]) / (later - earlier)
    return float(np.median(slopes) * (len(values) - 1))


def step_at(values: FloatArray, least: int) -> int:
    """Return after how many values a series of two levels changes, with at least so many on either side."""
    n = len(values)
    before = np.arange(least, n - least + 1)
    sums = np.cumsum(values - values.mean())[before - 1]
    return int(before[np.argmax(np.abs(sums) / np.sqrt(before * (n - before)))])
