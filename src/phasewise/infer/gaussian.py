"""One multivariate normal distribution a class at prediction: exact where oxides were not measured."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from phasewise.infer.network import softmax

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["GaussianClasses"]

CHUNK_ROWS = 512
"""Rows that are whitened at a time, so that they stay in the processor's cache."""

MOST_PATTERNS = 1024
"""So many sets of measured oxides have their factors remembered: all there are of ten oxides."""


class _Factors(NamedTuple):
    """What the densities of the same measured oxides need.

    Attributes
    ----------
    means : (k, m, 1) float64
        Of the measured oxides.
    whitening : (k, m, m) float64
        Inverses of the Cholesky factors of their covariances.
    log_peak : (k,) float64
        Logarithm of each density at its mean.
    """

    means: FloatArray
    whitening: FloatArray
    log_peak: FloatArray


@dataclass(frozen=True, eq=False)
class GaussianClasses:
    """A normal distribution of the oxides for each class, and how frequent each class is.

    With the mean m, covariance S and prior probability q of a class, and p oxides,

        log q + log N(x; m, S) = log q - (p log 2 pi + log det S + d^2) / 2,   d^2 = (x - m)' S^-1 (x - m).

    Of a row in which oxides were not measured (NaN), p, m and S are those of the measured oxides: the
    normal distribution after integration over the others, without any guess at their values. A row with
    nothing but NaN has no density to speak of: its probabilities are the priors.

    A row's result depends neither on the other rows nor on their order, but for rounding: relative
    differences of squared distances are below 1e-12.

    Attributes
    ----------
    means : (k, p) float64
        wt%.
    covariances : (k, p, p) float64
        wt%^2, positive definite.
    log_priors : (k,) float64
        Logarithms of the prior probabilities.
    missing_as_zero : bool
        Whether NaN counts as 0 wt% instead.

    Raises
    ------
    ValueError
        If shapes do not fit, or a covariance is not positive definite.

    References
    ----------
    Bishop 2006, Pattern recognition and machine learning, ISBN 978-0-387-31073-2, equations 2.43 (density)
    and 2.98 (marginal distribution).

    Examples
    --------
    >>> import numpy as np
    >>> means, covariances = np.array([[0.0, 0.0], [2.0, 0.0]]), np.stack([np.eye(2), np.eye(2)])
    >>> two = GaussianClasses(means, covariances, np.log([0.5, 0.5]))
    >>> two.probabilities(np.array([[1.0, 7.0], [2.0, np.nan], [np.nan, 7.0]])).round(2)
    array([[0.5 , 0.5 ],
           [0.12, 0.88],
           [0.5 , 0.5 ]])
    """

    means: FloatArray
    covariances: FloatArray
    log_priors: FloatArray
    missing_as_zero: bool = False
    _factors: dict[bytes, _Factors] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        k, p = self.means.shape
        if self.covariances.shape != (k, p, p) or self.log_priors.shape != (k,):
            raise ValueError(
                f"{self.means.shape=} does not fit {self.covariances.shape=} and {self.log_priors.shape=}"
            )
        self._factors_of(np.ones(p, dtype=bool))

    @property
    def sd(self) -> FloatArray:
        """Standard deviations (k, p) in wt%."""
        return np.asarray(np.sqrt(np.diagonal(self.covariances, axis1=1, axis2=2)))

    @property
    def correlations(self) -> FloatArray:
        """Correlation matrices (k, p, p)."""
        sd = self.sd
        return np.asarray(self.covariances / (sd[:, :, None] * sd[:, None, :]))

    def log_joint(self, x: FloatArray) -> FloatArray:
        """Return the logarithm of prior times density (n, k) of rows (n, p) in wt%.

        NaN in a row means not measured; a row of nothing but NaN gives the logarithms of the priors, and
        one with an infinite value gives NaN. Densities of rows with different oxides measured are not
        to be compared with one another: their units differ.
        """
        out = self._evaluated(x, joint=True)
        out += self.log_priors
        return out

    def probabilities(self, x: FloatArray) -> FloatArray:
        """Return the probabilities (n, k) of rows (n, p) in wt%; NaN as in `log_joint`."""
        return softmax(self.log_joint(x))

    def squared_distances(self, x: FloatArray) -> FloatArray:
        """Return the squared Mahalanobis distances (n, k) of rows (n, p) in wt%.

        Of a row of the class with m measured oxides, d^2 follows a chi-square distribution with m degrees
        of freedom. NaN as in `log_joint`; 0 where nothing was measured.
        """
        return self._evaluated(x, joint=False)

    def marginal(self, columns: Sequence[int]) -> GaussianClasses:
        """Return the distributions of some of the oxides, given by their places, in that order."""
        chosen = np.asarray(columns, dtype=int)
        return GaussianClasses(
            self.means[:, chosen],
            self.covariances[:, chosen[:, None], chosen],
            self.log_priors,
            self.missing_as_zero,
        )

    def _evaluated(self, x: FloatArray, *, joint: bool) -> FloatArray:
        """Return log densities, or squared distances."""
        x = np.asarray(x, dtype=np.float64)
        if x.ndim != 2 or x.shape[1] != self.means.shape[1]:
            raise ValueError(f"{x.shape=} does not fit {self.means.shape[1]} oxides")
        if self.missing_as_zero:
            x = np.where(np.isnan(x), 0.0, x)
        out = np.empty((len(x), len(self.means)))
        for rows, measured in _patterns(x):
            factors = self._factors_of(measured)
            values = x if len(rows) == len(x) else x[rows]
            distances = _distances(values if measured.all() else values[:, measured], factors)
            if joint:
                distances *= -0.5
                distances += factors.log_peak
            out[rows] = distances
        return out

    def _factors_of(self, measured: BoolArray) -> _Factors:
        """Return the factors of a set of measured oxides, as remembered where they are."""
        key = measured.tobytes()
        found = self._factors.get(key)
        if found is None:
            found = self._factorised(measured)
            if len(self._factors) >= MOST_PATTERNS:
                self._factors.clear()
            self._factors[key] = found
        return found

    def _factorised(self, measured: BoolArray) -> _Factors:
        covariances = self.covariances[:, measured][:, :, measured]
        try:
            lower = np.linalg.cholesky(covariances)
        except np.linalg.LinAlgError as error:
            least = np.linalg.eigvalsh(covariances)[:, 0]
            raise ValueError(
                f"The covariance of class {int(least.argmin())} is not positive definite, with a least "
                f"eigenvalue of {least.min():.3g}. Add to its diagonal (in training: least_sd above 0)."
            ) from error
        log_det = 2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        log_peak = -0.5 * (measured.sum() * math.log(2 * math.pi) + log_det)
        return _Factors(self.means[:, measured, None], np.linalg.inv(lower), log_peak)

    def to_arrays(self) -> dict[str, FloatArray]:
        """Return all numbers by name."""
        return {
            "means": self.means,
            "covariances": self.covariances,
            "log_priors": self.log_priors,
            "missing_as_zero": np.array([float(self.missing_as_zero)]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, FloatArray]) -> GaussianClasses:
        """Return the distributions whose `to_arrays` these are."""
        means, covariances, log_priors, as_zero = (
            arrays[name] for name in ("means", "covariances", "log_priors", "missing_as_zero")
        )
        return cls(means, covariances, log_priors, bool(as_zero[0]))


def _patterns(x: FloatArray) -> Iterator[tuple[np.ndarray, BoolArray]]:
    """Yield the rows that have the same oxides measured, and which those are."""
    measured = ~np.isnan(x)
    if measured.all():
        if len(x):
            yield np.arange(len(x)), measured[0]
        return
    packed = np.ascontiguousarray(np.packbits(measured, axis=1))
    keys = packed.view(f"V{packed.shape[1]}")[:, 0]
    _, pattern, counts = np.unique(keys, return_inverse=True, return_counts=True)
    for rows in np.split(np.argsort(pattern, kind="stable"), np.cumsum(counts)[:-1]):
        yield rows, measured[rows[0]]


def _distances(x: FloatArray, factors: _Factors) -> FloatArray:
    """Return squared distances (n, k) of rows (n, m) of which everything was measured."""
    out = np.empty((len(x), len(factors.means)))
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, len(x), CHUNK_ROWS):
            chunk = np.ascontiguousarray(x[start : start + CHUNK_ROWS].T)
            # The mean goes first: differences of large products would lose digits.
            z = factors.whitening @ (chunk - factors.means)
            np.square(z, out=z)
            out[start : start + CHUNK_ROWS] = z.sum(axis=1).T
    out[~np.isfinite(out)] = np.nan
    return out
