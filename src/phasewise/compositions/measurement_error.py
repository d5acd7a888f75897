"""What stated analytical errors leave of the probabilities.

The true composition x of a row is known up to its error: measured = x + e, with independent normal errors e
of the stated standard deviations. With a flat prior over the range of the error, the probability of a phase
given the measured values is the mean of that given x over x = measured + e: the propagation of
distributions of the Guide to the Expression of Uncertainty in Measurement, Supplement 1 (JCGM 101:2008,
doi:10.59161/JCGM101-2008, clauses 5.2, 6.4.7 and 7.6).

The mean is taken over the same few draws for every row, in pairs e and -e, so that a result depends on
neither neighbours nor order. They are a Latin hypercube (each input sees every stratum of the half-normal
distribution once, McKay et al. 1979, doi:10.1080/00401706.1979.10489755) from which the correlations between
inputs were taken out by reordering (Iman & Conover 1982, doi:10.1080/03610918208812265).
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.features import INPUTS, RARE

if TYPE_CHECKING:
    from phasewise.compositions.model import CompositionModel
    from phasewise.core.types import Analyses, BoolArray, FloatArray

__all__ = ["LARGEST", "PAIRS", "averaged", "input_errors", "standard_normals"]

PAIRS = 32
"""Pairs of draws; docs/method.md says how far their mean lies from that of thousands."""

LARGEST = 100.0
"""A standard deviation above this many wt% counts as this."""

_SEED = 99
"""Of the first hundred the one whose means lie nearest to those of thousands of draws."""

_ROUNDS = 10
_ROWS = 512


def input_errors(analyses: Analyses) -> FloatArray | None:
    """Return one standard deviation of each input, or None where the table states no error.

    Parameters
    ----------
    analyses : Analyses
        Standard deviations that are not given (NaN), not finite or not positive count as none, also where
        the same row gives others; so do those of values that were not measured.

    Returns
    -------
    (n, len(INPUTS)) float64 or None
        wt% in the order of `INPUTS`, 0 where there is none. That of ``rare``, a sum, is the root of the sum
        of the squares of its parts.
    """
    if analyses.sigma is None:
        return None
    stated = np.isfinite(analyses.sigma) & (analyses.sigma > 0) & np.isfinite(analyses.values)
    if not stated.any():
        return None
    sigma = np.where(stated, np.minimum(analyses.sigma, LARGEST), 0.0)
    out = np.zeros((len(INPUTS), len(analyses))).T
    for j, name in enumerate(analyses.columns):
        if name in INPUTS:
            out[:, INPUTS.index(name)] = sigma[:, j]
        elif name in RARE:
            out[:, -1] = np.hypot(out[:, -1], sigma[:, j])
    return out


def averaged(
    model: CompositionModel, values: FloatArray, errors: FloatArray, present: BoolArray | None = None
) -> FloatArray:
    """Return the probability of each phase and, last, of none, averaged over the errors of each row.

    Draws below zero are kept as counting noise is; one that leaves a row without any oxide is not counted.

    Parameters
    ----------
    model : CompositionModel
        Gives the probabilities of a composition.
    values : (n, len(INPUTS)) float64
        wt% in the order of `INPUTS`, NaN where not measured. Every row has an oxide above zero.
    errors : (n, len(INPUTS)) float64
        One standard deviation in wt%, 0 where there is none.
    present : (len(INPUTS),) bool, optional
        As for `CompositionModel.probabilities`.

    Returns
    -------
    (n, len(model.phases) + 1) float64
    """
    half = standard_normals()
    draws = np.concatenate([half, -half])
    out = np.empty((len(values), len(model.phases) + 1))
    for start in range(0, len(values), _ROWS):
        rows = slice(start, start + _ROWS)
        drawn = values[rows, None, :] + errors[rows, None, :] * draws
        p = model.probabilities(drawn.reshape(-1, len(INPUTS)), present)
        # Draws stand last and side by side, so that the sums round alike for any number of rows.
        p = np.ascontiguousarray(p.T).reshape(p.shape[1], -1, len(draws))
        counted = ~np.isnan(p[0])
        out[rows] = (np.where(counted, p, 0.0).sum(axis=-1) / counted.sum(axis=-1)).T
    return out


@lru_cache(maxsize=1)
def standard_normals() -> FloatArray:
    """Return the draws: one half of each pair for every input, in standard deviations.

    Returns
    -------
    (PAIRS, len(INPUTS)) float64
        Together with their negatives each column has mean 0 and variance 1.

    Notes
    -----
    The raw stream of PCG64 is the same in all versions of NumPy (NEP 19), and the rounds of reordering work
    on ranks, so that the last bits of the linear algebra do not matter.
    """
    shape = (PAIRS, len(INPUTS))
    places, signs = np.random.PCG64(_SEED).random_raw(2 * PAIRS * len(INPUTS)).reshape(2, *shape)
    normal = NormalDist()
    sizes = np.array([normal.inv_cdf(0.5 + (i + 0.5) / (2 * PAIRS)) for i in range(PAIRS)])
    sizes /= np.sqrt(np.mean(sizes**2))
    out = np.where(signs >> np.uint64(63), 1.0, -1.0) * sizes[_ranks(places)]
    for _ in range(_ROUNDS):
        root = np.linalg.cholesky(out.T @ out / PAIRS)
        uncorrelated = np.linalg.solve(root, out.T).T
        out = np.sign(uncorrelated) * sizes[_ranks(np.abs(uncorrelated))]
    out.flags.writeable = False
    return np.asarray(out)


def _ranks(columns: np.ndarray) -> np.ndarray:
    return columns.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
