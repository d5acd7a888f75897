"""Fields of diagrams: their borders and names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.plot.diagrams.axes import LINE, TEXT, roomy

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["Field", "add_line", "draw_fields", "name_place", "raise_names", "write"]

HALO = 2.0
NAME = "name"


@dataclass(frozen=True)
class Field:
    """A named part of a diagram.

    Attributes
    ----------
    name : str
        Written in the field; a new line where it is broken.
    corners : tuple of tuple of float
        In the quantities of the diagram, in order; the last is joined to the first.
    short : str
        What is written where there is no room for the name; empty for the name itself.
    place : tuple of float, optional
        Where the name is centred; without it in the middle of the corners.
    turn : float
        Degrees by which the name is turned.
    closed : bool
        Whether the whole border is drawn; a field of an open diagram shares its borders with others.
    """

    name: str
    corners: tuple[tuple[float, ...], ...]
    short: str = ""
    place: tuple[float, ...] | None = None
    turn: float = 0.0
    closed: bool = True


def name_place(field: Field) -> tuple[float, ...]:
    """Return where the name of a field is centred."""
    if field.place is not None:
        return field.place
    return tuple(float(value) for value in np.mean(field.corners, axis=0))


def draw_fields(
    ax: Axes,
    fields: Iterable[Field],
    project: Callable[[FloatArray], FloatArray] | None = None,
    *,
    size: float = 7.0,
) -> None:
    """Draw borders of fields and write their names.

    Parameters
    ----------
    ax : matplotlib Axes
    fields : iterable of Field
    project : callable, optional
        From quantities (n, k) to the plane (n, 2); without it they are those of the plane.
    size : float
        Of the names, in points; a point less where there is little room.
    """
    wide = roomy(ax)
    for field in fields:
        corners = np.array([*field.corners, field.corners[0]], dtype=float)
        place = np.array([name_place(field)], dtype=float)
        if project is not None:
            corners, place = project(corners), project(place)
        if field.closed:
            add_line(ax, corners)
        text = field.name if wide or not field.short else field.short
        if text:
            write(ax, place[0], text, size=size if wide else size - 1, turn=field.turn)


def add_line(
    ax: Axes,
    points: FloatArray,
    *,
    colour: str = LINE,
    line: str | tuple[float, Sequence[float]] = "-",
    zorder: float = 1.5,
) -> None:
    """Draw a line through points (n, 2) of the plane, under the analyses unless it is raised."""
    ax.plot(
        points[:, 0],
        points[:, 1],
        color=colour,
        linewidth=0.7,
        linestyle=line,
        zorder=zorder,
        transform=ax.transData,
        solid_joinstyle="round",
    )


def write(
    ax: Axes,
    place: FloatArray | tuple[float, float],
    text: str,
    *,
    size: float = 7.0,
    turn: float = 0.0,
    colour: str = TEXT,
    across: str = "center",
    along: str = "center",
) -> None:
    """Write a name in the plane, under the analyses: see `raise_names`."""
    ax.text(
        float(place[0]),
        float(place[1]),
        text,
        fontsize=size,
        color=colour,
        rotation=turn,
        ha=across,
        va=along,
        linespacing=1.05,
        zorder=1.7,
        gid=NAME,
        transform=ax.transData,
    )


def raise_names(ax: Axes) -> None:
    """Put names above the analyses, with a halo: where these are shaded, no single one is hidden."""
    from matplotlib.patheffects import withStroke

    for text in ax.texts:
        if text.get_gid() == NAME:
            text.set_zorder(6)
            text.set_path_effects([withStroke(linewidth=HALO, foreground="white", alpha=0.85)])
