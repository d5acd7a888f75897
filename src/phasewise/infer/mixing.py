"""How much of each of two phases a mixture holds, by what analyses of the two are usually like.

With a and b drawn from the normal distributions of the two phases, a mixture (1 - f) a + f b is normal with
mean (1 - f) m_a + f m_b and covariance (1 - f)^2 S_a + f^2 S_b. Its likelihood over a grid of f, with a flat
prior, gives the mean and the standard deviation of f. Both covariances are made diagonal at once, so that the
whole grid costs little more than one point of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["TypicalCompositions", "closed"]

GRID = np.linspace(0.01, 0.99, 50)
"""Fractions that are tried."""

ABSOLUTE, RELATIVE = 0.5, 0.02
"""Analytical noise of closed compositions, in % and as a part of what is there."""

DECIMALS = 6


@dataclass(frozen=True, eq=False)
class TypicalCompositions:
    """Normal distributions of the closed compositions of phases.

    Attributes
    ----------
    mean : (k, p) float64
        Percent.
    covariance : (k, p, p) float64
        Of the same; NaN for phases of which too little is known.
    total : (k,) float64
        Mean total before closing, in wt%.
    error_scale : float
        Factor on the standard deviations, by which 68.3 % of mixtures of unseen sources lie within one.
    """

    mean: FloatArray
    covariance: FloatArray
    total: FloatArray
    error_scale: float = 1.0

    def parts(self, values: FloatArray, first: IntArray, second: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the mass fraction of the second phase in mixtures of two, and its standard deviation.

        Parameters
        ----------
        values : (n, p) float64
            wt%; NaN where not measured.
        first, second : (n,) int
            Indices of the two phases.

        Returns
        -------
        part, error : (n,) float64
            NaN where too little is known of a phase, or nothing was measured.
        """
        out = np.full((2, len(values)), np.nan)
        measured = ~np.isnan(values)
        kinds = np.column_stack([first, second, measured])
        for kind in np.unique(kinds, axis=0):
            rows = np.flatnonzero((kinds == kind).all(axis=1))
            pair = _pair(self, int(kind[0]), int(kind[1]), tuple(kind[2:].astype(bool).tolist()))
            if pair is not None:
                out[:, rows] = _estimate(closed(values[np.ix_(rows, kind[2:].astype(bool))]), pair)
        out[1] *= self.error_scale
        return out[0].round(DECIMALS), out[1].round(DECIMALS)


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two phases in coordinates in which both covariances are diagonal: (grid, p), constant and part (grid,).

    `part` is the mass fraction of the second phase: a hydrous mineral, or one of which an oxide was not
    measured, brings less than its mass to a closed analysis.
    """

    part: FloatArray
    rotation: FloatArray
    mean: FloatArray
    weight: FloatArray
    constant: FloatArray


def closed(values: FloatArray) -> FloatArray:
    """Return percent of what was measured, values below zero as zero; NaN in rows without any."""
    positive = np.fmax(values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(100.0 * positive / np.nansum(positive, axis=1, keepdims=True))


@lru_cache(maxsize=1024)
def _pair(typical: TypicalCompositions, first: int, second: int, measured: tuple[bool, ...]) -> _Pair | None:
    """Return two phases by the oxides that were measured, None where too little is known of one."""
    held = np.array(measured)
    means, covariances, seen = zip(*(_among(typical, k, held) for k in (first, second)), strict=True)
    if not all(np.isfinite(part).all() for part in (*means, *covariances)) or not held.any():
        return None
    inverse = np.linalg.inv(np.linalg.cholesky(covariances[0]))
    eigenvalues, vectors = np.linalg.eigh(inverse @ covariances[1] @ inverse.T)
    rotation = inverse.T @ vectors
    f = GRID[:, None]
    mean = ((1 - f) * means[0] + f * means[1]) @ rotation
    variance = (1 - f) ** 2 + f**2 * np.maximum(eigenvalues, 0.0)
    constant = (mean**2 / variance + np.log(variance)).sum(axis=1)
    part = GRID / seen[1] / (GRID / seen[1] + (1 - GRID) / seen[0])
    return _Pair(part, rotation, mean, 1 / variance, constant)


def _among(typical: TypicalCompositions, phase: int, held: BoolArray) -> tuple[FloatArray, FloatArray, float]:
    """Return mean and covariance of a phase closed over some oxides, with noise, and what these sum up to."""
    mean = typical.mean[phase, held]
    scale = 100.0 / max(mean.sum(), 1.0)
    mean = mean * scale
    noise = np.diag(ABSOLUTE**2 + (RELATIVE * mean) ** 2)
    covariance = typical.covariance[phase][np.ix_(held, held)] * scale**2 + noise
    return mean, covariance, float(typical.total[phase] / scale)


def _estimate(compositions: FloatArray, pair: _Pair) -> FloatArray:
    """Return mean and standard deviation (2, n) of the mass fraction of the second phase."""
    x = compositions @ pair.rotation
    deviance = x**2 @ pair.weight.T - 2 * x @ (pair.mean * pair.weight).T + pair.constant
    likelihood = np.exp(-0.5 * (deviance - deviance.min(axis=1, keepdims=True)))
    likelihood /= likelihood.sum(axis=1, keepdims=True)
    mean = likelihood @ pair.part
    step = (GRID[1] - GRID[0]) ** 2 / 12
    variance = np.maximum(likelihood @ pair.part**2 - mean**2, 0.0) + step
    return np.stack([mean, np.sqrt(variance)])
