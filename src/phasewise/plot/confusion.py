"""Which class is called for which: confusion matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.plot.save import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["confusion_size", "plot_confusion"]

RIGHT_SHADES = ("#E6F2EC", "#1B6B50")
WRONG_SHADES = ("#FDEFE3", "#F2A65A", "#A8200D")
EMPTY_SHADE = "#EDEDED"
DARK, LIGHT, MUTED = "#222222", "#FFFFFF", "#777777"
DARK_FROM = 0.62
"""Depth of the shade, 0 to 1, on which white numbers are read more easily than dark ones."""


def plot_confusion(
    matrix: np.ndarray, names: Sequence[str], *, normalise: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw a confusion matrix, what is right in green and what is wrong in red.

    A single wrong row is seen: counts are coloured on a logarithmic scale, parts of a row by their
    square root. A class without rows is hatched and says so. The numbers at the right are the rows of
    each class.

    Parameters
    ----------
    matrix : (k, k) int
        Numbers of rows; a row for each published class, a column for each called one.
    names : sequence of k str
        Names of the classes.
    normalise : bool
        Whether to show percentages of each row instead of counts.
    ax : matplotlib Axes, optional
        Where to draw; without it a figure of a fitting size is made, see `confusion_size`.

    Raises
    ------
    ValueError
        If the matrix does not fit the names.
    """
    counts = np.asarray(matrix, dtype=float)
    if counts.shape != (len(names), len(names)):
        raise ValueError(f"{counts.shape=} does not fit {len(names)=}")
    ax = ax or _new_axes(len(names))
    totals = counts.sum(axis=1)
    shares = np.divide(counts, totals[:, None], out=np.zeros_like(counts), where=totals[:, None] > 0)
    most = max(counts.max(initial=1.0), 1.0)
    for row, column in np.argwhere(counts > 0):
        count, share = float(counts[row, column]), float(shares[row, column])
        # Half a row is where the scale of counts begins, so that a single one has a colour.
        depth = share**0.5 if normalise else float(np.log(2 * count) / np.log(2 * most))
        _draw_cell(ax, int(row), int(column), depth, _percent(share) if normalise else _count(count))
    for row in np.flatnonzero(totals == 0):
        _draw_empty(ax, int(row), len(names))
    _finish(ax, names, totals)
    return ax


def confusion_size(n_classes: int) -> tuple[float, float]:
    """Return width and height in inches of a figure with that many classes."""
    return 2.3 + 0.44 * max(n_classes, 3), 1.5 + 0.36 * max(n_classes, 3)


def _draw_cell(ax: Axes, row: int, column: int, depth: float, text: str) -> None:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    shades = LinearSegmentedColormap.from_list("", RIGHT_SHADES if row == column else WRONG_SHADES)
    corner = (column - 0.47, row - 0.47)
    ax.add_patch(Rectangle(corner, 0.94, 0.94, facecolor=shades(depth), linewidth=0))
    colour = LIGHT if depth > DARK_FROM else DARK
    ax.text(column, row, text, ha="center", va="center", fontsize=6.5, color=colour)


def _draw_empty(ax: Axes, row: int, n_classes: int) -> None:
    ax.axhspan(
        row - 0.47,
        row + 0.47,
        facecolor=EMPTY_SHADE,
        edgecolor="#C4C4C4",
        hatch="////",
        linewidth=0,
        zorder=2,
    )
    plate: dict[str, Any] = {"facecolor": EMPTY_SHADE, "edgecolor": "none", "pad": 1.5}
    ax.text(
        (n_classes - 1) / 2,
        row,
        "no rows",
        ha="center",
        va="center",
        fontsize=7,
        color=MUTED,
        bbox=plate,
        zorder=3,
    )


def _finish(ax: Axes, names: Sequence[str], totals: FloatArray) -> None:
    k = len(names)
    ax.set_xticks(range(k), names, rotation=55, ha="right", rotation_mode="anchor", fontsize=8)
    ax.set_yticks(range(k), names, fontsize=8)
    ax.set_xlim(-0.5, k - 0.5)
    ax.set_ylim(k - 0.5, -0.5)
    ax.set_xlabel("called", fontsize=9)
    ax.set_ylabel("published", fontsize=9)
    ax.tick_params(length=0, pad=3)
    ax.spines[:].set_visible(False)
    for edge in range(1, k):
        ax.axhline(edge - 0.5, color="#F0F0F0", linewidth=0.6, zorder=0)
        ax.axvline(edge - 0.5, color="#F0F0F0", linewidth=0.6, zorder=0)
    for row, total in enumerate(totals):
        ax.text(k - 0.3, row, f"{total:,.0f}", va="center", fontsize=7, color=MUTED)
    ax.text(k - 0.3, -0.75, "rows", va="bottom", fontsize=7, color=MUTED)


def _percent(share: float) -> str:
    if share < 0.001:
        return "<.1"
    # 99.96 % is not all of them, and 100 is said of nothing else.
    percent = min(100 * share, 99.9) if share < 1 else 100.0
    return f"{percent:.1f}" if percent < 100 else "100"


def _count(count: float) -> str:
    return f"{count:.0f}" if count < 1e5 else f"{count / 1000:.0f}k"


def _new_axes(n_classes: int) -> Axes:
    require_matplotlib()
    from matplotlib import pyplot

    axes: Axes = pyplot.subplots(figsize=confusion_size(n_classes), layout="constrained")[1]
    return axes
