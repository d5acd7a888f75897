"""Sizes, type and new axes that all diagrams share."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Literal

from phasewise.core.errors import OutputError
from phasewise.plot.save import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "COLUMN_WIDTHS",
    "INK",
    "LINE",
    "TEXT",
    "Width",
    "finish",
    "new_axes",
    "require_mpltern",
    "roomy",
    "width_of",
]

Width = Literal["single", "double"]

COLUMN_WIDTHS: dict[str, float] = {"single": 3.5, "double": 7.2}
"""Inches: one and two columns of a journal, 89 and 183 mm."""

INK, LINE, TEXT = "#222222", "#777777", "#444444"
"""Colours of axes, of borders between fields, and of their names."""

ROOMY = 4.6
"""Inches from which on names of fields are written in full."""


def require_mpltern() -> None:
    """Make sure that triangles can be drawn, and make them known to matplotlib.

    Raises
    ------
    OutputError
        If mpltern, or matplotlib, is absent.
    """
    require_matplotlib()
    if importlib.util.find_spec("mpltern") is None:
        raise OutputError("Ternary diagrams need mpltern. Install it with: pip install 'phasewise[plot]'")
    importlib.import_module("mpltern")


def new_axes(height: float, *, projection: str | None = None, width: Width = "double") -> Axes:
    """Return the axes of a new figure; its height is a part of its width."""
    require_mpltern() if projection == "ternary" else require_matplotlib()
    from matplotlib import pyplot

    inches = COLUMN_WIDTHS[width]
    figure = pyplot.figure(figsize=(inches, inches * height), layout="constrained")
    return figure.add_subplot(projection=projection)


def width_of(ax: Axes) -> float:
    """Return the width in inches that axes have, or will have, in their figure."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return COLUMN_WIDTHS["double"]
    spec = ax.get_subplotspec()
    columns = 1 if spec is None else spec.get_gridspec().ncols
    return float(figure.get_size_inches()[0]) / columns


def roomy(ax: Axes) -> bool:
    """Return whether axes have room for the whole names of fields."""
    return width_of(ax) >= ROOMY


def finish(ax: Axes, x: str, y: str) -> None:
    """Name the axes of a rectangular diagram, and set the size of type."""
    ax.set_xlabel(x, fontsize=8)
    ax.set_ylabel(y, fontsize=8)
    ax.tick_params(labelsize=7.5, direction="out", length=3)
    ax.spines[:].set_color(INK)
    ax.spines[:].set_linewidth(0.8)
