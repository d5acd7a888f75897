"""Olivines: how many have which forsterite content, and minor elements against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from phasewise.plot.diagrams.axes import finish, new_axes
from phasewise.plot.diagrams.points import PointOptions, draw_points, group_colours, include, limiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["plot_forsterite", "plot_olivine_minor"]

UNNAMED = "not named"


def plot_forsterite(
    fo: FloatArray,
    *,
    labels: Sequence[str | None] | None = None,
    bin_width: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many olivines have which forsterite content.

    Parameters
    ----------
    fo : (n,) float64
        100 Mg / (Mg + Fe), or Fo of all end members, in mol%; NaN is left out.
    labels : (n,) sequence of str or None
        Groups, stacked on one another.
    bin_width : float, optional
        In mol%; without it chosen by the spread of the olivines (Freedman & Diaconis 1981), 0.5 to 5.
    ax : matplotlib Axes, optional

    Raises
    ------
    ValueError
        If there are not as many labels as analyses.
    """
    ax = ax or new_axes(0.55)
    from matplotlib.ticker import MaxNLocator

    values = np.atleast_1d(np.asarray(fo, dtype=np.float64))
    told = ["Olivine"] * len(values) if labels is None else [label or UNNAMED for label in labels]
    if len(told) != len(values):
        raise ValueError(f"{len(told)} labels do not fit {len(values)} analyses")
    shown = values[np.isfinite(values)]
    width = bin_width or _bin_width(shown)
    low = width * np.floor(shown.min(initial=100.0) / width)
    edges = np.arange(low, 100.0 + 1.5 * width, width)
    names = list(dict.fromkeys(told))
    names.sort(key=lambda name: -told.count(name))
    colours = group_colours(names)
    below = np.zeros(len(edges) - 1)
    for name in names:
        rows = np.array([label == name for label in told], dtype=bool) & np.isfinite(values)
        counts = np.histogram(values[rows], edges)[0]
        label = f"{name} ({rows.sum():,})"
        ax.stairs(
            below + counts,
            edges,
            baseline=below,
            fill=True,
            color=colours[name],
            edgecolor="white",
            linewidth=0.4,
            label=label,
        )
        below = below + counts
    if labels is not None:
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=7)
    finish(ax, "Fo (mol%)", f"Number of analyses in {width:g} mol%")
    ax.set_xlim(min(low, 90.0) - 0.02 * (100 - low), 100.0)
    ax.set_ylim(0, 1.06 * max(below.max(initial=1.0), 1.0))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def plot_olivine_minor(
    fo: FloatArray,
    oxide_wt: FloatArray,
    oxide: str = "NiO",
    *,
    ax: Axes | None = None,
    **options: Unpack[PointOptions],
) -> Axes:
    """Draw a minor oxide of olivines against their forsterite content.

    Parameters
    ----------
    fo : (n,) float64
        mol%.
    oxide_wt : (n,) float64
        wt%.
    oxide : str
        Which it is: NiO, CaO, MnO ...
    ax : matplotlib Axes, optional
    options : PointOptions
    """
    from phasewise.plot.diagrams.harker import oxide_title

    ax = ax or new_axes(0.7)
    x, y = np.atleast_1d(np.asarray(fo, dtype=float)), np.atleast_1d(np.asarray(oxide_wt, dtype=float))
    known, high = limiting(np.column_stack([x, y]), options.get("behind")).T
    top = high.max(initial=0.02) if len(high) <= 1000 else float(np.quantile(high, 0.999))
    ax.set_xlim(np.floor(min(known.min(initial=90.0), 90.0)) - 1, 100)
    ax.set_ylim(0, 1.08 * top)
    finish(ax, "Fo (mol%)", oxide_title(oxide))
    include(ax, draw_points(ax, (x, y), **options), options.get("behind"))
    return ax


def _bin_width(values: FloatArray) -> float:
    if len(values) < 2:
        return 1.0
    spread = float(np.subtract(*np.quantile(values, [0.75, 0.25])))
    wanted = 2 * spread / len(values) ** (1 / 3)
    return min((0.5, 1.0, 2.0, 5.0), key=lambda width: abs(width - wanted))
