"""How sure a classification is: analyses by probability and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from phasewise.core.types import FloatArray, IntArray
from phasewise.plot.verdicts import stacked_bars

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BINS", "bin_of", "plot_probability_counts"]

_EDGES = (0.5, 0.8, 0.9, 0.95, 0.99)

BINS = ("below 0.5", "0.5 to 0.8", "0.8 to 0.9", "0.9 to 0.95", "0.95 to 0.99", "0.99 and above")
"""Ranges of the probability, narrower where most analyses are."""


def bin_of(probability: FloatArray) -> IntArray:
    """Return the index into `BINS` of each probability, -1 for NaN.

    Examples
    --------
    >>> [BINS[k] for k in bin_of(np.array([0.2, 0.99]))]
    ['below 0.5', '0.99 and above']
    """
    bins = np.searchsorted(_EDGES, probability, side="right")
    return np.where(np.isnan(probability), -1, bins)


def plot_probability_counts(counts: Mapping[tuple[int, str], int], *, ax: Axes | None = None) -> Axes:
    """Draw how many analyses have which probability, as stacked bars of their verdicts.

    Parameters
    ----------
    counts : mapping of (index into `BINS`, verdict) to int
        Numbers of analyses.
    ax : matplotlib Axes, optional
        Where to draw; without it a figure of a fitting size is made.
    """
    named = {(BINS[k], verdict): number for (k, verdict), number in counts.items()}
    return stacked_bars(named, list(reversed(BINS)), ax)
