"""Recoveries of standards, oxide by oxide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.plot.save import require_matplotlib
from phasewise.plot.series import series_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["plot_recoveries"]

LEAST_RANGE, MOST_RANGE = 3.0, 20.0
"""Per cent to either side of 100 that are shown at least and at most."""

_ROOM = 0.7


def plot_recoveries(
    oxides: Sequence[str],
    recoveries: Mapping[str, tuple[FloatArray, FloatArray, FloatArray]],
    ax: Axes | None = None,
) -> Axes:
    """Draw recoveries with their intervals, standards side by side.

    Full marks have an interval without 100 %. What lies beyond the range that is shown has a triangle at its
    edge.

    Parameters
    ----------
    oxides : sequence of str
        Names of the p oxides, from left to right.
    recoveries : mapping of str to three (p,) float64
        Recovery, and the ends of its interval, in per cent, by name of the standard; NaN is not drawn.
    ax : matplotlib Axes, optional
        Where to draw; without it a new figure is made.
    """
    ax = ax or _new_axes()
    reach = _range([middle for middle, _, _ in recoveries.values()])
    ax.axhline(100.0, color="#777777", linewidth=0.9, zorder=1)
    for number, (name, (middle, low, high)) in enumerate(recoveries.items()):
        place = np.arange(float(len(oxides))) + _ROOM * ((number + 0.5) / len(recoveries) - 0.5)
        _draw(ax, place, middle, low, high, number, name, reach)
    for border in np.arange(0.5, len(oxides) - 1):
        ax.axvline(border, color="#EEEEEE", linewidth=0.8, zorder=0)
    ax.set_xlim(-0.5, len(oxides) - 0.5)
    ax.set_ylim(100 - reach, 100 + reach)
    ax.set_xticks(range(len(oxides)), list(oxides), fontsize=8)
    ax.set_ylabel("Recovery (%)", fontsize=9)
    ax.tick_params(labelsize=8, bottom=False)
    ax.grid(axis="y", color="#EEEEEE", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    if recoveries:
        ax.legend(
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=min(4, len(recoveries)),
            frameon=False,
            fontsize=8,
        )
    return ax


def _range(middles: list[FloatArray]) -> float:
    away = np.abs(np.concatenate([*middles, np.array([100.0])]) - 100)
    return float(np.clip(1.35 * np.nanmax(away), LEAST_RANGE, MOST_RANGE))


def _draw(
    ax: Axes,
    place: FloatArray,
    middle: FloatArray,
    low: FloatArray,
    high: FloatArray,
    number: int,
    name: str,
    reach: float,
) -> None:
    style = series_style(number)
    with np.errstate(invalid="ignore"):
        sure = (low > 100) | (high < 100)
        inside = np.abs(middle - 100) <= reach
    ax.vlines(place, low, high, color=style.colour, linewidth=1.3, zorder=2)
    common: dict[str, Any] = {"linestyle": "none", "color": style.colour, "markersize": 5.5, "zorder": 3}
    for chosen, face in ((inside & ~sure, "white"), (inside & sure, style.colour)):
        ax.plot(place[chosen], middle[chosen], marker=style.marker, markerfacecolor=face, **common)
    ax.plot([], [], marker=style.marker, label=name, **common)
    for chosen, mark, edge in ((middle > 100 + reach, "^", 0.97), (middle < 100 - reach, "v", -0.97)):
        at_edge = np.full(int(chosen.sum()), 100 + edge * reach)
        ax.plot(place[chosen], at_edge, marker=mark, markerfacecolor=style.colour, **common)


def _new_axes() -> Axes:
    require_matplotlib()
    from matplotlib import pyplot

    axes: Axes = pyplot.subplots(figsize=(8.0, 3.6), layout="constrained")[1]
    return axes
