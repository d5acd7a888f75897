"""Variation diagrams: oxides against one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from phasewise.plot.diagrams.axes import COLUMN_WIDTHS, Width, finish
from phasewise.plot.diagrams.points import PointOptions, draw_points, include
from phasewise.plot.save import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from phasewise.core.types import FloatArray

__all__ = ["harker_size", "oxide_title", "plot_harker"]


def plot_harker(
    oxides_wt: Mapping[str, FloatArray],
    against: str = "SiO2",
    *,
    sigma_wt: Mapping[str, FloatArray] | None = None,
    figure: Figure | None = None,
    **options: Unpack[PointOptions],
) -> np.ndarray:
    """Draw each oxide against one of them, a panel each.

    Parameters
    ----------
    oxides_wt : mapping of str to (n,) float64
        wt%, in the order of the panels.
    against : str
        The oxide of the horizontal axes, such as SiO2 or MgO.
    sigma_wt : mapping of str to (n,) float64, optional
        One standard deviation of each oxide in wt%.
    figure : matplotlib Figure, optional
        Where to draw; without it a figure of two columns is made.
    options : PointOptions
        Without `sigma`, for which there is `sigma_wt`.

    Returns
    -------
    (k,) array of matplotlib Axes

    Raises
    ------
    ValueError
        If `against` is none of the oxides, or there is no other one.

    References
    ----------
    Harker 1909, The Natural History of Igneous Rocks.
    """
    shown = [name for name in oxides_wt if name != against]
    if against not in oxides_wt or not shown:
        raise ValueError(f"{against=} needs its own values and other oxides; given: {', '.join(oxides_wt)}")
    if figure is None:
        require_matplotlib()
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=harker_size(len(shown)), layout="constrained")
    columns = _columns(float(figure.get_size_inches()[0]), len(shown))
    rows = -(-len(shown) // columns)
    grid = figure.add_gridspec(rows, columns)
    axes = np.full(len(shown), None, dtype=object)
    x = np.atleast_1d(np.asarray(oxides_wt[against], dtype=float))
    for place, name in enumerate(shown):
        ax = figure.add_subplot(grid[place // columns, place % columns])
        y = np.atleast_1d(np.asarray(oxides_wt[name], dtype=float))
        own: dict[str, Any] = dict(options) | {"legend": options.get("legend", True) and place == 0}
        if sigma_wt is not None:
            blank = np.full(len(x), np.nan)
            own["sigma"] = np.column_stack([sigma_wt.get(against, blank), sigma_wt.get(name, blank)])
        _fit(ax, x, y)
        finish(ax, oxide_title(against) if place + columns >= len(shown) else "", oxide_title(name))
        include(ax, draw_points(ax, (x, y), **own, place="none"))
        axes[place] = ax
    if options.get("legend", True):
        _add_legend(figure, axes[0], x, options)
    return axes


def harker_size(n_oxides: int, width: Width = "double") -> tuple[float, float]:
    """Return width and height in inches of a figure with that many oxides beside the common one."""
    inches = COLUMN_WIDTHS[width]
    columns = _columns(inches, n_oxides)
    return inches, 0.4 + 0.78 * inches / columns * -(-n_oxides // columns)


def oxide_title(oxide: str) -> str:
    r"""Return an oxide with its figures set low, and its unit.

    Examples
    --------
    >>> oxide_title("Al2O3"), oxide_title("FeOt")
    ('Al$_2$O$_3$ (wt%)', 'FeO$_\\mathrm{total}$ (wt%)')
    """
    if oxide == "FeOt":
        return "FeO$_\\mathrm{total}$ (wt%)"
    return re.sub(r"(\d+)", r"$_\1$", oxide) + " (wt%)"


def _columns(inches: float, n: int) -> int:
    return min(n, 3 if inches > 5 else 2)


def _fit(ax: Any, x: FloatArray, y: FloatArray) -> None:
    both = np.isfinite(x) & np.isfinite(y)
    part = 0.001 if both.sum() > 1000 else 0.0
    for values, put, floor in ((x[both], ax.set_xlim, False), (y[both], ax.set_ylim, True)):
        low, high = np.quantile(values, [part, 1 - part]) if len(values) else (0.0, 1.0)
        pad = 0.06 * (high - low) or 0.5
        put(0.0 if floor and 0 <= low < 0.4 * high else low - pad, high + pad)


def _add_legend(figure: Figure, ax: Any, x: FloatArray, options: PointOptions) -> None:
    """Draw one legend for all panels, above them."""
    from matplotlib.figure import Figure as New

    other = New(figsize=harker_size(3)).add_subplot()
    plain: dict[str, Any] = {**options, "density": False, "sigma": None}
    draw_points(other, (x, x), **plain)
    legend = other.get_legend()
    if legend is not None:
        figure.legend(
            [handle for handle in legend.legend_handles if handle is not None],
            [text.get_text() for text in legend.get_texts()],
            loc="outside upper left",
            ncols=max(1, int(figure.get_size_inches()[0] / 1.35)),
            frameon=False,
            fontsize=7,
            handletextpad=0.2,
        )
