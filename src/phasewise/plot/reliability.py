"""Whether confidence is deserved: accuracy over confidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np

from phasewise.plot.save import require_matplotlib
from phasewise.plot.series import series_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["ReliabilityBins", "plot_reliability"]

FEW_ROWS = 30
"""The accuracy of fewer rows is known to no better than about 0.1; such points are hollow."""


class ReliabilityBins(Protocol):
    """Rows in bins of confidence; NaN where a bin has none."""

    @property
    def confidence(self) -> FloatArray:
        """Mean confidence of each bin, (bins,) float64."""
        ...

    @property
    def accuracy(self) -> FloatArray:
        """Part of the rows of each bin that are right, (bins,) float64."""
        ...

    @property
    def rows(self) -> np.ndarray:
        """Number of rows of each bin, (bins,) int."""
        ...

    @property
    def error(self) -> float:
        """Expected calibration error."""
        ...


def plot_reliability(reliabilities: Mapping[str, ReliabilityBins], ax: Axes | None = None) -> Axes:
    """Draw accuracy over confidence, one curve a name; above the diagonal a model is too modest.

    The area of a point grows with the square root of its number of rows; points of fewer than 30 rows
    are hollow. The legend has the expected calibration error, which is the mean distance from the
    diagonal over all rows (Guo et al. 2017, arXiv:1706.04599).

    Parameters
    ----------
    reliabilities : mapping of str to ReliabilityBins
        Bins by name of the model; empty bins are left out.
    ax : matplotlib Axes, optional
        Where to draw; without it a new figure is made.
    """
    ax = ax or _new_axes()
    ax.plot([0, 1], [0, 1], color="#999999", linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    most = max((np.max(bins.rows, initial=1) for bins in reliabilities.values()), default=1)
    for number, (name, bins) in enumerate(reliabilities.items()):
        _draw_bins(ax, name, bins, int(most), number)
    ax.set_xlim(-0.02, 1.04)
    ax.set_ylim(-0.02, 1.04)
    ax.set_aspect("equal")
    ax.set_xlabel("Confidence", fontsize=9)
    ax.set_ylabel("Accuracy", fontsize=9)
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    if reliabilities:
        ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, fontsize=8, handletextpad=0.5)
    return ax


def _draw_bins(ax: Axes, name: str, bins: ReliabilityBins, most: int, number: int) -> None:
    filled = np.flatnonzero(np.asarray(bins.rows) > 0)
    confidence, accuracy = np.asarray(bins.confidence)[filled], np.asarray(bins.accuracy)[filled]
    rows = np.asarray(bins.rows)[filled]
    colour, line, marker = series_style(number)
    ax.vlines(confidence, confidence, accuracy, color=colour, alpha=0.25, linewidth=3, zorder=2)
    label = f"{name}, ECE {bins.error:.3f}"
    ax.plot(confidence, accuracy, color=colour, linestyle=line, linewidth=1.2, label=label, zorder=3)
    ax.scatter(
        confidence,
        accuracy,
        s=10 + 60 * np.sqrt(rows / most),
        marker=marker,
        facecolors=[colour if n >= FEW_ROWS else "white" for n in rows],
        edgecolors=colour,
        linewidths=1,
        zorder=4,
    )


def _new_axes() -> Axes:
    require_matplotlib()
    from matplotlib import pyplot

    axes: Axes = pyplot.subplots(figsize=(4.6, 4.6), layout="constrained")[1]
    return axes
