r"""Normal distributions fitted to rows in which values are missing, by expectation-maximisation.

With o the columns that a row x has and m those that it lacks, the expectation step completes it to

    E[x_m | x_o] = mu_m + B (x_o - mu_o),    cov[x_m | x_o] = S_mm - B S_om,    B = S_mo S_oo^-1,

and the maximisation step takes mean and covariance of the completed rows, to which cov[x_m | x_o] is added.
The likelihood of the measured values never falls. Rows with the same columns enter by their weight, mean
and scatter alone, so that an iteration costs the same for ten rows and a million.

The maximum is that of the measured values if whether a value was measured does not depend on what it would
have been, given the measured ones (missing at random).

References
----------
Dempster, Laird and Rubin 1977, doi:10.1111/j.2517-6161.1977.tb01600.x; Little and Rubin 2019, Statistical
analysis with missing data, 3rd edition, doi:10.1002/9781119482260, section 11.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["Group", "Pattern", "completed", "fit_normal", "summarise"]

MOST_ITERATIONS = 200
CHANGE = 1e-3
"""Iterations end where no mean or covariance moves by more, in units of the standard deviations at first.

On published analyses the means are then within 0.03 wt% of where thousands of iterations lead, with a
covariance shared by 17 minerals within 0.2 wt%."""

SINGULAR = 1e-10
"""Eigenvalues below this part of the largest one count as 0 in S_oo^-1."""


@dataclass(frozen=True, eq=False)
class Pattern:
    """Rows that have the same columns.

    Attributes
    ----------
    measured : (p,) bool
        The m columns that they have.
    weight : float
        Sum of the weights of the rows.
    mean : (m,) float64
        Weighted mean.
    scatter : (m, m) float64
        Weighted sum of outer products of the differences from it.
    """

    measured: BoolArray
    weight: float
    mean: FloatArray
    scatter: FloatArray


Group = tuple[Pattern, ...]
"""Rows that have one mean."""


def summarise(x: FloatArray, weight: FloatArray) -> Group:
    """Return the patterns of rows (n, p), NaN where missing, with weights (n,) above 0.

    Rows that have nothing are left out.
    """
    measured = ~np.isnan(x)
    kinds, kind = np.unique(measured, axis=0, return_inverse=True)
    patterns = []
    for number, has in enumerate(kinds):
        rows = kind == number
        values, w = x[rows][:, has], weight[rows]
        if has.any():
            mean = w @ values / w.sum()
            centred = values - mean
            patterns.append(Pattern(has, float(w.sum()), mean, (centred.T * w) @ centred))
    return tuple(patterns)


def fit_normal(
    groups: Sequence[Group], means: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the means of groups and their common covariance of the highest likelihood.

    Parameters
    ----------
    groups : sequence of c Group
        See `summarise`.
    means : (c, p) float64
        Where iterations start; best at the means of what was measured.
    variance : (p,) float64
        The same, without correlation. What the rows say nothing of stays as it starts: mean and variance
        of a column that all groups lack, the correlation of two columns that are in no row together.

    Returns
    -------
    means : (c, p) float64
    covariance : (p, p) float64
        Divided by the weights of the rows, not by one less; not necessarily invertible.
    """
    covariance = np.diag(variance)
    if not any(groups):
        return means, covariance
    sd = np.sqrt(np.where(variance > 0, variance, 1.0))
    for _ in range(MOST_ITERATIONS):
        before = means, covariance
        means, covariance = _iterated(groups, means, covariance)
        moved = np.abs(means - before[0]) / sd, np.abs(covariance - before[1]) / np.outer(sd, sd)
        if max(part.max() for part in moved) <= CHANGE:
            break
    return means, covariance


def _iterated(
    groups: Sequence[Group], means: FloatArray, covariance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return means and covariance after one expectation and one maximisation."""
    new, scatter, total = means.copy(), np.zeros_like(covariance), 0.0
    for number, group in enumerate(groups):
        if not group:
            continue
        weights = np.array([pattern.weight for pattern in group])
        found = [_expected(pattern, means[number], covariance) for pattern in group]
        centres = np.stack([centre for centre, _ in found])
        new[number] = weights @ centres / weights.sum()
        apart = centres - new[number]
        scatter += sum(around for _, around in found) + (apart.T * weights) @ apart
        total += weights.sum()
    return new, (scatter + scatter.T) / (2 * total)


def _expected(pattern: Pattern, mean: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean of the completed rows of a pattern and their expected scatter around it."""
    has, lacks = pattern.measured, ~pattern.measured
    if not lacks.any():
        return pattern.mean, pattern.scatter
    weights = _regression(covariance, has)
    centre = np.empty(len(mean))
    centre[has] = pattern.mean
    centre[lacks] = mean[lacks] + weights @ (pattern.mean - mean[has])
    scatter = np.empty_like(covariance)
    between = weights @ pattern.scatter
    remaining = covariance[np.ix_(lacks, lacks)] - weights @ covariance[np.ix_(has, lacks)]
    scatter[np.ix_(has, has)] = pattern.scatter
    scatter[np.ix_(lacks, has)] = between
    scatter[np.ix_(has, lacks)] = between.T
    scatter[np.ix_(lacks, lacks)] = between @ weights.T + pattern.weight * remaining
    return centre, scatter


def _regression(covariance: FloatArray, has: BoolArray) -> FloatArray:
    """Return the coefficients B of the missing columns on those that are there."""
    known = covariance[np.ix_(has, has)]
    inverse = np.linalg.pinv(known, rcond=SINGULAR, hermitian=True)
    return np.asarray(covariance[np.ix_(~has, has)] @ inverse)


def completed(x: FloatArray, mean: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return rows (n, p) with what is expected in place of NaN, given what they have."""
    out = x.copy()
    measured = ~np.isnan(x)
    kinds, kind = np.unique(measured, axis=0, return_inverse=True)
    for number, has in enumerate(kinds):
        if not has.all():
            rows = np.flatnonzero(kind == number)
            expected = mean[~has] + (x[rows][:, has] - mean[has]) @ _regression(covariance, has).T
            out[np.ix_(rows, ~has)] = expected
    return out
