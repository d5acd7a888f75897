"""What the figures of docs/spinel.md share: sizes, triangles, the series of Fe-Ti oxides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from phasewise.plot.diagrams.iron_titanium import OXIDE_MEMBERS, SERIES
from phasewise.plot.diagrams.ternary import project

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

IMAGES = Path(__file__).parents[1] / "docs" / "images" / "spinel"
INK, BORDER = "#222222", "#555555"
SIZE = 7.2


def new_figure(height: float) -> Figure:
    """Return a figure two columns wide, of a height in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(SIZE, height), layout="constrained")


def save(figure: Figure, name: str) -> None:
    """Store a figure among the images of the docs."""
    from PIL import Image

    path = IMAGES / f"{name}.png"
    figure.savefig(path, dpi=200)
    with Image.open(path) as image:
        image.convert("RGB").quantize(128).save(path, optimize=True)


def draw_triangle(ax: Axes, corners: Sequence[str], title: str) -> None:
    """Draw the outline of a triangle, and the names of its corners."""
    outline = project(np.eye(3)[[0, 1, 2, 0]])
    ax.plot(*outline.T, color=INK, linewidth=0.9, zorder=4)
    ax.set_aspect("equal")
    ax.set_axis_off()
    places = project(np.eye(3))
    shifts = np.array([[0.0, 0.04], [0.0, -0.04], [0.0, -0.04]])
    for place, shift, name, along in zip(places, shifts, corners, ("bottom", "top", "top"), strict=True):
        ax.text(*(place + shift), name, ha="center", va=along, fontsize=7.5, color=INK)
    ax.set_title(title, fontsize=8, pad=3)
    ax.set_xlim(-0.66, 0.66)
    ax.set_ylim(-0.16, 1.17)


def draw_series(ax: Axes) -> None:
    """Draw the end members and solid solutions of the Fe-Ti oxides."""
    places = {name: project(np.array([parts]))[0] for name, parts in OXIDE_MEMBERS.items()}
    for ends in SERIES:
        ax.plot(*np.array([places[name] for name in ends]).T, color=INK, linewidth=1.0, zorder=3)
    titles = {
        "Ilm": ("ilmenite", (-0.03, 0.0), "right"),
        "Usp": ("ulvöspinel", (-0.03, 0.0), "right"),
        "Mag": ("magnetite", (0.0, -0.06), "center"),
        "FePbrk": ("FeTi$_2$O$_5$", (-0.03, 0.0), "right"),
        "Pbrk": ("pseudobrookite", (0.03, 0.02), "left"),
    }
    for name, (x, y) in places.items():
        ax.plot([x], [y], "s", ms=3.5, color="white", mec=INK, mew=0.8, zorder=5, clip_on=False)
        if name in titles:
            text, (right, up), across = titles[name]
            ax.text(x + right, y + up, text, ha=across, va="center", fontsize=7, color=INK, zorder=6)
