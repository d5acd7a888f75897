"""Pyroxenes: the quadrilateral of Ca-Mg-Fe pyroxenes, Q against J, and the triangle of Na pyroxenes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from phasewise.chem.species.pyroxene import WO_LIMITS
from phasewise.plot.diagrams.axes import INK, finish, new_axes, roomy
from phasewise.plot.diagrams.fields import Field, add_line, draw_fields, write
from phasewise.plot.diagrams.points import PointOptions, draw_points, include
from phasewise.plot.diagrams.ternary import closed, project, ternary_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = [
    "NA_PYROXENE_FIELDS",
    "PYROXENE_FIELDS",
    "Q_J_FIELDS",
    "plot_na_pyroxenes",
    "plot_pyroxene_quadrilateral",
    "plot_q_j",
    "quadrilateral_place",
]

_HALF = 3**0.5 / 2


def _field(name: str, corners: tuple[tuple[float, float], ...], short: str, at: tuple[float, float]) -> Field:
    """Return a field from Wo, and Fs / (En + Fs), in percent."""

    def parts(wo: float, iron: float) -> tuple[float, float, float]:
        rest = 100.0 - wo
        return wo, rest * (1 - iron / 100), rest * iron / 100

    return Field(name, tuple(parts(*corner) for corner in corners), short, parts(*at))


_CLINO, _PIGEONITE, _AUGITE, _CALCIC = WO_LIMITS


def _band(name: str, wo: tuple[float, float], iron: tuple[float, float], short: str) -> Field:
    (poor, rich), (less, more) = wo, iron
    corners = ((poor, less), (rich, less), (rich, more), (poor, more))
    return _field(name, corners, short, ((poor + rich) / 2, (less + more) / 2))


PYROXENE_FIELDS = (
    _band("diopside", (_AUGITE, _CALCIC), (0, 50), "Di"),
    _band("hedenbergite", (_AUGITE, _CALCIC), (50, 100), "Hd"),
    _band("augite", (_PIGEONITE, _AUGITE), (0, 100), "Aug"),
    _band("pigeonite", (_CLINO, _PIGEONITE), (0, 100), "Pgt"),
    _band("enstatite", (0, _CLINO), (0, 50), "En"),
    _band("ferrosilite", (0, _CLINO), (50, 100), "Fs"),
)
"""Wo, En and Fs of the corners, after figure 5 of Morimoto et al. (1988)."""

Q_J_FIELDS = (
    Field("Quad", ((1.2, 0.3), (1.6, 0.4), (2.0, 0.0), (1.5, 0.0)), place=(1.62, 0.17)),
    Field("Ca-Na", ((0.3, 1.2), (0.4, 1.6), (1.6, 0.4), (1.2, 0.3)), place=(0.875, 0.875)),
    Field("Na", ((0.0, 1.5), (0.0, 2.0), (0.4, 1.6), (0.3, 1.2)), place=(0.17, 1.62)),
    Field("others", ((0.0, 0.0), (0.0, 1.5), (1.5, 0.0)), place=(0.45, 0.45), closed=False),
)
"""Q and J of the corners, after figure 1 of Morimoto et al. (1988).

Q + J is 1.5 and 2.0, J / (Q + J) is 0.2 and 0.8.
"""

NA_PYROXENE_FIELDS = (
    Field("Ca-Mg-Fe\npyroxenes (Quad)", ((80, 20, 0), (100, 0, 0), (80, 0, 20)), "Quad", (86, 7, 7)),
    Field("omphacite", ((80, 20, 0), (80, 10, 10), (20, 40, 40), (20, 80, 0)), "Omp", (45, 37, 18)),
    Field(
        "aegirine-\naugite", ((80, 10, 10), (80, 0, 20), (20, 0, 80), (20, 40, 40)), "Aeg-Aug", (45, 18, 37)
    ),
    Field("jadeite", ((20, 80, 0), (20, 40, 40), (0, 50, 50), (0, 100, 0)), "Jd", (10, 65, 25)),
    Field("aegirine", ((20, 40, 40), (20, 0, 80), (0, 0, 100), (0, 50, 50)), "Aeg", (10, 25, 65)),
)
"""Quad (Wo + En + Fs), jadeite and aegirine of the corners (Morimoto et al. 1988, figure 6)."""


def plot_pyroxene_quadrilateral(
    wo: FloatArray, en: FloatArray, fs: FloatArray, *, ax: Axes | None = None, **options: Unpack[PointOptions]
) -> Axes:
    """Draw pyroxenes in the quadrilateral of diopside, hedenbergite, enstatite and ferrosilite.

    Parameters
    ----------
    wo, en, fs : (n,) float64
        Ca, Mg, and Fe + Mn, in any unit: their sum is made 100.
    ax : matplotlib Axes, optional
        Where to draw; without it a figure of two columns is made.
    options : PointOptions

    References
    ----------
    Morimoto et al. 1988, doi:10.1180/minmag.1988.052.367.15.

    Examples
    --------
    >>> import numpy as np
    >>> ax = plot_pyroxene_quadrilateral(np.array([45.0]), np.array([48.0]), np.array([7.0]))
    """
    ax = ax or new_axes(0.56)
    ax.set_aspect("equal")
    ax.set_xlim(-6, 106)
    ax.set_ylim(-7 if roomy(ax) else -10, 50 * _HALF + 6)
    ax.set_axis_off()
    draw_fields(ax, PYROXENE_FIELDS, quadrilateral_place)
    frame = np.array([[50.0, 50, 0], [50, 0, 50], [0, 0, 100], [0, 100, 0], [50, 50, 0]])
    add_line(ax, quadrilateral_place(frame), colour=INK)
    _add_ticks(ax)
    for name, parts, (right, up) in (
        ("Di", (50, 50, 0), (0, 2.5)),
        ("Hd", (50, 0, 50), (0, 2.5)),
        ("En", (0, 100, 0), (-3, -2.5)),
        ("Fs", (0, 0, 100), (3, -2.5)),
    ):
        x, y = quadrilateral_place(np.array([parts], dtype=float))[0]
        write(ax, (x + right, y + up), name, size=8, colour=INK)
    plane = draw_points(ax, (wo, en, fs), quadrilateral_place, **options)
    include(ax, plane, options.get("behind"))
    return ax


def quadrilateral_place(parts: FloatArray) -> FloatArray:
    """Return where Wo, En and Fs (n, 3) lie in the plane (n, 2) of the quadrilateral.

    Examples
    --------
    >>> import numpy as np
    >>> quadrilateral_place(np.array([[0.0, 50.0, 50.0]])).tolist()
    [[50.0, 0.0]]
    """
    wo, _, fs = 100 * closed(np.asarray(parts, dtype=np.float64)).T
    return np.column_stack([fs + wo / 2, _HALF * wo])


def _add_ticks(ax: Axes) -> None:
    for iron in (20, 40, 60, 80):
        place = quadrilateral_place(np.array([[0.0, 100.0 - iron, iron]]))[0]
        add_line(ax, np.array([place, place - [0, 1.0]]), colour=INK)
        write(ax, (place[0], place[1] - 2.6), f"{iron}", size=6.5, colour=INK)
    for wo in (5, 20, 45):
        left = quadrilateral_place(np.array([[wo, 100.0 - wo, 0.0]]))[0]
        write(ax, (left[0] - 0.8, left[1]), f"{wo}", size=6.5, colour=INK, across="right")
    left = quadrilateral_place(np.array([[32.5, 67.5, 0.0]]))[0]
    write(ax, (left[0] - 2.4, left[1]), "Wo (mol%)", size=7, turn=60, colour=INK, across="right")
    write(ax, (50, -5.6 if roomy(ax) else -7.6), "Fs / (En + Fs), along the base (mol%)", size=7, colour=INK)


def plot_q_j(
    q: FloatArray, j: FloatArray, *, ax: Axes | None = None, **options: Unpack[PointOptions]
) -> Axes:
    """Draw Q = Ca + Mg + Fe2+ of pyroxenes against J = 2 Na.

    Parameters
    ----------
    q, j : (n,) float64
        In atoms per formula unit of 6 O.
    ax : matplotlib Axes, optional
    options : PointOptions

    References
    ----------
    Morimoto et al. 1988, doi:10.1180/minmag.1988.052.367.15.
    """
    ax = ax or new_axes(0.8)
    ax.set_xlim(0, 2.1)
    ax.set_ylim(0, 2.1)
    ax.set_aspect("equal")
    draw_fields(ax, Q_J_FIELDS, _j_and_q)
    finish(ax, "J = 2 Na (apfu)", "Q = Ca + Mg + Fe$^{2+}$ (apfu)")
    include(ax, draw_points(ax, (q, j), _j_and_q, **options), options.get("behind"))
    return ax


def _j_and_q(parts: FloatArray) -> FloatArray:
    """Return J and Q (n, 2), the axes of the publication, of Q and J (n, 2)."""
    return np.asarray(parts, dtype=np.float64)[:, ::-1]


def plot_na_pyroxenes(
    quad: FloatArray,
    jd: FloatArray,
    aeg: FloatArray,
    *,
    ax: Axes | None = None,
    **options: Unpack[PointOptions],
) -> Axes:
    """Draw Na pyroxenes in the triangle of Quad (Wo + En + Fs), jadeite and aegirine.

    Parameters
    ----------
    quad, jd, aeg : (n,) float64
        In any unit: their sum is made 100.
    ax : matplotlib Axes, optional
        A triangle of mpltern.
    options : PointOptions

    References
    ----------
    Morimoto et al. 1988, doi:10.1180/minmag.1988.052.367.15.
    """
    ax = ternary_axes("Quad", "Jd", "Aeg", ax)
    draw_fields(ax, NA_PYROXENE_FIELDS, project)
    draw_points(ax, (quad, jd, aeg), project, place="corner", **options)
    return ax
