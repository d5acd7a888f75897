"""What an uncertain model says: probabilities, and how much of their uncertainty is lack of knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["Predictive", "entropy"]


@dataclass(frozen=True, eq=False)
class Predictive:
    """The mean of what the plausible models say, and how far they agree.

    The entropy of the mean, H[E p], is the sum of both parts (Depeweg et al. 2018, arXiv:1710.07283).

    Attributes
    ----------
    probabilities : (n, k) float64
        E p, the mean over the models.
    aleatoric : (n,) float64
        E H[p] in nats: what all of them find undecided, because classes overlap.
    epistemic : (n,) float64
        H[E p] - E H[p] in nats, never below 0: what they disagree on, because nothing like the row was
        learnt from. It is the mutual information of class and model.
    """

    probabilities: FloatArray
    aleatoric: FloatArray
    epistemic: FloatArray

    @classmethod
    def of(cls, members: FloatArray) -> Predictive:
        """Return the predictive of models (s, n, k) that count alike."""
        mean = members.mean(axis=0)
        aleatoric = entropy(members).mean(axis=0)
        return cls(mean, aleatoric, np.maximum(entropy(mean) - aleatoric, 0.0))


def entropy(probabilities: FloatArray, axis: int = -1) -> FloatArray:
    """Return the entropy over an axis in nats; a probability of 0 adds nothing."""
    logs = np.log(np.maximum(probabilities, 1e-300))
    logs *= probabilities
    return np.asarray(-logs.sum(axis=axis))
