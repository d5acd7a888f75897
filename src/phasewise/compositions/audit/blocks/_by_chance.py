"""How often numbers agree by chance, if nothing but counting statistics makes them differ."""

from __future__ import annotations

import math

import numpy as np

from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["CHANCE", "FINEST", "agree_by_chance", "least_sd", "too_often"]

ABSOLUTE, RELATIVE = 0.01, 0.005
"""Least standard deviation of repeated spots by electron microprobe, in wt% and as a part of the value."""

FINEST = 0.01
"""Resolution in wt% that is granted at most: further digits come from converting units."""

CHANCE = 1e-5


def least_sd(value: FloatArray) -> FloatArray:
    """Return the least standard deviation in wt% of repeated analyses."""
    return np.asarray(np.hypot(ABSOLUTE, RELATIVE * value))


def agree_by_chance(value: FloatArray, step: FloatArray | float) -> FloatArray:
    """Return the most that two analyses with this much of an oxide agree to a step, both in wt%.

    With values printed to a step r it is r / (sd sqrt(2 pi)), the part of a normal distribution that the step
    at its peak takes.

    Examples
    --------
    >>> agree_by_chance(np.array([0.1, 50.0]), 0.01).round(3).tolist()
    [0.398, 0.016]
    """
    return np.asarray(np.minimum(step / (least_sd(value) * np.sqrt(2 * np.pi)), 1.0))


def too_often(numbers: IntArray, times: IntArray, of: IntArray) -> BoolArray:
    """Return whether analyses stand more often among others than chance explains.

    If all rows were spots on one material, of n rows as many as lambda = n prod(q) would hold one set of
    numbers, with q by `agree_by_chance`; the oxide that says most is left out, as all sum up to the total.
    The Poisson probability of so many, for any of n sets, has to stay below `CHANCE`.

    Parameters
    ----------
    numbers : (m, p) int
        Ten-thousandths of a wt%.
    times, of : (m,) int
        How often each set of numbers stands among how many rows.
    """
    step = np.full(numbers.shape, FINEST)
    for coarse in (0.1, 1.0, 10.0):
        step[numbers % round(coarse * 10_000) == 0] = coarse
    q = np.where(numbers != 0, agree_by_chance(np.abs(numbers) / 10_000, step), 1.0)
    expected = of * q.prod(axis=1) / q.min(axis=1, initial=1.0)
    log_factorial = np.array([math.lgamma(int(k) + 1) for k in times])
    log_chance = times * np.log(expected) - expected - log_factorial + np.log(of)
    return np.asarray((times > expected) & (log_chance < math.log(CHANCE)))
