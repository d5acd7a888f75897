"""Spinels: the prism of Al, Cr and Fe3+ by Mg number, and its faces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from phasewise.plot.diagrams.axes import INK, LINE, finish, new_axes
from phasewise.plot.diagrams.fields import write
from phasewise.plot.diagrams.points import PointOptions, draw_points, include
from phasewise.plot.diagrams.ternary import project, ternary_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = [
    "PRISM_CORNERS",
    "plot_spinel_face",
    "plot_spinel_prism",
    "plot_spinel_titanium",
    "plot_spinel_triangle",
    "prism_place",
]

DEPTH = 1.35
PRISM_CORNERS = {
    "Spl": (1.0, 0.0, 0.0, 0.0),
    "Mchr": (0.0, 1.0, 0.0, 0.0),
    "Mfr": (0.0, 0.0, 1.0, 0.0),
    "Hc": (1.0, 0.0, 0.0, 1.0),
    "Chr": (0.0, 1.0, 0.0, 1.0),
    "Mag": (0.0, 0.0, 1.0, 1.0),
}
"""Parts of Al, Cr and Fe3+, and Fe2+ / (Mg + Fe2+), of the corners (symbols of Warr 2021)."""


def prism_place(quantities: FloatArray) -> FloatArray:
    """Return where spinels lie in the plane of the drawing.

    Parameters
    ----------
    quantities : (n, 4) float64
        Al, Cr and Fe3+ in any unit, and Fe2+ / (Mg + Fe2+).

    Returns
    -------
    (n, 2) float64
        The triangle of Al, Cr and Fe3+ with Fe3+ on top, moved right and up with Fe2+.
    """
    al, cr, ferric, x_fe = np.asarray(quantities, dtype=np.float64).T
    flat = project(np.column_stack([ferric, al, cr]))
    return flat + np.outer(x_fe, np.array([DEPTH, 0.42]))


def plot_spinel_prism(
    al: FloatArray,
    cr: FloatArray,
    ferric: FloatArray,
    x_fe: FloatArray,
    *,
    ax: Axes | None = None,
    **options: Unpack[PointOptions],
) -> Axes:
    """Draw spinels in the prism of spinel, magnesiochromite, magnesioferrite and their Fe2+ counterparts.

    The prism is seen in parallel projection; two spinels that differ in all quantities may share a place, so
    look at its faces, too.

    Parameters
    ----------
    al, cr, ferric : (n,) float64
        Al, Cr and Fe3+, in any unit: their sum is made 100.
    x_fe : (n,) float64
        Fe2+ / (Mg + Fe2+), 0 to 1.
    ax : matplotlib Axes, optional
    options : PointOptions

    References
    ----------
    Stevens 1944, American Mineralogist 29, 1-34: the prism.
    """
    ax = ax or new_axes(0.68)
    ax.set_aspect("equal")
    ax.set_axis_off()
    places = {name: prism_place(np.array([corner]))[0] for name, corner in PRISM_CORNERS.items()}
    hidden = {("Spl", "Hc"), ("Hc", "Chr"), ("Mag", "Hc")}
    edges = [("Spl", "Mchr"), ("Mchr", "Mfr"), ("Mfr", "Spl"), ("Hc", "Chr"), ("Chr", "Mag"), ("Mag", "Hc")]
    for ends in (*edges, ("Spl", "Hc"), ("Mchr", "Chr"), ("Mfr", "Mag")):
        line: Any = (0, (3, 3)) if ends in hidden else "-"
        corners = np.array([places[name] for name in ends])
        ax.plot(*corners.T, color=LINE if ends in hidden else INK, linewidth=0.8, linestyle=line, zorder=1)
    shifts = {"Spl": (-0.05, -0.03), "Mchr": (0.03, -0.06), "Mfr": (-0.05, 0.06)}
    shifts |= {"Hc": (-0.06, 0.06), "Chr": (0.09, -0.02), "Mag": (0.05, 0.07)}
    for name, place in places.items():
        write(ax, place + np.array(shifts[name]), name, size=8, colour=INK)
    middle = (places["Mchr"] + places["Chr"]) / 2 + np.array([0.05, -0.05])
    slope = float(np.degrees(np.arctan2(0.42, DEPTH)))
    write(ax, middle, "Fe$^{2+}$ / (Mg + Fe$^{2+}$)  →", size=7, turn=slope, colour=INK)
    front = (places["Spl"] + places["Mchr"]) / 2
    write(ax, (front[0], front[1] - 0.06), "Cr / (Cr + Al)  →", size=7, colour=INK)
    side = (places["Spl"] + places["Mfr"]) / 2 + np.array([-0.07, 0.02])
    write(ax, side, "Fe$^{3+}$  →", size=7, turn=60, colour=INK)
    ax.set_xlim(-0.78, 0.78 + DEPTH)
    ax.set_ylim(-0.14, 1.58)
    include(ax, draw_points(ax, (al, cr, ferric, x_fe), prism_place, **options), options.get("behind"))
    return ax


def plot_spinel_face(
    mg_number: FloatArray, cr_number: FloatArray, *, ax: Axes | None = None, **options: Unpack[PointOptions]
) -> Axes:
    """Draw Cr number against Mg number of spinels, the base of the prism.

    Parameters
    ----------
    mg_number, cr_number : (n,) float64
        100 Mg / (Mg + Fe2+) and 100 Cr / (Cr + Al).
    ax : matplotlib Axes, optional
    options : PointOptions
    """
    ax = ax or new_axes(0.8)
    ax.set_xlim(100, 0)
    ax.set_ylim(0, 100)
    for name, place, across, along in (
        ("Spl", (98.5, 1.5), "left", "bottom"),
        ("Hc", (1.5, 1.5), "right", "bottom"),
        ("Mchr", (98.5, 98.5), "left", "top"),
        ("Chr", (1.5, 98.5), "right", "top"),
    ):
        write(ax, place, name, size=8, across=across, along=along)
    finish(ax, "Mg# = 100 Mg / (Mg + Fe$^{2+}$)", "Cr# = 100 Cr / (Cr + Al)")
    include(ax, draw_points(ax, (mg_number, cr_number), **options), options.get("behind"))
    ax.invert_xaxis() if ax.get_xlim()[0] < ax.get_xlim()[1] else None
    return ax


def plot_spinel_triangle(
    ferric: FloatArray,
    al: FloatArray,
    cr: FloatArray,
    *,
    ax: Axes | None = None,
    **options: Unpack[PointOptions],
) -> Axes:
    """Draw spinels in the triangle of their trivalent cations.

    Parameters
    ----------
    ferric, al, cr : (n,) float64
        Fe3+, Al and Cr, in any unit: their sum is made 100.
    ax : matplotlib Axes, optional
        A triangle of mpltern.
    options : PointOptions
    """
    ax = ternary_axes("Fe$^{3+}$", "Al", "Cr", ax)
    for axis in (ax.taxis, ax.laxis, ax.raxis):  # type: ignore[attr-defined]
        axis.grid(visible=True, color="#E3E3E3", linewidth=0.5)
    draw_points(ax, (ferric, al, cr), project, place="corner", **options)
    return ax


def plot_spinel_titanium(
    cr_number: FloatArray, tio2_wt: FloatArray, *, ax: Axes | None = None, **options: Unpack[PointOptions]
) -> Axes:
    """Draw TiO2 against Cr number of spinels.

    Parameters
    ----------
    cr_number : (n,) float64
        100 Cr / (Cr + Al).
    tio2_wt : (n,) float64
        wt%.
    ax : matplotlib Axes, optional
    options : PointOptions
    """
    ax = ax or new_axes(0.7)
    y = np.atleast_1d(np.asarray(tio2_wt, dtype=float))
    ax.set_xlim(0, 100)
    ax.set_ylim(0, 1.05 * max(float(np.nanmax(y, initial=1.0)), 1.0))
    finish(ax, "Cr# = 100 Cr / (Cr + Al)", "TiO$_2$ (wt%)")
    include(ax, draw_points(ax, (cr_number, y), **options), options.get("behind"))
    return ax
