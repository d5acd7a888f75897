"""Student's t distribution: its quantiles, and the probability of a value as far from zero."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

__all__ = ["student_t_p", "student_t_quantile"]

_MOST_TERMS = 500
_CLOSE = 1e-15
_TINY = 1e-300


def student_t_p(t: float, df: float) -> float:
    """Return the probability that Student's t is at least as far from zero, to either side.

    Parameters
    ----------
    t : float
        Either sign; NaN gives NaN.
    df : float
        Degrees of freedom above 0, whole or not; infinity stands for the normal distribution.

    Raises
    ------
    ValueError
        If there are no degrees of freedom.

    References
    ----------
    Abramowitz & Stegun 1964, Handbook of Mathematical Functions, 26.7.1 and 26.5.27.

    Examples
    --------
    >>> round(student_t_p(2.776, 4), 3)
    0.05
    """
    if not df > 0:
        raise ValueError(f"{df=} has to be above 0")
    if math.isnan(t):
        return math.nan
    if math.isinf(df):
        return math.erfc(abs(t) / math.sqrt(2))
    return _incomplete_beta(df / (df + t * t), t * t / (df + t * t), df / 2, 0.5)


@lru_cache(maxsize=4096)
def student_t_quantile(probability: float, df: float) -> float:
    """Return the value that Student's t stays below with a probability.

    Parameters
    ----------
    probability : float
        Above 0 and below 1; 0.975 for an interval of 95 %.
    df : float
        As for `student_t_p`.

    Raises
    ------
    ValueError
        If the probability is not between 0 and 1, or there are no degrees of freedom.

    Examples
    --------
    >>> round(student_t_quantile(0.975, 4), 3)
    2.776
    """
    if not 0 < probability < 1:
        raise ValueError(f"{probability=} has to be between 0 and 1")
    if probability < 0.5:
        return -student_t_quantile(1 - probability, df)
    if math.isinf(df):
        return NormalDist().inv_cdf(probability)
    outside = 2 * (1 - probability)
    low, high = 0.0, 1.0
    while student_t_p(high, df) > outside:
        low, high = high, 2 * high
    while high - low > 4e-16 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if student_t_p(middle, df) > outside else (low, middle)
    return high


def _incomplete_beta(x: float, rest: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function of x = 1 - rest (DLMF 8.17.4 and 8.17.22)."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(rest, x, b, a)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    factor = math.exp(a * math.log(x) + b * math.log(rest) - log_beta) / a
    return factor / _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Return 1 + d1/(1 + d2/(1 + ...)) of DLMF 8.17.22 by the modified method of Lentz."""
    value = upper = 1.0
    lower = 0.0
    for term in range(1, _MOST_TERMS):
        m, odd = divmod(term, 2)
        d = -(a + m) * (a + b + m) if odd else m * (b - m)
        d *= x / ((a + term - 1) * (a + term))
        lower = 1 / ((1 + d * lower) or _TINY)
        upper = (1 + d / upper) or _TINY
        value *= upper * lower
        if abs(upper * lower - 1) < _CLOSE:
            break
    return value
