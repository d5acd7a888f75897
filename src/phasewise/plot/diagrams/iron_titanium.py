"""Fe-Ti oxides in the triangle of TiO2, FeO and Fe2O3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from phasewise.plot.diagrams.axes import INK
from phasewise.plot.diagrams.fields import add_line, write
from phasewise.plot.diagrams.points import PointOptions, draw_points
from phasewise.plot.diagrams.ternary import project, ternary_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["OXIDE_MEMBERS", "SERIES", "plot_iron_titanium_oxides"]

OXIDE_MEMBERS = {
    "Rt": (1.0, 0.0, 0.0),
    "Ilm": (1.0, 1.0, 0.0),
    "Usp": (1.0, 2.0, 0.0),
    "Wus": (0.0, 1.0, 0.0),
    "Mag": (0.0, 1.0, 2.0),
    "Hem": (0.0, 0.0, 2.0),
    "Pbrk": (1.0, 0.0, 2.0),
    "FePbrk": (2.0, 1.0, 0.0),
}
"""Ti, Fe2+ and Fe3+ in rutile, ilmenite, ulvöspinel, wüstite, magnetite, hematite and pseudobrookites."""

SERIES = (("Usp", "Mag"), ("Ilm", "Hem"), ("FePbrk", "Pbrk"))
"""Solid solutions."""

_NAMES = {
    "Rt": ("rutile", (0.05, 0.0), "left"),
    "Ilm": ("ilmenite", (-0.03, 0.01), "right"),
    "Usp": ("ulvöspinel", (-0.03, 0.01), "right"),
    "Wus": ("", (0.0, 0.0), "left"),
    "Mag": ("magnetite", (0.0, -0.045), "center"),
    "Hem": ("hematite", (0.0, -0.045), "right"),
    "Pbrk": ("pseudobrookite", (0.03, 0.01), "left"),
    "FePbrk": ("ferro-\npseudobrookite", (-0.03, 0.02), "right"),
}


def plot_iron_titanium_oxides(
    ti: FloatArray,
    ferrous: FloatArray,
    ferric: FloatArray,
    *,
    ax: Axes | None = None,
    **options: Unpack[PointOptions],
) -> Axes:
    """Draw Fe-Ti oxides in the triangle of TiO2, FeO and half of Fe2O3, with lines of solid solution.

    Parameters
    ----------
    ti, ferrous, ferric : (n,) float64
        Cations in any unit: Ti; Fe2+ with the other divalent ones; Fe3+ with the other trivalent ones.
    ax : matplotlib Axes, optional
        A triangle of mpltern.
    options : PointOptions

    References
    ----------
    Buddington & Lindsley 1964, doi:10.1093/petrology/5.2.310.
    """
    ax = ternary_axes("TiO$_2$", "FeO", "½ Fe$_2$O$_3$", ax, numbers=False)
    places = {name: project(np.array([parts]))[0] for name, parts in OXIDE_MEMBERS.items()}
    for ends in SERIES:
        add_line(ax, np.array([places[name] for name in ends]))
    for name, (title, shift, across) in _NAMES.items():
        x, y = places[name]
        ax.plot(
            [x],
            [y],
            "s",
            ms=4,
            color="white",
            mec=INK,
            mew=0.8,
            zorder=3,
            clip_on=False,
            transform=ax.transData,
        )
        if title and title not in ("rutile", "hematite"):
            write(ax, (x + shift[0], y + shift[1]), title, size=7, colour=INK, across=across)
    draw_points(ax, (ti, ferrous, ferric), project, place="corner", **options)
    return ax
