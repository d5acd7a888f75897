"""Garnets: triangles of the cations of X."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from phasewise.plot.diagrams.points import PointOptions, draw_points
from phasewise.plot.diagrams.ternary import project, ternary_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["plot_garnets"]


def plot_garnets(
    top: FloatArray,
    left: FloatArray,
    right: FloatArray,
    names: tuple[str, str, str] = ("Prp (Mg)", "Alm + Sps\n(Fe$^{2+}$ + Mn)", "Grs + Adr\n+ Uv (Ca)"),
    *,
    ax: Axes | None = None,
    **options: Unpack[PointOptions],
) -> Axes:
    """Draw garnets in a triangle of end members, or of groups of them.

    Parameters
    ----------
    top, left, right : (n,) float64
        What the corners hold, in any unit: their sum is made 100. By default Mg, Fe2+ + Mn and Ca of X, which
        are pyrope, almandine with spessartine, and all garnets of Ca.
    names : (str, str, str)
        Of the corners.
    ax : matplotlib Axes, optional
        A triangle of mpltern.
    options : PointOptions
    """
    ax = ternary_axes(*names, ax)
    for axis in (ax.taxis, ax.laxis, ax.raxis):  # type: ignore[attr-defined]
        axis.grid(visible=True, color="#E3E3E3", linewidth=0.5)
    ax.set_axisbelow(True)
    draw_points(ax, (top, left, right), project, place="corner", **options)
    return ax
