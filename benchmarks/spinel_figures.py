"""Draws the figures of docs/spinel.md; `spinel_space` calls it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from phasewise.core.types import FloatArray
from phasewise.plot.colours import phase_colour
from phasewise.plot.diagrams.ternary import project
from spinel_axes import BORDER, IMAGES, INK, draw_series, draw_triangle, new_figure, save
from spinel_mixtures import iron_titanium, prism_face, triangle
from spinel_published import draw_published

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STEPS = 150
MOST_ENTROPY = 1.2
NAMES = {
    "oxidised": (((0.0, 0.76), (0.0, 0.16)), ((0.0, 0.72), (0.0, 0.16)), ((35, 84), (50, 18), (88, 94))),
    "reduced": (
        ((0.0, 0.66), (0.0, 0.2)),
        ((0.0, 0.82), (0.0, 0.25)),
        ((23, 78), (50, 26), (52, 92), (87, 92)),
    ),
}
"""Where phases are written in each panel."""

HALF_IRON = 0.4
"""Fe2+ / (Mg + Fe2+) of the sections between: off the half, where two species would be equal."""

SHADES = "YlGnBu"
Place = tuple[float, float]
Judge = Callable[[pd.DataFrame], pd.DataFrame]


def draw(judged: Judge, published: dict[str, pd.DataFrame]) -> None:
    """Draw all figures."""
    import matplotlib as mpl

    mpl.use("Agg")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"font.size": 7.5, "font.family": "DejaVu Sans", "axes.linewidth": 0.8}):
        draw_prisms(judged)
        draw_iron_titanium(judged)
        draw_published(published)


def _margins(found: pd.DataFrame) -> dict[str, FloatArray]:
    """Return, for each phase that is the label somewhere, by how much it exceeds all others (n,)."""
    table = found.filter(regex="^p_")
    p = table.to_numpy(float)
    out = {}
    for name in found["phase"].dropna().unique():
        k = table.columns.get_loc(f"p_{name}")
        out[str(name)] = p[:, k] - np.delete(p, k, axis=1).max(axis=1)
    return out


def shade(ax: Axes, plane: FloatArray, found: pd.DataFrame) -> Any:
    """Shade a plane (n, 2) by entropy; lines where the label and the species change, hatching if refused."""
    from matplotlib.tri import Triangulation

    mesh = Triangulation(*plane.T)
    levels = np.linspace(0, MOST_ENTROPY, 25)
    shown = ax.tricontourf(mesh, found["entropy"], levels=levels, cmap=SHADES, extend="max", zorder=0)
    refused = (found["verdict"] != "accepted").to_numpy(float)
    if refused.any():
        hatched = ax.tricontourf(mesh, refused, levels=[0.5, 1.5], colors="none", hatches=["//////"])
        hatched.set(edgecolor="#444444", linewidth=0.0)
    for species in found["species"].dropna().unique():
        of_it = (found["species"] == species).to_numpy(float)
        if 0 < of_it.sum() < len(of_it):
            ax.tricontour(
                mesh, of_it, levels=[0.5], colors=BORDER, linewidths=0.7, linestyles=[(0, (1, 1.6))]
            )
    margins = _margins(found)
    for margin in margins.values() if len(margins) > 1 else ():
        ax.tricontour(mesh, margin, levels=[0.0], colors=INK, linewidths=1.3, linestyles="-")
    return shown


def _name_phases(ax: Axes, plane: FloatArray, found: pd.DataFrame, places: Sequence[Place]) -> None:
    """Write at each place the phase that is found there."""
    for place in places:
        nearest = int(np.hypot(*(plane - place).T).argmin())
        _note(ax, place, str(found["phase"].iloc[nearest]))


def _note(ax: Axes, place: Place, text: str, **options: Any) -> None:
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2.2, foreground="white", alpha=0.9)]
    options = {"ha": "center", "va": "center", "fontsize": 7, "color": INK, "zorder": 6} | options
    ax.text(*place, text, path_effects=halo, **options)


def _entropy_bar(figure: Figure, shown: Any, axes: Any) -> None:
    bar = figure.colorbar(shown, ax=axes, shrink=0.62, aspect=28, pad=0.02, ticks=np.arange(0, 1.21, 0.2))
    bar.set_label("entropy of the probabilities (nats)", fontsize=7.5)
    bar.ax.tick_params(labelsize=7)


def _legend(figure: Figure) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Line2D([], [], color=INK, linewidth=1.3, label="the label changes"),
        Line2D([], [], color=BORDER, linewidth=0.8, linestyle=(0, (1, 1.6)), label="the species changes"),
        Patch(facecolor="white", edgecolor="#444444", linewidth=0.0, hatch="//////", label="not accepted"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=7.5)


def draw_prisms(judged: Judge) -> None:
    """Draw sections of the oxidised and of the reduced prism, and the side face without Cr."""
    figure = new_figure(4.9)
    axes = figure.subplots(2, 3, width_ratios=(1, 1, 0.95))
    parts = triangle(STEPS)
    across = np.array([(x, y) for x in np.linspace(0, 1, STEPS) for y in np.linspace(0, 1, STEPS)])
    prisms = (
        (("Mfr", "Mag"), "oxidised", "Fe$^{3+}$ / (Fe$^{3+}$ + Al)"),
        (("Qnd", "Uspl"), "reduced", "2 Ti / (2 Ti + Al)"),
    )
    for row, (on_top, name, upward) in zip(axes, prisms, strict=True):
        names = {"Mag": "magnetite Fe$_3$O$_4$", "Uspl": "ulvöspinel Fe$_2$TiO$_4$"}
        corners = (names[on_top[1]], "hercynite\nFeAl$_2$O$_4$", "chromite\nFeCr$_2$O$_4$")
        found = judged(prism_face(parts, np.ones(len(parts)), on_top))
        shown = shade(row[0], project(parts), found)
        _name_phases(row[0], project(parts), found, NAMES[name][0])
        draw_triangle(row[0], corners, f"{name}: Mg# 0")
        found = judged(prism_face(parts, np.full(len(parts), HALF_IRON), on_top))
        shade(row[1], project(parts), found)
        _name_phases(row[1], project(parts), found, NAMES[name][1])
        half = (f"{on_top[0]} + {on_top[1]}", "Spl + Hc", "Mchr + Chr")
        draw_triangle(row[1], half, f"{name}: Mg# {100 * (1 - HALF_IRON):.0f}")
        side = np.column_stack([across[:, 1], 1 - across[:, 1], np.zeros(len(across))])
        found = judged(prism_face(side, 1 - across[:, 0], on_top))
        shade(row[2], across * 100, found)
        _name_phases(row[2], across * 100, found, NAMES[name][2])
        row[2].set(xlim=(100, 0), ylim=(0, 100), aspect="equal")
        row[2].set_xlabel("100 Mg / (Mg + Fe$^{2+}$)", fontsize=7.5)
        row[2].set_ylabel(f"100 {upward}", fontsize=7.5)
        row[2].set_title(f"{name}: without Cr", fontsize=8, pad=5)
        for x, y, symbol, ha, va in (
            (97, 3, "Spl", "left", "bottom"),
            (3, 3, "Hc", "right", "bottom"),
            (100, 103, on_top[0], "left", "bottom"),
            (0, 103, on_top[1], "right", "bottom"),
        ):
            _note(row[2], (x, y), symbol, ha=ha, va=va)
    _entropy_bar(figure, shown, axes)
    _legend(figure)
    save(figure, "prisms")


def draw_iron_titanium(judged: Judge) -> None:
    """Draw the triangle of TiO2, FeO and Fe2O3: which phase, and how sure."""
    figure = new_figure(3.75)
    left, right = figure.subplots(1, 2)
    parts = triangle(STEPS)
    plane = project(parts)
    found = judged(iron_titanium(parts))
    accepted = (found["verdict"] == "accepted").to_numpy()
    colours = [
        _mixed(phase_colour(p), 0.75 if sure else 0.25)
        for p, sure in zip(found["phase"], accepted, strict=True)
    ]
    _tiles(left, plane, np.array(colours))
    draw_series(left)
    for ax in (left, right):
        _name_phases(
            ax, plane, found, ((-0.12, 0.16), (0.0, 0.4525), (0.06, 0.61), (0.0, 0.84), (0.5, 0.055))
        )
    draw_triangle(left, ("TiO$_2$", "FeO", "½ Fe$_2$O$_3$"), "phase (pale: not accepted)")
    shown = shade(right, plane, found)
    draw_series(right)
    draw_triangle(right, ("TiO$_2$", "FeO", "½ Fe$_2$O$_3$"), "how sure")
    _entropy_bar(figure, shown, [left, right])
    _legend(figure)
    save(figure, "iron_titanium")


def _tiles(ax: Axes, plane: FloatArray, colours: FloatArray) -> None:
    """Draw a hexagon of its colour around each place of a triangular grid, within the triangle."""
    from matplotlib.collections import PolyCollection
    from matplotlib.patches import Polygon

    turn = np.radians(np.arange(30, 390, 60))
    radius = 1.12 / STEPS * (2 / np.sqrt(3)) / np.sqrt(3)
    hexagon = radius * np.column_stack([np.cos(turn), np.sin(turn)])
    tiles = PolyCollection(list(plane[:, None, :] + hexagon), facecolors=colours, linewidths=0, zorder=0)
    ax.add_collection(tiles)
    tiles.set_clip_path(Polygon(project(np.eye(3)), transform=ax.transData))


def _mixed(colour: str, strength: float) -> FloatArray:
    from matplotlib.colors import to_rgb

    return np.asarray(strength * np.array(to_rgb(colour)) + (1 - strength))
