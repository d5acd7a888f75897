"""Density of many analyses: hexagons in the colour of their group, darker where there are more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.plot.diagrams.axes import width_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["FEWEST", "draw_hexagons"]

FEWEST = 5
"""Analyses that a hexagon holds at least; fewer are drawn one by one."""

SIDE = 0.035
"""Inches between the middles of two hexagons."""

PALEST, DARKEST = 0.75, 0.6
"""Share of the colour in the palest hexagon, the rest is white; and in the darkest one, the rest is black."""


def draw_hexagons(ax: Axes, points: FloatArray, colour: str, *, zorder: float = 2.0) -> BoolArray:
    """Shade the places where many points are, on a logarithmic scale, and return which points they hold.

    Parameters
    ----------
    ax : matplotlib Axes
        Their limits are those of the figure.
    points : (n, 2) float64
        In the plane of the axes, none of them NaN.
    colour : str
        Of the places with most points; those with fewer are paler.
    zorder : float

    Returns
    -------
    (n,) bool
        False for points to be drawn one by one.
    """
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    if len(points) < FEWEST:
        return np.zeros(len(points), dtype=bool)
    low, across, up = _lattice(ax)
    scaled = (points - low) / np.array([across, up])
    cell = _nearest(scaled)
    places, code, counts = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    code, kept = code.reshape(-1), counts >= FEWEST
    if kept.any():
        middles = places[kept] / 2 * np.array([across, up]) + low
        corners = np.array([(0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1)])
        outline = corners * np.array([across / 2, up / 6]) * 1.03
        rgb = np.array(to_rgb(colour))
        ends = [tuple(PALEST * rgb + 1 - PALEST), colour, tuple(DARKEST * rgb)]
        shades = LinearSegmentedColormap.from_list("", ends)
        depth = np.log(counts[kept] / FEWEST) / np.log(max(counts.max() / FEWEST, 2.0))
        ax.add_collection(
            PolyCollection(
                list(middles[:, None, :] + outline),
                facecolors=shades(depth),
                linewidths=0,
                zorder=zorder,
                transform=ax.transData,
                rasterized=True,
            ),
            autolim=False,
        )
    found: BoolArray = kept[code]
    return found


def _lattice(ax: Axes) -> tuple[FloatArray, float, float]:
    """Return a corner of the axes, and how far apart hexagons and their rows (two of them) are."""
    limits = np.sort(np.array([ax.get_xlim(), ax.get_ylim()]), axis=1)
    span = limits[:, 1] - limits[:, 0]
    inches = 0.85 * width_of(ax)
    across = span[0] * SIDE / inches
    if ax.get_aspect() != "auto":
        return limits[:, 0], float(across), float(across * np.sqrt(3.0))
    shape = ax.get_window_extent()
    up = span[1] * SIDE * np.sqrt(3.0) / (inches * float(shape.height / shape.width))
    return limits[:, 0], float(across), float(up)


def _nearest(scaled: FloatArray) -> FloatArray:
    """Return twice the place of the hexagon of each point; middles are at whole and at half numbers."""
    whole = np.rint(scaled)
    half = np.floor(scaled) + 0.5
    nearer = _distance(scaled - half) < _distance(scaled - whole)
    return np.asarray(np.where(nearer[:, None], 2 * half, 2 * whole))


def _distance(offset: FloatArray) -> FloatArray:
    # Rows of hexagons are the square root of 3 as far apart as hexagons within a row.
    return np.asarray(offset[:, 0] ** 2 + 3 * offset[:, 1] ** 2)
