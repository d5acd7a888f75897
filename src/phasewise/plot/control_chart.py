"""Repeated analyses of one material along a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.plot.save import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["plot_control_chart"]

_MEASURED, _ACCEPTED, _DRIFT, _OFF = "#0072B2", "#009E73", "#D55E00", "#777777"


def plot_control_chart(
    time: FloatArray,
    values: FloatArray,
    *,
    mean: float,
    sd: float,
    accepted: float = np.nan,
    line: tuple[float, float] | None = None,
    off: BoolArray | None = None,
    time_name: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a control chart: analyses over time, their mean with 2 standard deviations to either side.

    Parameters
    ----------
    time, values : (n,) float64
        When, and how much in wt%; pairs with NaN are not drawn.
    mean, sd : float
        Of the analyses that count; without `sd` (NaN) there is no band.
    accepted : float
        Drawn dashed, unless NaN.
    line : (float, float), optional
        Value at time 0 and slope of a drift.
    off : (n,) bool, optional
        Analyses that do not count: crosses, at the edge where they lie beyond.
    time_name : str
        What the axis of times is called.
    ax : matplotlib Axes, optional
        Where to draw; without it a new figure is made.

    References
    ----------
    Shewhart 1931, Economic Control of Quality of Manufactured Product; limits of 2 standard deviations warn.
    """
    ax = ax or _new_axes()
    bad = np.zeros(len(values), dtype=bool) if off is None else off
    good = ~bad & np.isfinite(values)
    band = 2 * sd if np.isfinite(sd) else 0.0
    ax.axhspan(mean - band, mean + band, color=_MEASURED, alpha=0.10, linewidth=0)
    ax.axhline(mean, color=_MEASURED, linewidth=0.9)
    if np.isfinite(accepted):
        ax.axhline(accepted, color=_ACCEPTED, linewidth=1.2, linestyle=(0, (5, 2)))
    if line is not None:
        ends = np.array([np.nanmin(time), np.nanmax(time)])
        ax.plot(ends, line[0] + line[1] * ends, color=_DRIFT, linewidth=1.4)
    ax.plot(time[good], values[good], "o", color=_MEASURED, markersize=4, zorder=3)
    low, high = _limits(values[good], mean, band, accepted)
    edge = 0.05 * (high - low)
    at_edge = np.clip(values[bad], low + edge, high - edge)
    ax.plot(time[bad], at_edge, "x", color=_OFF, markersize=6, zorder=4)
    ax.set_ylim(low, high)
    ax.set_xlabel(time_name, fontsize=8)
    ax.set_ylabel("wt%", fontsize=8)
    ax.tick_params(labelsize=7.5)
    ax.yaxis.get_major_formatter().set_useOffset(False)  # type: ignore[attr-defined]
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _limits(values: FloatArray, mean: float, band: float, accepted: float) -> tuple[float, float]:
    """Return the range that holds the analyses, the band and the accepted value, with a little room."""
    held = [mean - band, mean + band, *values.tolist(), *([accepted] if np.isfinite(accepted) else [])]
    low, high = float(np.nanmin(held)), float(np.nanmax(held))
    room = 0.08 * (high - low) or 0.05 * abs(mean) or 0.01
    return low - room, high + room


def _new_axes() -> Axes:
    require_matplotlib()
    from matplotlib import pyplot

    axes: Axes = pyplot.subplots(figsize=(4.2, 2.4), layout="constrained")[1]
    return axes
