"""Total alkali against silica: names of volcanic rocks and glasses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from phasewise.chem.species.tas import TAS_FIELDS
from phasewise.plot.diagrams.axes import finish, new_axes
from phasewise.plot.diagrams.fields import Field, add_line, draw_fields
from phasewise.plot.diagrams.points import PointOptions, draw_points, include

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.chem.species.tas import TasField
    from phasewise.core.types import FloatArray

__all__ = ["TAS_LINES", "plot_tas"]

_WRITTEN: dict[str, tuple[str, tuple[float, float] | None]] = {
    "F": ("foidite", (42.5, 11)),
    "Pc": ("picro-\nbasalt", None),
    "B": ("basalt", (48.5, 2.2)),
    "O1": ("basaltic\nandesite", (54.5, 2.6)),
    "O2": ("andesite", (60, 3.2)),
    "O3": ("dacite", (67.4, 4.0)),
    "R": ("rhyolite", (74.3, 9.2)),
    "S1": ("trachy-\nbasalt", (48.9, 5.62)),
    "S2": ("basaltic\ntrachy-\nandesite", (52.9, 6.95)),
    "S3": ("trachy-\nandesite", (57.7, 8.5)),
    "T": ("trachyte\n(trachydacite)", (64.4, 10.9)),
    "U1": ("tephrite\n(basanite)", (44.6, 6.6)),
    "U2": ("phono-\ntephrite", (49.0, 9.35)),
    "U3": ("tephri-\nphonolite", (52.9, 11.6)),
    "Ph": ("phonolite", (58.2, 14.2)),
}
"""How the name of each field is written, and where."""

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
    include(ax, draw_points(ax, (sio2_wt, alkali_wt), **options), options.get("behind"))
    return ax


def _unclosed(field: TasField) -> Field:
    name, place = _WRITTEN[field.code]
    return Field(name, field.corners, field.code, place, closed=False)
