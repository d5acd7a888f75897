"""Chemical profiles: quantities against distance, from rim to core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from phasewise.plot.colours import VERDICT_MARKS
from phasewise.plot.diagrams.axes import finish, new_axes, width_of
from phasewise.plot.series import series_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["plot_profile"]


def plot_profile(
    distance: FloatArray,
    values: Mapping[str, FloatArray],
    *,
    sigma: Mapping[str, FloatArray] | None = None,
    verdicts: Sequence[str] | None = None,
    unit: str = "mol%",
    distance_name: str = "Distance (µm)",
    ax: Axes | None = None,
) -> Axes:
    """Draw quantities along a profile.

    Parameters
    ----------
    distance : (n,) float64
        From the first end, such as the rim; in any order.
    values : mapping of str to (n,) float64
        End members, oxides or indices of one unit; a gap in the line where one is NaN.
    sigma : mapping of str to (n,) float64, optional
        One standard deviation of some of them; drawn as bars of 2 sigma.
    verdicts : (n,) sequence of str, optional
        Analyses that are not accepted have their mark, and the line passes them by.
    unit, distance_name : str
        What the axes are called.
    ax : matplotlib Axes, optional

    Raises
    ------
    ValueError
        If lengths differ, or nothing is to be drawn.
    """
    along = np.atleast_1d(np.asarray(distance, dtype=np.float64))
    if not values:
        raise ValueError("values is empty: give at least one quantity")
    for name, column in values.items():
        if np.shape(column) != along.shape:
            raise ValueError(f"values['{name}'] of shape {np.shape(column)} does not fit {along.shape=}")
    if verdicts is not None and len(verdicts) != len(along):
        raise ValueError(f"{len(verdicts)} verdicts do not fit {len(along)} analyses")
    ax = ax or new_axes(0.5)
    told = np.array(["accepted"] * len(along) if verdicts is None else list(verdicts), dtype=object)
    good, order = told == "accepted", np.argsort(along, kind="stable")
    for number, (name, column) in enumerate(values.items()):
        style = series_style(number)
        y = np.asarray(column, dtype=np.float64)
        at = order[good[order]]
        ax.plot(
            along[at],
            y[at],
            color=style.colour,
            linestyle=style.line,
            linewidth=1.1,
            marker=style.marker,
            markersize=3.6,
            markeredgecolor="white",
            markeredgewidth=0.4,
            label=name,
            zorder=3,
        )
        if sigma is not None and name in sigma:
            error = 2 * np.asarray(sigma[name], dtype=np.float64)
            ax.errorbar(
                along[at], y[at], error[at], fmt="none", ecolor=style.colour, elinewidth=0.7, zorder=2
            )
        for verdict, mark in VERDICT_MARKS.items():
            odd = ~good & (told == verdict)
            if odd.any():
                ax.scatter(
                    along[odd], y[odd], s=26, marker=mark, color="white", edgecolors=style.colour, zorder=4
                )
    for verdict in dict.fromkeys(told[~good].tolist()):
        mark = VERDICT_MARKS.get(verdict, "o")
        ax.scatter(
            [], [], s=26, marker=mark, color="white", edgecolors="#222222", label=verdict.replace("_", " ")
        )
    finish(ax, distance_name, unit)
    ax.margins(x=0.03, y=0.08)
    ax.spines[["top", "right"]].set_visible(False)
    columns = max(1, int(width_of(ax) / 0.95))
    ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=7, columnspacing=1
    )
    return ax
