"""Calibration maps: probabilities in, probabilities that come true as often as they say out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["CalibrationMap"]


@dataclass(frozen=True, eq=False)
class CalibrationMap:
    """Vector scaling of log-probabilities, ``softmax(scale * log p + bias)``.

    With one scale for all classes and no bias it is temperature scaling (scale = 1 / temperature), which
    never changes the most probable class; with 1 and 0 it changes nothing.

    Attributes
    ----------
    scale : (k,) float64
        Above 0; below 1 it softens.
    bias : (k,) float64
        Above 0 it favours the class.

    References
    ----------
    Guo et al. 2017, On calibration of modern neural networks, arXiv:1706.04599, section 4.2.

    Examples
    --------
    >>> import numpy as np
    >>> halved = CalibrationMap.of_temperature(2.0, 2)
    >>> halved.apply(np.array([[0.9, 0.1]])).round(2)
    array([[0.75, 0.25]])
    """

    scale: FloatArray
    bias: FloatArray

    def __post_init__(self) -> None:
        if self.scale.ndim != 1 or self.scale.shape != self.bias.shape:
            raise ValueError(f"{self.scale.shape=} and {self.bias.shape=} must be one number a class")
        if not (np.isfinite(self.scale).all() and np.isfinite(self.bias).all() and (self.scale > 0).all()):
            raise ValueError(f"scales must be above 0 and biases finite: {self.scale=}, {self.bias=}")

    @classmethod
    def identity(cls, n_classes: int) -> CalibrationMap:
        """Return the map that changes nothing."""
        return cls(np.ones(n_classes), np.zeros(n_classes))

    @classmethod
    def of_temperature(cls, temperature: float, n_classes: int) -> CalibrationMap:
        """Return temperature scaling; above 1 it softens."""
        return cls(np.full(n_classes, 1 / temperature), np.zeros(n_classes))

    def apply(self, probabilities: FloatArray) -> FloatArray:
        """Return the calibrated probabilities.

        Parameters
        ----------
        probabilities : (n, k) float64
            Rows need not sum to 1.

        Returns
        -------
        (n, k) float64
            Rows sum to 1. A probability of 0 stays 0: a class that is ruled out, or was never learnt, is not
            brought back. Rows with NaN, or with nothing above 0, give NaN.
        """
        if probabilities.ndim != 2 or probabilities.shape[1] != len(self.scale):
            raise ValueError(f"{probabilities.shape=} does not fit a map of {len(self.scale)} classes")
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.log(probabilities)
            out *= self.scale
            out += self.bias
            out -= out.max(axis=1, keepdims=True, initial=-np.inf)
            np.exp(out, out=out)
            out /= out.sum(axis=1, keepdims=True)
        return out
