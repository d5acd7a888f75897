"""Feldspars: Or, Ab and An, with the solvus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from phasewise.chem.feldspar_solvus import solvus
from phasewise.plot.diagrams.axes import roomy
from phasewise.plot.diagrams.fields import Field, add_line, draw_fields, write
from phasewise.plot.diagrams.points import PointOptions, draw_points
from phasewise.plot.diagrams.ternary import project, ternary_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["FELDSPAR_FIELDS", "plot_feldspars"]

_solvus = lru_cache(maxsize=32)(solvus)
CURVE = "#9A3D00"
LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (5, 1.5, 1, 1.5)), (0, (1, 1.5)))
PLAGIOCLASES = 6


def _plagioclase(name: str, low: float, high: float, short: str) -> Field:
    """Return a field from An / (An + Ab) in percent, up to 10 % of Or."""
    corners = tuple(
        (orthoclase, (100 - orthoclase) * (1 - an / 100), (100 - orthoclase) * an / 100)
        for orthoclase, an in ((0, low), (10, low), (10, high), (0, high))
    )
    return Field(name, corners, short)


FELDSPAR_FIELDS = (
    _plagioclase("albite", 0, 10, "Ab"),
    _plagioclase("oligoclase", 10, 30, "Olg"),
    _plagioclase("andesine", 30, 50, "Ans"),
    _plagioclase("labradorite", 50, 70, "Lab"),
    _plagioclase("bytownite", 70, 90, "Byt"),
    _plagioclase("anorthite", 90, 100, "An"),
    Field(
        "anorthoclase",
        ((10, 90, 0), (37, 63, 0), (33.3, 56.7, 10), (10, 80, 10)),
        "Ano",
        (27.5, 67.5, 5),
        60.0,
    ),
    Field("sanidine", ((37, 63, 0), (100, 0, 0), (90, 0, 10), (33.3, 56.7, 10)), "Sa", (64, 31, 5), 60.0),
)
"""Or, Ab and An of the corners, for feldspars of high temperature (Deer, Howie & Zussman 2013).

Plagioclase has up to 10 % Or and is divided at An / (An + Ab) of 10, 30, 50, 70 and 90 %; alkali feldspar has
up to 10 % An and is divided at Or / (Or + Ab) of 37 %.
"""


def plot_feldspars(
    orthoclase: FloatArray,
    ab: FloatArray,
    an: FloatArray,
    *,
    celsius: Sequence[float] = (),
    bar: float = 1000.0,
    ax: Axes | None = None,
    **options: Unpack[PointOptions],
) -> Axes:
    """Draw feldspars in the triangle of orthoclase, albite and anorthite.

    Parameters
    ----------
    orthoclase, ab, an : (n,) float64
        In any unit: their sum is made 100.
    celsius : sequence of float
        Temperatures for which the solvus is drawn, 400 to 1200 degrees Celsius.
    bar : float
        Pressure of the solvus.
    ax : matplotlib Axes, optional
        A triangle of mpltern.
    options : PointOptions

    References
    ----------
    Deer, Howie & Zussman 2013, doi:10.1180/DHZ: names. Elkins & Grove 1990, American Mineralogist 75,
    544-559: solvus, see `phasewise.chem.feldspar_solvus`.
    """
    ax = ternary_axes("Or", "Ab", "An", ax)
    draw_fields(ax, [replace(field, name="", short="") for field in FELDSPAR_FIELDS[:PLAGIOCLASES]], project)
    draw_fields(ax, FELDSPAR_FIELDS[PLAGIOCLASES:], project, size=6.5)
    _write_plagioclases(ax)
    if len(celsius):
        _draw_solvus(ax, celsius, bar)
    draw_points(ax, (orthoclase, ab, an), project, place="corner", **options)
    return ax


def _write_plagioclases(ax: Axes) -> None:
    """Write the names of plagioclases above their fields, where few feldspars are, of albite beside it."""
    albite, *others = FELDSPAR_FIELDS[:PLAGIOCLASES]
    if roomy(ax):
        place = project(np.array(albite.corners))[[0, 1]].mean(axis=0) - [0.02, 0.0]
        write(ax, place, albite.name, size=6.5, across="right")
    for field in others:
        middle = project(np.array(field.corners))[[1, 2]].mean(axis=0)
        name = field.name if roomy(ax) else field.short
        side = -1.0 if middle[0] > 0 else 1.0
        across = "left" if side > 0 else "right"
        place = middle + np.array([0.012 * side, 0.012])
        write(ax, place, name, size=6.5, turn=60.0 * side, across=across, along="bottom")


def _draw_solvus(ax: Axes, celsius: Sequence[float], bar: float) -> None:
    from matplotlib.lines import Line2D

    handles = []
    for number, temperature in enumerate(sorted(celsius, reverse=True)):
        line = LINES[number % len(LINES)]
        for limb in _solvus(float(temperature), float(bar)).outline():
            add_line(ax, project(limb), colour=CURVE, line=line, zorder=5)
        handles.append(
            Line2D([], [], color=CURVE, linewidth=0.9, linestyle=line, label=f"{temperature:g} °C")
        )
    legend = ax.legend(
        handles=handles,
        title=f"solvus, {bar / 1000:g} kbar",
        title_fontsize=7,
        loc="upper right",
        bbox_to_anchor=(1.02, 1.04),
        frameon=False,
        fontsize=7,
        labelspacing=0.3,
    )
    ax.add_artist(legend)
