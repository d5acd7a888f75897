"""How much of each of two phases a mixture holds, by what analyses of the two are usually like.

With a and b drawn from the normal distributions of the two phases, a mixture (1 - f) a + f b is normal with
mean (1 - f) m_a + f m_b and covariance (1 - f)^2 S_a + f^2 S_b. Its likelihood over a grid of f, with a flat
prior, gives the mean and the standard deviation of f. Both covariances are made diagonal at once, so that the
whole grid costs little more than one point of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
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

DEGREES_OF_FREEDOM = 4.0
"""Of the density of one phase."""

CANDIDATES = 6
"""So many phases with the largest fractions are tried in pairs."""

LEAST_SHARE = 1e-100

LEAST_PRIOR = 0.05
"""Pairs with less than this part of the prior of the first one are not tried."""


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
    count : (k,) float64
        Published analyses of each phase, by which one is more to be expected than another.
    error_scale : float
        Factor on the standard deviations, by which 68.3 % of mixtures of unseen sources lie within one.
    """

    mean: FloatArray
    covariance: FloatArray
    total: FloatArray
    count: FloatArray
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
        part, error, _ = self._of_pairs(values, first, second)
        return part.round(DECIMALS), (error * self.error_scale).round(DECIMALS)

    def best_pair(self, values: FloatArray, fractions: FloatArray) -> tuple[IntArray, IntArray]:
        """Return the two phases that a mixture is most likely of.

        The likelihood of each pair of the `CANDIDATES` phases with the largest fractions counts, with the
        product of the two fractions as its prior.

        Parameters
        ----------
        values : (n, p) float64
            wt%; NaN where not measured.
        fractions : (n, k) float64
            How much of each phase a mixture seems to hold.

        Returns
        -------
        first, second : (n,) int
            The one with the larger fraction first. Those with the two largest fractions where too little is
            known of all others.
        """
        order = np.argsort(-fractions, axis=1, kind="stable")[:, :CANDIDATES]
        share = np.maximum(np.take_along_axis(fractions, order, axis=1), LEAST_SHARE)
        ranks = np.array(list(combinations(range(order.shape[1]), 2)))
        prior = share[:, ranks].prod(axis=2)
        row, rank = np.nonzero(prior >= LEAST_PRIOR * prior[:, :1])
        first, second = order[row, ranks[rank, 0]], order[row, ranks[rank, 1]]
        odds = np.full(prior.shape, -np.inf)
        odds[row, rank] = np.nan_to_num(self._of_pairs(values[row], first, second)[2], nan=-np.inf)
        best = ranks[(odds + np.log(prior)).argmax(axis=1)]
        place = np.arange(len(values))
        return order[place, best[:, 0]], order[place, best[:, 1]]

    def log_likelihood(self, values: FloatArray, phase: int) -> FloatArray:
        """Return how likely rows (n, p) in wt% are of a phase: the log of density times count.

        Up to a constant that all phases share. The density is that of a Student t distribution, as published
        analyses are no fair sample. NaN where too little is known of the phase.
        """
        out = np.full(len(values), np.nan)
        kinds, kind = _kinds(~np.isnan(values))
        for k, held in enumerate(kinds):
            mean, covariance, _ = _among(self, phase, held)
            if held.any() and np.isfinite(mean).all() and np.isfinite(covariance).all():
                rows = np.flatnonzero(kind == k)
                lower = np.linalg.cholesky(covariance)
                off = np.linalg.solve(lower, (closed(values[np.ix_(rows, held)]) - mean).T)
                power = (DEGREES_OF_FREEDOM + held.sum()) / 2
                out[rows] = -power * np.log1p((off**2).sum(axis=0) / DEGREES_OF_FREEDOM)
                out[rows] += np.log1p(self.count[phase]) - np.log(np.diag(lower)).sum()
        return out

    def _of_pairs(self, values: FloatArray, first: IntArray, second: IntArray) -> FloatArray:
        """Return part, error and log of the likelihood, up to a constant of what was measured (3, n)."""
        out = np.full((3, len(values)), np.nan)
        patterns, pattern = _kinds(~np.isnan(values))
        one, other = np.minimum(first, second), np.maximum(first, second)
        k = len(self.mean)
        kind = (pattern * k + one) * k + other
        order = np.argsort(kind, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(kind[order])) + 1) if len(order) else ():
            held = patterns[pattern[rows[0]]]
            pair = _pair(self, int(one[rows[0]]), int(other[rows[0]]), tuple(held.tolist()))
            if pair is not None:
                out[:, rows] = _estimate(closed(values[np.ix_(rows, held)]), pair)
        out[0] = np.where(first > second, 1.0 - out[0], out[0])
        return out


def _kinds(measured: BoolArray) -> tuple[BoolArray, IntArray]:
    """Return the distinct rows, and which of them each row is."""
    packed = np.packbits(measured, axis=1)
    _, first, kind = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    return measured[first], kind.reshape(-1)


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
    log_scale: float


def closed(values: FloatArray) -> FloatArray:
    """Return percent of what was measured, values below zero as zero; NaN in rows without any."""
    positive = np.fmax(values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(100.0 * positive / np.nansum(positive, axis=1, keepdims=True))


@lru_cache(maxsize=4096)
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
    return _Pair(part, rotation, mean, 1 / variance, constant, float(np.linalg.slogdet(rotation)[1]))


def _among(typical: TypicalCompositions, phase: int, held: BoolArray) -> tuple[FloatArray, FloatArray, float]:
    """Return mean and covariance of a phase closed over some oxides, with noise, and what these sum up to."""
    mean = typical.mean[phase, held]
    scale = 100.0 / max(mean.sum(), 1.0)
    mean = mean * scale
    noise = np.diag(ABSOLUTE**2 + (RELATIVE * mean) ** 2)
    covariance = typical.covariance[phase][np.ix_(held, held)] * scale**2 + noise
    return mean, covariance, float(typical.total[phase] / scale)


def _estimate(compositions: FloatArray, pair: _Pair) -> FloatArray:
    """Return mean and standard deviation of the part of the second phase, and the log evidence (3, n)."""
    x = compositions @ pair.rotation
    deviance = x**2 @ pair.weight.T - 2 * x @ (pair.mean * pair.weight).T + pair.constant
    least = deviance.min(axis=1)
    likelihood = np.exp(-0.5 * (deviance - least[:, None]))
    evidence = np.log(likelihood.mean(axis=1)) - 0.5 * least + pair.log_scale
    likelihood /= likelihood.sum(axis=1, keepdims=True)
    mean = likelihood @ pair.part
    step = (GRID[1] - GRID[0]) ** 2 / 12
    variance = np.maximum(likelihood @ pair.part**2 - mean**2, 0.0) + step
    return np.stack([mean, np.sqrt(variance), evidence])
