"""Triangles: axes, projection, and names of the corners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.plot.diagrams.axes import INK, new_axes, require_mpltern

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["TERNARY_HEIGHT", "closed", "project", "ternary_axes"]

TERNARY_HEIGHT = 0.9
"""Height of the figure of a triangle, as a part of its width."""

CORNERS = np.array([[0.0, 1.0], [-1.0 / np.sqrt(3.0), 0.0], [1.0 / np.sqrt(3.0), 0.0]])
"""Of top, left and right in the plane of mpltern."""


def ternary_axes(top: str, left: str, right: str, ax: Axes | None = None, *, numbers: bool = True) -> Axes:
    """Return a triangle with its corners named, and ticks in percent with or without their numbers.

    Raises
    ------
    ValueError
        If axes are given that are no triangle.
    """
    require_mpltern()
    import mpltern

    if ax is None:
        ax = new_axes(TERNARY_HEIGHT, projection="ternary")
    if ax.name != mpltern.ternary.TernaryAxes.name:
        raise ValueError(f"{ax.name=} is no triangle: make it with add_subplot(projection='ternary')")
    ax.set_tlabel(top, fontsize=8)  # type: ignore[attr-defined]
    ax.set_llabel(left, fontsize=8)  # type: ignore[attr-defined]
    ax.set_rlabel(right, fontsize=8)  # type: ignore[attr-defined]
    ticks = np.linspace(0.0, 1.0, 6)
    for axis in (ax.taxis, ax.laxis, ax.raxis):  # type: ignore[attr-defined]
        axis.set_label_position("corner")
        axis.set_label_rotation_mode("horizontal")
        axis.set_tick_params(labelrotation="horizontal")
        axis.set_ticks(ticks, [f"{100 * tick:.0f}" if numbers and 0 < tick < 1 else "" for tick in ticks])
    ax.tick_params(labelsize=6.5, length=2.5, pad=2, colors=INK)
    return ax


def closed(components: FloatArray) -> FloatArray:
    """Return components (n, 3) as parts of their sum; NaN where they have none.

    Examples
    --------
    >>> import numpy as np
    >>> closed(np.array([[1.0, 1.0, 2.0], [0.0, 0.0, 0.0]])).tolist()
    [[0.25, 0.25, 0.5], [nan, nan, nan]]
    """
    total = components.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, components / total, np.nan)


def project(components: FloatArray) -> FloatArray:
    """Return where components (n, 3) of top, left and right lie in the plane (n, 2).

    Examples
    --------
    >>> import numpy as np
    >>> project(np.array([[5.0, 0.0, 0.0]])).tolist()
    [[0.0, 1.0]]
    """
    return np.asarray(closed(np.asarray(components, dtype=np.float64)) @ CORNERS)
