"""Bayesian neural networks at prediction: the mean over all weights, without sampling them.

Every weight is normally distributed and independent of the others (mean-field). Means and variances are
carried through the layers: a unit before its activation is a sum of many independent terms, hence close to
normal; the mean and variance of its tanh follow in closed form (`_tanh_moments`). In the end the softmax is
averaged over fixed points of the distribution of the logits. What is left out is the correlation between
units that stems from the uncertainty of the units below.

Within this module each unit is a row and each analysis a column, so that sums over the classes run along
contiguous memory.

References
----------
Moments through layers: Wu et al. 2019, Deterministic variational inference for robust Bayesian neural
networks, arXiv:1810.03958. Points: McKay, Beckman and Conover 1979, doi:10.1080/00401706.1979.10489755.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache, cached_property
from random import Random
from statistics import NormalDist
from typing import TYPE_CHECKING, Self

import numpy as np

from phasewise.infer.missing import measured_inputs
from phasewise.infer.network import DenseNetwork, Layer, softmax, standardised
from phasewise.infer.predictive import Predictive, entropy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.core.types import FloatArray

__all__ = ["BayesianNetwork", "NormalLayer"]

FEW_POINTS, MANY_POINTS = 4, 48
AGREED = 0.02
"""The softmax is averaged over few points of the logits, and over many where these disagree more (nats)."""

FEW_AT_ONCE = 4
"""So many of the few points are held in memory at once, which is fastest for blocks of some thousand rows."""

MANY_ROWS = 32
"""Rows that need many points are taken so many at a time: few enough for the cache, and always the same
number, for NumPy adds up single columns in another order."""

LARGEST_SD = 250.0
"""Logits are no more uncertain than this, so that exp does not overflow at any point."""


@dataclass(frozen=True, eq=False)
class NormalLayer:
    """One linear map whose weights are normally distributed and independent.

    Attributes
    ----------
    weight, weight_variance : (p, m) float64
        Means and variances.
    bias, bias_variance : (m,) float64
        The same of the biases.
    """

    weight: FloatArray
    weight_variance: FloatArray
    bias: FloatArray
    bias_variance: FloatArray

    @cached_property
    def uncertain(self) -> bool:
        """Whether any weight has a variance."""
        return bool(self.weight_variance.any() or self.bias_variance.any())

    @cached_property
    def mean_square(self) -> FloatArray:
        """E[w^2] of the weights (p, m)."""
        return np.asarray(np.square(self.weight) + self.weight_variance)

    def sample(self, rng: np.random.Generator) -> Layer:
        """Return the layer with weights drawn from their distribution."""
        weight = rng.normal(self.weight, np.sqrt(self.weight_variance))
        return Layer(weight, rng.normal(self.bias, np.sqrt(self.bias_variance)))


@dataclass(frozen=True, eq=False)
class BayesianNetwork:
    """A multilayer perceptron with tanh units and normally distributed weights.

    Attributes
    ----------
    center, scale : (p,) float64
        Features enter as ``clip((x - center) / scale, -CLIP, CLIP)``.
    layers : tuple of NormalLayer
        The last one gives the logits; layers without uncertainty have variances of 0.
    marked : bool
        Whether the network is told which inputs were measured; see `measured_inputs`.
    """

    center: FloatArray
    scale: FloatArray
    layers: tuple[NormalLayer, ...]
    marked: bool = False

    def probabilities(self, x: FloatArray) -> FloatArray:
        """Return the probabilities (n, k) of inputs (n, p), averaged over the weights.

        NaN is an input that was not measured.
        """
        return self.predictive(x).probabilities

    def predictive(self, x: FloatArray) -> Predictive:
        """Return the probabilities of inputs (n, p) and the two parts of their uncertainty.

        NaN is an input that was not measured. In tables of one length, a row's result is the same to the
        last bit wherever it stands; for other lengths, matrix products round differently.
        """
        return _average_softmax(*self._logits(x))

    def _logits(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return mean and variance (k, n) of the logits."""
        filled = measured_inputs(x, marked=self.marked)
        mean, variance = standardised(filled, self.center, self.scale).T, None
        for layer in self.layers[:-1]:
            mean, variance = _tanh_moments(*_through(layer, mean, variance))
        mean, variance = _through(self.layers[-1], mean, variance)
        return mean, np.zeros_like(mean) if variance is None else variance

    def sample(self, x: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Return the probabilities (n, k) by one network drawn from the distribution of the weights."""
        layers = tuple(layer.sample(rng) for layer in self.layers)
        network = DenseNetwork(self.center, self.scale, layers, "tanh")
        return softmax(network.logits(measured_inputs(x, marked=self.marked)))

    def to_arrays(self) -> dict[str, FloatArray]:
        """Return means and variances of all weights by name."""
        arrays = {"center": self.center, "scale": self.scale, "marked": np.array([float(self.marked)])}
        for depth, layer in enumerate(self.layers):
            arrays |= {f"{name}{depth}": getattr(layer, name) for name in LAYER_ARRAYS}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, FloatArray]) -> Self:
        """Return the network whose `to_arrays` these are."""
        layers: list[NormalLayer] = []
        while f"weight{len(layers)}" in arrays:
            layers.append(NormalLayer(*(arrays[f"{name}{len(layers)}"] for name in LAYER_ARRAYS)))
        return cls(arrays["center"], arrays["scale"], tuple(layers), bool(arrays["marked"][0]))


LAYER_ARRAYS = tuple(field.name for field in fields(NormalLayer))


def _through(
    layer: NormalLayer, mean: FloatArray, variance: FloatArray | None
) -> tuple[FloatArray, FloatArray | None]:
    """Return mean and variance (m, n) of the sums that a layer makes of inputs (p, n); None is certain.

    For independent w and h, Var[w h] = E[w^2] Var[h] + Var[w] E[h]^2.
    """
    out = layer.weight.T @ mean
    out += layer.bias[:, None]
    if variance is None and not layer.uncertain:
        return out, None
    spread = layer.weight_variance.T @ np.square(mean)
    if variance is not None:
        spread += layer.mean_square.T @ variance
    spread += layer.bias_variance[:, None]
    return out, spread


def _tanh_moments(mean: FloatArray, variance: FloatArray | None) -> tuple[FloatArray, FloatArray | None]:
    """Return mean and variance of tanh(X) for normal X, in place of the moments of X; None is certain.

    With c = sqrt(1 + pi/2 Var X), E tanh X = tanh(E X / c) closely (MacKay 1992,
    doi:10.1162/neco.1992.4.5.720, for the logistic function); and as the derivative of tanh is
    1 - tanh^2, E tanh^2 X = 1 - d(E tanh X)/d(E X). Beside numerical integration the mean is wrong by 0.021
    and the variance by 0.043 at most where Var X is up to 1, by 0.032 and 0.058 where it is up to 6.
    """
    if variance is None:
        return np.tanh(mean, out=mean), None
    variance *= math.pi / 2
    variance += 1.0
    np.sqrt(variance, out=variance)
    narrowed = np.reciprocal(variance, out=variance)
    mean *= narrowed
    np.tanh(mean, out=mean)
    slope = mean * mean
    np.subtract(1.0, slope, out=slope)
    spread = np.subtract(1.0, narrowed, out=narrowed)
    spread *= slope
    return mean, spread


def _average_softmax(mean: FloatArray, variance: FloatArray) -> Predictive:
    """Return the softmax averaged over logits with these means and variances (k, n)."""
    mean -= mean.max(axis=0)
    sd = np.sqrt(variance, out=variance)
    np.minimum(sd, LARGEST_SD, out=sd)
    p, aleatoric = _over_points(mean, sd, FEW_POINTS, FEW_AT_ONCE)
    epistemic = entropy(p, axis=0) - aleatoric
    unsure = np.flatnonzero(epistemic > AGREED)
    for start in range(0, len(unsure), MANY_ROWS):
        rows = np.resize(unsure[start : start + MANY_ROWS], MANY_ROWS)
        p[:, rows], aleatoric[rows] = _over_points(mean[:, rows], sd[:, rows], MANY_POINTS, MANY_POINTS)
        epistemic[rows] = entropy(p[:, rows], axis=0) - aleatoric[rows]
    return Predictive(p.T, aleatoric, np.maximum(epistemic, 0.0))


def _over_points(
    mean: FloatArray, sd: FloatArray, points: int, at_once: int
) -> tuple[FloatArray, FloatArray]:
    """Return mean probability (k, n) and mean entropy (n,) over points of the logits (k, n).

    As log p = logit - log(total), the entropy of p is log(total) - sum(p logit).
    """
    k, n = mean.shape
    p_sum, entropy_sum = np.zeros((k, n)), np.zeros(n)
    logits, exponentials = np.empty((at_once, k, n)), np.empty((at_once, k, n))
    for some in _normal_points(points, k).reshape(-1, at_once, k, 1):
        np.multiply(sd, some, out=logits)
        logits += mean
        np.exp(logits, out=exponentials)
        total = exponentials.sum(axis=1)
        share = 1.0 / total
        p_sum += np.einsum("skn,sn->kn", exponentials, share)
        mean_logit = np.einsum("skn,skn->sn", exponentials, logits)
        mean_logit *= share
        entropy_sum += (np.log(total) - mean_logit).sum(axis=0)
    p_sum /= points
    entropy_sum /= points
    return p_sum, entropy_sum


@cache
def _normal_points(n: int, k: int) -> FloatArray:
    """Return n points of a k-dimensional standard normal: a Latin hypercube, each point with its opposite.

    Every coordinate takes the n quantiles once. The sequence of ``random.Random.random`` is guaranteed by
    Python, so that the points are the same everywhere.
    """
    upper = [NormalDist().inv_cdf((n + 2 * i + 1) / (2 * n)) for i in range(n // 2)]
    chance = Random(n)
    columns = []
    for _ in range(k):
        order = sorted(upper, key=lambda _: chance.random())
        columns.append([value if chance.random() < 0.5 else -value for value in order])
    half = np.array(columns).T
    half /= np.sqrt((half**2).mean(axis=0))
    return np.concatenate([half, -half])
