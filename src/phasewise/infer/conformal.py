"""Conformal prediction sets: the classes that an analysis may be, at a stated coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["ConformalSets"]


@dataclass(frozen=True, eq=False)
class ConformalSets:
    """One threshold a class on the score ``1 - p``; class k is in the set where ``1 - p_k <= threshold_k``.

    Attributes
    ----------
    thresholds : (k,) float64
        Between 0 and 1; at 1 the class is in every set.
    coverage : float
        The share of analyses whose true class is to be in their set.

    References
    ----------
    Class by class (Mondrian): Vovk, Gammerman & Shafer 2005, Algorithmic learning in a random world,
    doi:10.1007/b106715, section 4.5; Sadinle, Lei & Wasserman 2019, doi:10.1080/01621459.2017.1395341.

    Examples
    --------
    >>> import numpy as np
    >>> sets = ConformalSets(np.array([0.9, 0.4]), coverage=0.95)
    >>> sets.sets(np.array([[0.7, 0.3], [0.3, 0.7], [0.04, 0.5]]))
    array([[ True, False],
           [ True,  True],
           [False,  True]])
    """

    thresholds: FloatArray
    coverage: float

    def __post_init__(self) -> None:
        if self.thresholds.ndim != 1 or not ((self.thresholds >= 0) & (self.thresholds <= 1)).all():
            raise ValueError(f"thresholds must be one number a class, from 0 to 1: {self.thresholds=}")
        if not 0 < self.coverage < 1:
            raise ValueError(f"the coverage must be between 0 and 1, both excluded: {self.coverage=}")

    def sets(self, probabilities: FloatArray) -> BoolArray:
        """Return which classes are in the set of each row.

        Parameters
        ----------
        probabilities : (n, k) float64
            Of the model, calibrated as those were from which the thresholds come.

        Returns
        -------
        (n, k) bool
            The most probable class is always in it, so that no set is empty; only rows with NaN, where
            there is nothing to judge, have none.
        """
        if probabilities.ndim != 2 or probabilities.shape[1] != len(self.thresholds):
            raise ValueError(f"{probabilities.shape=} does not fit {len(self.thresholds)} thresholds")
        # Compared as 1 - p, as the thresholds were found: 1 - (1 - p) need not be p in floating point.
        within = np.asarray(1.0 - probabilities <= self.thresholds)
        highest = probabilities.max(axis=1)
        doubtful = np.flatnonzero(~(1.0 - highest <= self.thresholds.min()))
        within[doubtful, probabilities[doubtful].argmax(axis=1)] = True
        within[np.isnan(highest)] = False
        return within
