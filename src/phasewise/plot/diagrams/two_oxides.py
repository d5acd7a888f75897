"""One oxide against another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from phasewise.plot.diagrams.axes import finish, new_axes
from phasewise.plot.diagrams.harker import oxide_title
from phasewise.plot.diagrams.points import PointOptions, draw_points, include, limiting

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["plot_two_oxides"]


def plot_two_oxides(
    x_wt: FloatArray,
    y_wt: FloatArray,
    x_oxide: str,
    y_oxide: str,
    *,
    ax: Axes | None = None,
    **options: Unpack[PointOptions],
) -> Axes:
    """Draw one oxide against another, from 0 to what all but one in 200 analyses hold.

    Parameters
    ----------
    x_wt, y_wt : (n,) float64
        wt%; analyses in which one of them is NaN are left out.
    x_oxide, y_oxide : str
        Which they are.
    ax : matplotlib Axes, optional
    options : PointOptions
    """
    ax = ax or new_axes(0.7)
    both = np.column_stack([x_wt, y_wt]).astype(float)
    known = limiting(both, options.get("behind"))
    top = np.quantile(known, 0.995, axis=0) if len(known) else np.ones(2)
    ax.set_xlim(0, max(1.08 * top[0], 0.1))
    ax.set_ylim(0, max(1.08 * top[1], 0.1))
    finish(ax, oxide_title(x_oxide), oxide_title(y_oxide))
    include(ax, draw_points(ax, (both[:, 0], both[:, 1]), **options), options.get("behind"))
    return ax
