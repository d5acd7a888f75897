"""Total alkali against silica: names of volcanic rocks and glasses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from phasewise.plot.diagrams.axes import finish, new_axes
from phasewise.plot.diagrams.fields import Field, add_line, draw_fields
from phasewise.plot.diagrams.points import PointOptions, draw_points, include

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["TAS_FIELDS", "TAS_LINES", "plot_tas"]

TAS_FIELDS = (
    Field("picro-\nbasalt", ((41, 0), (41, 3), (45, 3), (45, 0)), "Pc"),
    Field("basalt", ((45, 0), (45, 5), (52, 5), (52, 0)), "B", (48.5, 2.2)),
    Field("basaltic\nandesite", ((52, 0), (52, 5), (57, 5.9), (57, 0)), "O1", (54.5, 2.6)),
    Field("andesite", ((57, 0), (57, 5.9), (63, 7), (63, 0)), "O2", (60, 3.2)),
    Field("dacite", ((63, 0), (63, 7), (69, 8), (77, 0)), "O3", (67.4, 4.0)),
    Field("rhyolite", ((77, 0), (69, 8), (69, 25), (100, 25), (100, 0)), "R", (74.3, 9.2)),
    Field("trachy-\nbasalt", ((45, 5), (49.4, 7.3), (52, 5)), "S1", (48.9, 5.62)),
    Field("basaltic\ntrachy-\nandesite", ((52, 5), (49.4, 7.3), (53, 9.3), (57, 5.9)), "S2", (52.9, 6.95)),
    Field("trachy-\nandesite", ((57, 5.9), (53, 9.3), (57.6, 11.7), (63, 7)), "S3", (57.7, 8.5)),
    Field("trachyte\n(trachydacite)", ((63, 7), (57.6, 11.7), (69, 17.73), (69, 8)), "T", (64.4, 10.9)),
    Field(
        "tephrite\n(basanite)",
        ((41, 3), (41, 7), (45, 9.4), (49.4, 7.3), (45, 5), (45, 3)),
        "U1",
        (44.6, 6.6),
    ),
    Field("phono-\ntephrite", ((45, 9.4), (48.4, 11.5), (53, 9.3), (49.4, 7.3)), "U2", (49.0, 9.35)),
    Field("tephri-\nphonolite", ((48.4, 11.5), (52.5, 14), (57.6, 11.7), (53, 9.3)), "U3", (52.9, 11.6)),
    Field("phonolite", ((52.5, 14), (30, 24.15), (69, 17.73), (57.6, 11.7)), "Ph", (58.2, 14.2)),
    Field(
        "foidite",
        ((41, 0), (30, 0), (30, 24.15), (52.5, 14), (48.4, 11.5), (45, 9.4), (41, 7)),
        "F",
        (42.5, 11),
    ),
)
"""SiO2 and Na2O + K2O in wt% of the corners, after figure 2 of Le Bas et al. (1986).

Fields that are open there end far beyond rocks. They are closed polygons so that points can be looked up.
"""

TAS_LINES = (
    ((41, 0), (41, 7), (45, 9.4), (48.4, 11.5), (52.5, 14)),
    ((41, 3), (45, 3)),
    ((45, 0), (45, 5), (49.4, 7.3), (53, 9.3), (57.6, 11.7), (61, 13.5)),
    ((45, 5), (52, 5), (57, 5.9), (63, 7), (69, 8), (77, 0)),
    ((52, 0), (52, 5), (49.4, 7.3), (45, 9.4)),
    ((57, 0), (57, 5.9), (53, 9.3), (48.4, 11.5)),
    ((63, 0), (63, 7), (57.6, 11.7), (52.5, 14), (50.28, 15)),
    ((69, 8), (69, 13)),
)
"""Borders as they are drawn."""


def plot_tas(
    sio2_wt: FloatArray, alkali_wt: FloatArray, *, ax: Axes | None = None, **options: Unpack[PointOptions]
) -> Axes:
    """Draw volcanic rocks or glasses by total alkali and silica.

    Parameters
    ----------
    sio2_wt, alkali_wt : (n,) float64
        SiO2 and Na2O + K2O in wt%, of a total of 100 wt% without H2O and CO2.
    ax : matplotlib Axes, optional
    options : PointOptions

    References
    ----------
    Le Bas et al. 1986, doi:10.1093/petrology/27.3.745.
    """
    ax = ax or new_axes(0.68)
    ax.set_xlim(37, 79)
    ax.set_ylim(0, 16)
    for line in TAS_LINES:
        add_line(ax, np.array(line, dtype=float))
    draw_fields(ax, [_unclosed(field) for field in TAS_FIELDS], size=6.5)
    finish(ax, "SiO$_2$ (wt%, without H$_2$O and CO$_2$)", "Na$_2$O + K$_2$O (wt%)")
    include(ax, draw_points(ax, (sio2_wt, alkali_wt), **options))
    return ax


def _unclosed(field: Field) -> Field:
    return Field(field.name, field.corners, field.short, field.place, field.turn, closed=False)
