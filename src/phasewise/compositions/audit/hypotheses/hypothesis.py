"""One thing that may have happened to rows, and what undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.features import INPUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.core.types import FloatArray

__all__ = ["MOVABLE", "Expected", "Hypothesis", "surprise"]

DEGREES_OF_FREEDOM = 4.0

MOVABLE = INPUTS[:13]
"""Columns that may stand under another header: the ten oxides, P2O5, NiO and ZrO2."""


def surprise(off: FloatArray) -> FloatArray:
    """Return how strange it is to be off by so many standard deviations, in nats.

    Minus the log of the density of a Student t distribution, up to a constant: published analyses are no fair
    sample, and have longer tails than the normal distribution.
    """
    return np.asarray((DEGREES_OF_FREEDOM + 1) / 2 * np.log1p(off**2 / DEGREES_OF_FREEDOM))


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """What may have happened to rows.

    Attributes
    ----------
    kind : str
        In a few words that can be counted: ``columns exchanged``.
    what : str
        What happened, as a clause: "MgO and MnO stand under each other's header".
    remedy : str
        What undoes it, as a sentence without the full stop.
    undo : callable
        Gives rows (m, len(INPUTS)) in wt% with the error undone.
    cost : float
        How unlikely it is beforehand, in nats.
    least_rows : int
        So many rows of a block have to show it; 1 where a single row can.
    doubt : float
        So many nats more it has to gain on nothing having happened, or on what is less doubtful.
    least_off : int
        So many oxides have to be off as they stand, and none that is changed more so then; 0 where what
        happened leaves the ratios of oxides as they are, or takes one away.
    """

    kind: str
    what: str
    remedy: str
    undo: Callable[[FloatArray], FloatArray]
    cost: float
    least_rows: int = 1
    doubt: float = 0.0
    least_off: int = 1


@dataclass(frozen=True, eq=False)
class Expected:
    """What analyses of one mineral are like.

    Attributes
    ----------
    mean, deviation : (len(MOVABLE),) float64
        Of each of `MOVABLE` by itself, in wt%.
    total : (float, float)
        Range of the total in wt%.
    likeness : callable
        Gives the log of how likely rows (m, len(INPUTS)) in wt% are of the mineral (m,), all oxides together.
    """

    mean: FloatArray
    deviation: FloatArray
    total: tuple[float, float]
    likeness: Callable[[FloatArray], FloatArray]

    def off(self, values: FloatArray) -> FloatArray:
        """Return by how many deviations each of `MOVABLE` is off; not measured counts as 0."""
        held = np.nan_to_num(values[:, : len(MOVABLE)])
        return np.asarray((held - self.mean) / self.deviation)

    def strangeness(self, values: FloatArray) -> FloatArray:
        """Return how strange rows are (m,), each oxide for itself; see `surprise`."""
        return np.asarray(surprise(self.off(values)).sum(axis=1))
