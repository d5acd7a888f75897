"""Micas: cations of M in a triangle, and Mg - Li against Fe + Mn + Ti - Al."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from phasewise.plot.diagrams.axes import INK, finish, new_axes
from phasewise.plot.diagrams.fields import add_line, write
from phasewise.plot.diagrams.points import PointOptions, draw_points, include
from phasewise.plot.diagrams.ternary import project, ternary_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["BIOTITE_CORNERS", "MICA_MEMBERS", "plot_biotites", "plot_mica_triangle", "plot_micas"]

MICA_MEMBERS = {
    "Ms": {"Al": 2.0},
    "Phl": {"Mg": 3.0},
    "Ann": {"Fe": 3.0},
    "Eas": {"Mg": 2.0, "Al": 1.0},
    "Sid": {"Fe": 2.0, "Al": 1.0},
    "Cel": {"Mg": 1.0, "Fe": 1.0},
    "Acel": {"Mg": 1.0, "Al": 1.0},
    "Pln": {"Li": 2.0, "Al": 1.0},
    "Tln": {"Li": 1.5, "Al": 1.5},
    "Tai": {"Li": 1.0, "Mg": 2.0},
}
"""Cations of M in the end members of Rieder et al. (1998)."""

JOINS = (("Phl", "Ann"), ("Ms", "Cel"), ("Sid", "Pln"), ("Phl", "Eas"), ("Ann", "Sid"), ("Ms", "Acel"))
_SHIFTS = {"Pln": (-0.1, 0.14), "Eas": (0.1, -0.12), "Ms": (-0.1, -0.12), "Acel": (0.1, -0.12)}

BIOTITE_CORNERS = {"Phl": (0.0, 1.0), "Ann": (1.0, 1.0), "Eas": (0.0, 2.0), "Sid": (1.0, 2.0)}
"""Fe / (Mg + Fe) and Al of T in the end members of trioctahedral micas (Rieder et al. 1998)."""


def plot_micas(
    mgli: FloatArray, feal: FloatArray, *, ax: Axes | None = None, **options: Unpack[PointOptions]
) -> Axes:
    """Draw micas by Mg - Li and Fe + Mn + Ti - Al of M, with the end members and series between them.

    Parameters
    ----------
    mgli : (n,) float64
        Mg - Li, in atoms per formula unit of 11 O; Mg alone where Li was not measured, so that lithium micas
        stand too far right.
    feal : (n,) float64
        Fe + Mn + Ti - Al of M.
    ax : matplotlib Axes, optional
    options : PointOptions

    References
    ----------
    Tischendorf et al. 2007, doi:10.1180/minmag.2007.071.3.285: the diagram and the series. Rieder et al.
    1998, doi:10.1346/CCMN.1998.0460513: end members.
    """
    ax = ax or new_axes(0.85)
    ax.set_xlim(-2.5, 3.6)
    ax.set_ylim(-2.4, 3.4)
    places = {name: _feal_mgli(cations) for name, cations in MICA_MEMBERS.items()}
    for ends in JOINS:
        add_line(ax, np.array([places[name] for name in ends]))
    for name, place in places.items():
        ax.plot(*place, marker="s", markersize=4, color="white", mec=INK, mew=0.8, zorder=3)
        right, up = _SHIFTS.get(name, (0.1, 0.14))
        across = "left" if right > 0 else "right"
        write(ax, (place[0] + right, place[1] + up), name, size=7, colour=INK, across=across)
    finish(ax, "mgli = Mg $-$ Li (apfu)", "feal = Fe + Mn + Ti $-$ Al of M (apfu)")
    include(ax, draw_points(ax, (mgli, feal), **options), options.get("behind"))
    return ax


def plot_mica_triangle(
    al: FloatArray, mg: FloatArray, fe: FloatArray, *, ax: Axes | None = None, **options: Unpack[PointOptions]
) -> Axes:
    """Draw micas in the triangle of Al, Mg and Fe + Mn + Ti of M.

    Parameters
    ----------
    al, mg, fe : (n,) float64
        Cations of M, in any unit: their sum is made 100.
    ax : matplotlib Axes, optional
        A triangle of mpltern.
    options : PointOptions

    References
    ----------
    Rieder et al. 1998, doi:10.1346/CCMN.1998.0460513: end members.
    """
    ax = ternary_axes("Al (M)", "Mg (M)", "Fe + Mn\n+ Ti (M)", ax)
    for name, cations in MICA_MEMBERS.items():
        if "Li" in cations:
            continue
        parts = np.array([[cations.get(element, 0.0) for element in ("Al", "Mg", "Fe")]])
        x, y = project(parts)[0]
        ax.plot(
            [x],
            [y],
            marker="s",
            markersize=4,
            color="white",
            mec=INK,
            clip_on=False,
            zorder=3,
            transform=ax.transData,
        )
        right = 1 if x >= 0 and name not in ("Ms", "Ann") else -1
        across = "left" if right > 0 else "right"
        inside = {"Phl": (0.07, 0.03), "Ann": (-0.05, 0.03), "Ms": (0.03, -0.03)}.get(name)
        shift = inside or (0.025 * right, 0.02)
        write(ax, (x + shift[0], y + shift[1]), name, size=7, colour=INK, across="left" if inside else across)
    draw_points(ax, (al, mg, fe), project, place="corner", **options)
    return ax


def plot_biotites(
    x_fe: FloatArray, al_t: FloatArray, *, ax: Axes | None = None, **options: Unpack[PointOptions]
) -> Axes:
    """Draw trioctahedral micas between phlogopite, annite, eastonite and siderophyllite.

    Parameters
    ----------
    x_fe : (n,) float64
        Fe / (Mg + Fe), 0 to 1.
    al_t : (n,) float64
        Al of T, in atoms per formula unit of 11 O.
    ax : matplotlib Axes, optional
    options : PointOptions

    References
    ----------
    Rieder et al. 1998, doi:10.1346/CCMN.1998.0460513: end members.
    """
    ax = ax or new_axes(0.75)
    ax.set_xlim(-0.04, 1.04)
    ax.set_ylim(0.94, 2.06)
    corners = np.array([BIOTITE_CORNERS[name] for name in ("Phl", "Ann", "Sid", "Eas", "Phl")])
    add_line(ax, corners)
    add_line(ax, np.array([[0.5, 1.0], [0.5, 2.0]]), line=(0, (4, 3)))
    for name, (x, y) in BIOTITE_CORNERS.items():
        across = "left" if x == 0 else "right"
        inward = (0.02 if x == 0 else -0.02, 0.035 if y == 1 else -0.035)
        write(ax, (x + inward[0], y + inward[1]), name, size=8, colour=INK, across=across)
    finish(ax, "Fe / (Mg + Fe)", "Al of T (apfu, 11 O)")
    include(ax, draw_points(ax, (x_fe, al_t), **options), options.get("behind"))
    return ax


def _feal_mgli(cations: dict[str, float]) -> tuple[float, float]:
    mgli = cations.get("Mg", 0.0) - cations.get("Li", 0.0)
    return mgli, cations.get("Fe", 0.0) - cations.get("Al", 0.0)
