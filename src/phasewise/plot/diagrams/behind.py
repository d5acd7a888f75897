"""Analyses that others are compared with: in grey, behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phasewise.plot.diagrams.fields import raise_names
from phasewise.plot.diagrams.hexagons import draw_hexagons

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["GREY", "draw_behind"]

GREY = "#A9B2AE"

SHADED_FROM = 1000
"""More analyses than these are shaded where they lie close together."""

FEW = 200
"""So many points are drawn larger."""

RASTERED_FROM = 300
"""More single points than these are an image within the figure."""


def draw_behind(ax: Axes, points: FloatArray, gid: str) -> None:
    """Draw points (n, 2) of the plane, none of them NaN, in grey and under all others.

    Parameters
    ----------
    ax : matplotlib Axes
        Their limits are those of the figure.
    points : (n, 2) float64
    gid : str
        By which the marks of analyses are known.
    """
    single = points
    if len(points) > SHADED_FROM:
        raise_names(ax)
        single = points[~draw_hexagons(ax, points, GREY, zorder=1.8)]
    if len(single):
        ax.scatter(
            single[:, 0],
            single[:, 1],
            s=5.0 if len(points) > FEW else 12.0,
            color=GREY,
            linewidths=0,
            zorder=1.8,
            rasterized=len(single) > RASTERED_FROM,
            clip_on=False,
            gid=gid,
            transform=ax.transData,
        )
