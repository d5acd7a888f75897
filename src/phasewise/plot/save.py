"""Figures as files."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from phasewise.core.errors import OutputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FIGURE_SUFFIXES", "draw_figure_to_file", "draw_to_file", "require_matplotlib"]

FIGURE_SUFFIXES = (".png", ".pdf", ".svg", ".jpg")


def require_matplotlib() -> None:
    """Make sure that figures can be drawn, without the cost of importing what draws them.

    Raises
    ------
    OutputError
        If matplotlib is absent.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise OutputError("Figures need matplotlib. Install it with: pip install 'phasewise[plot]'")


def draw_to_file(
    path: str | os.PathLike[str], draw: Callable[[Axes], object], size: tuple[float, float]
) -> None:
    """Draw on the only axes of a new figure and store it; the format follows from the ending.

    Parameters
    ----------
    path : path-like
        The file to write, at 200 dots an inch where it is an image of dots.
    draw : callable
        Draws on the axes that it is given.
    size : (float, float)
        Width and height in inches.

    Raises
    ------
    OutputError
        If matplotlib is absent.
    """
    draw_figure_to_file(path, lambda figure: draw(figure.add_subplot()), size)


def draw_figure_to_file(
    path: str | os.PathLike[str], draw: Callable[[Figure], object], size: tuple[float, float], dpi: int = 200
) -> None:
    """Draw on a new figure and store it; the format follows from the ending.

    Parameters
    ----------
    path : path-like
        The file to write.
    draw : callable
        Draws on the figure that it is given.
    size : (float, float)
        Width and height in inches.
    dpi : int
        Dots an inch where it is an image of dots.

    Raises
    ------
    OutputError
        If matplotlib is absent.
    """
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    # Text stays text in vector formats, and the same table gives the same file.
    with rc_context({"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "phasewise"}):
        draw(figure)
        figure.savefig(path, dpi=dpi)
