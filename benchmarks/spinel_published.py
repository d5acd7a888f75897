"""Draws the published analyses of docs/spinel.md; `spinel_space` calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from phasewise.core.types import FloatArray
from phasewise.plot.diagrams.ternary import project
from spinel_axes import BORDER, INK, draw_series, draw_triangle, new_figure, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OUTCOME_STYLES = (
    ("same", "the published class", "o", "#6B7785", 3, 0.4),
    ("renamed", "the other name of one solid solution", "D", "#E69F00", 9, 0.9),
    ("restructured", "the other structure", "X", "#D00000", 16, 0.95),
)


def draw_published(published: dict[str, pd.DataFrame]) -> None:
    """Draw published rows with disagreements marked."""
    figure = new_figure(6.6)
    axes = figure.subplots(2, 2)
    lepr, georoc = published["LEPR"], published["GEOROC"]
    spinels = georoc[georoc["truth"].isin(["Spinel", "Magnetite"])]
    corners = ("Fe$^{3+}$ + 2 Ti", "Al", "Cr")
    for ax, rows, title in (
        (axes[0, 0], lepr[lepr["name"] == "Spinel"], "LEPR: “Spinel”"),
        (axes[0, 1], spinels, "GEOROC: spinel group"),
    ):
        top = rows["Fe3+_Magnetite"] + 2 * rows["Ti_Magnetite"]
        plane = project(np.column_stack([top, rows["Al_Magnetite"], rows["Cr_Magnetite"]]))
        _outcomes(ax, plane, rows)
        border = project(np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]))
        ax.plot(*border.T, color=BORDER, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=4)
        draw_triangle(ax, corners, f"{title} ({_drawn(plane):,} rows)")
    for ax, rows, structure, title in (
        (axes[1, 0], spinels[spinels["truth"] == "Magnetite"], "Magnetite", "GEOROC: magnetite, ulvöspinel"),
        (axes[1, 1], georoc[georoc["truth"] == "Ilmenite"], "Ilmenite", "GEOROC: ilmenite"),
    ):
        ions = {ion: rows[f"{ion}_{structure}"] for ion in ("Ti", "Fe2+", "Mg", "Mn", "Fe3+", "Al", "Cr")}
        divalent, trivalent = ions["Fe2+"] + ions["Mg"] + ions["Mn"], ions["Fe3+"] + ions["Al"] + ions["Cr"]
        plane = project(np.column_stack([ions["Ti"], divalent, trivalent]))
        _outcomes(ax, plane, rows)
        draw_series(ax)
        names = ("TiO$_2$", "(Fe,Mg,Mn)O", "½ (Fe,Al,Cr)$_2$O$_3$")
        draw_triangle(ax, names, f"{title} ({_drawn(plane):,} rows)")
    _outcome_legend(figure)
    save(figure, "published")


def _drawn(plane: FloatArray) -> int:
    return int(np.isfinite(plane).all(axis=1).sum())


def _outcomes(ax: Axes, plane: FloatArray, rows: pd.DataFrame) -> None:
    accepted = (rows["verdict"] == "accepted").to_numpy()
    for outcome, _, mark, colour, size, alpha in OUTCOME_STYLES:
        here = (rows["outcome"] == outcome).to_numpy()
        for sure in (False, True):
            _scatter(
                ax, plane[here & (accepted == sure)], mark, colour, size, alpha, filled=sure or not size > 3
            )


def _scatter(
    ax: Axes, places: FloatArray, mark: str, colour: str, size: float, alpha: float, *, filled: bool
) -> None:
    ax.scatter(
        *places.T,
        s=size,
        marker=mark,
        alpha=alpha,
        zorder=2 + size / 10,
        rasterized=True,
        facecolors=colour if filled else "white",
        edgecolors=colour if not filled else "none",
        linewidths=0.7,
    )


def _outcome_legend(figure: Figure) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="", marker=mark, color=colour, markeredgecolor="none", ms=5, label=label)
        for _, label, mark, colour, _, _ in OUTCOME_STYLES
    ]
    handles.append(
        Line2D([], [], linestyle="", marker="D", mfc="white", mec=INK, ms=4, label="open: not accepted")
    )
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=7.5)
