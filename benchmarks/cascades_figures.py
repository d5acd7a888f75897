"""The figures of docs/cascades.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from cascades_findings import JUDGE
from clinopyroxene_barometers import cations
from clinopyroxene_pressure import CPX, GIVEN, experiments, pressures
from phasewise.plot.colours import UNKNOWN_COLOUR, VERDICT_MARKS, phase_colour
from phasewise.plot.diagrams.axes import COLUMN_WIDTHS, INK, TEXT, finish
from phasewise.plot.diagrams.fields import raise_names
from phasewise.plot.diagrams.pyroxene import plot_pyroxene_quadrilateral, quadrilateral_place
from phasewise.plot.save import draw_figure_to_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PANELS = {"ten_oxides_gda": "Gaussian discriminant analysis", "ten_oxides_mlp": "network"}
SMALL, LARGE = 4.0, 11.0
PALE = 0.5
"""Share of white in the colour of rows that agree, where others lie among them."""

WHERE = {"published as\nclinopyroxene": (3.6, 29.0), "columns shifted": (2.6, 6.9)}
"""CaO and MgO of the names of the two blocks in the first panel."""

LEGEND_MARK: dict[str, Any] = {"linestyle": "none", "markersize": 5, "markeredgewidth": 0}
MEDIANS: dict[str, dict[str, Any]] = {
    "as published": {"marker": "v", "markersize": 6, "mfc": "white", "mec": INK, "linestyle": "none"},
    "of the accepted": {"marker": "v", "markersize": 6, "mfc": INK, "mec": INK, "linestyle": "none"},
}
BINS, ERROR_BINS = np.arange(-5.0, 21.0, 0.5), np.arange(-20.0, 34.0, 1.0)


def draw(frame: pd.DataFrame, judged: Mapping[str, pd.DataFrame], found: pd.DataFrame) -> list[Path]:
    """Draw the figures, and return where they are."""
    mpl.use("Agg")
    width = COLUMN_WIDTHS["double"]
    paths = [IMAGES / f"cascades_{name}.png" for name in ("labels", "pyroxenes", "pressures", "errors")]
    draw_figure_to_file(paths[0], lambda figure: _labels(figure, frame, judged), (width, 3.2), dpi=300)
    draw_figure_to_file(
        paths[1], lambda figure: _pyroxenes(figure, frame, judged[JUDGE]), (width, 3.9), dpi=300
    )
    draw_figure_to_file(paths[2], lambda figure: _pressures(figure, frame, found), (width, 2.7), dpi=300)
    draw_figure_to_file(paths[3], lambda figure: _errors(figure, experiments()), (width, 2.7), dpi=300)
    return paths


def _labels(figure: Figure, frame: pd.DataFrame, judged: Mapping[str, pd.DataFrame]) -> None:
    """Draw MgO against CaO three times: as published, after the Gaussians, after the network."""
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    label = frame["mineral"]
    same = pd.Series("accepted", index=frame.index)
    told = {"as published": (label, same)}
    told |= {title: (judged[model]["phase"], judged[model]["verdict"]) for model, title in PANELS.items()}
    shown: list[str] = []
    for ax, (title, (phase, verdict)) in zip(axes, told.items(), strict=True):
        _points(ax, frame, phase, verdict, (phase != label) | (verdict != "accepted"))
        finish(ax, "CaO (wt%)", "MgO (wt%)" if ax is axes[0] else "")
        ax.set_title(title, fontsize=8.5, color=INK, loc="left")
        shown += [name for name in phase.value_counts().index if name not in shown]
    for text, (x, y) in WHERE.items():
        axes[0].text(x, y, text, fontsize=7, color=TEXT, va="center")
    verdicts = sorted(
        {v for _, told_verdict in told.values() for v in told_verdict}, key=list(VERDICT_MARKS).index
    )
    figure.legend(
        handles=_handles(shown, verdicts),
        loc="outside lower center",
        ncols=7,
        frameon=False,
        fontsize=7,
        handletextpad=0.2,
        columnspacing=0.9,
    )


def _points(ax: Axes, frame: pd.DataFrame, phase: pd.Series, verdict: pd.Series, marked: pd.Series) -> None:
    """Draw the rows of the published phase small, the others larger and with an edge."""
    for (name, kind), rows in frame.groupby([phase, verdict]).groups.items():
        for large in (False, True):
            at = rows[(marked[rows] == large).to_numpy()]
            style: dict[str, Any] = {"s": LARGE, "linewidths": 0.4, "edgecolors": INK, "zorder": 4}
            if not large:
                style = {"s": SMALL, "linewidths": 0, "alpha": 0.7, "zorder": 3}
            ax.scatter(
                frame["CaO"][at],
                frame["MgO"][at],
                color=phase_colour(name),
                marker=VERDICT_MARKS[kind],
                **style,
            )


def _handles(phases: list[str], verdicts: list[str]) -> list[Any]:
    plain: dict[str, Any] = {"linestyle": "none", "markersize": 5, "markeredgewidth": 0.4, "mec": INK}
    found = [Line2D([], [], marker="o", color=phase_colour(name), label=name, **plain) for name in phases]
    for verdict in verdicts:
        if verdict != "accepted":
            text = verdict.replace("_", " ")
            found.append(Line2D([], [], marker=VERDICT_MARKS[verdict], color="#BBBBBB", label=text, **plain))
    return found


def _pyroxenes(figure: Figure, frame: pd.DataFrame, judged: pd.DataFrame) -> None:
    """Draw the rows published as clinopyroxene in the quadrilateral, by what `JUDGE` says of them."""
    own = (frame["mineral"] == CPX).to_numpy()
    x = cations(frame[own])
    given, judged = np.stack([x.ca, x.mg, x.fe + x.mn], axis=1), judged[own].reset_index(drop=True)
    pyroxene = judged["phase"].isin([CPX, "Orthopyroxene"]).to_numpy()
    agree = ((judged["phase"] == CPX) & (judged["verdict"] == "accepted")).to_numpy()
    ax = plot_pyroxene_quadrilateral(*given[agree].T, ax=figure.add_subplot(), legend=False)
    for marks in ax.collections:
        marks.set(facecolor=_paler(phase_colour(CPX)), edgecolor="none")
    told = [Line2D([], [], marker="o", color=_paler(phase_colour(CPX)), **LEGEND_MARK)]
    names = [f"clinopyroxene, accepted ({agree.sum()})"]
    others = judged[pyroxene & ~agree]
    for (phase, verdict), rows in others.groupby(["phase", "verdict"]).groups.items():
        style: dict[str, Any] = {"marker": VERDICT_MARKS[verdict], "color": phase_colour(phase)}
        points = quadrilateral_place(given[rows])
        ax.scatter(*points.T, s=16, edgecolors="white", linewidths=0.4, zorder=5, **style)
        told.append(Line2D([], [], **style, **LEGEND_MARK))
        names.append(f"{phase.lower()}, {verdict} ({len(rows)})")
    raise_names(ax)
    ax.legend(told, names, loc="upper left", bbox_to_anchor=(-0.02, 1.07), frameon=False, fontsize=7, ncols=3)


def _paler(colour: str) -> tuple[float, ...]:
    return tuple(PALE + (1 - PALE) * part for part in to_rgb(colour))


def _pressures(figure: Figure, frame: pd.DataFrame, found: pd.DataFrame) -> None:
    """Draw histograms of the pressures of the rows published as clinopyroxene, by what is found of them."""
    own = (frame["mineral"] == CPX).to_numpy()
    part, found = frame[own].reset_index(drop=True), found[own].reset_index(drop=True)
    agree = (found["finding"] == "agree").to_numpy()
    opx = (found["suggested_phase"] == "Orthopyroxene").to_numpy()
    groups = {
        "accepted as clinopyroxene": (agree, phase_colour(CPX)),
        "nearest to orthopyroxene": (opx, phase_colour("Orthopyroxene")),
        "others": (~agree & ~opx, UNKNOWN_COLOUR),
    }
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    for ax, (name, kbar) in zip(axes, pressures(cations(part)).items(), strict=True):
        known = np.isfinite(kbar)
        held = [np.clip(kbar[rows & known], BINS[0], BINS[-1] - 0.01) for rows, _ in groups.values()]
        colours = [colour for _, colour in groups.values()]
        ax.hist(held, BINS, stacked=True, color=colours, edgecolor="white", linewidth=0.3)
        for rows, style in zip((known, known & agree), MEDIANS.values(), strict=True):
            ax.plot(np.median(kbar[rows]), 0.97, transform=ax.get_xaxis_transform(), zorder=6, **style)
        finish(ax, "pressure (kbar)", "analyses" if ax is axes[0] else "")
        ax.set_title(name, fontsize=8.5, color=INK, loc="left")
    axes[1].legend(handles=_bars(groups), frameon=False, fontsize=7, loc="upper right")


def _errors(figure: Figure, frame: pd.DataFrame) -> None:
    """Draw how far pressures are from those of experiments, by the mineral that is given as clinopyroxene."""
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    errors = {name: kbar - frame["P_kbar"] for name, kbar in pressures(cations(frame)).items()}
    for ax, (name, error) in zip(axes, errors.items(), strict=True):
        for mineral in GIVEN:
            own = error[(frame["mineral"] == mineral).to_numpy() & np.isfinite(error)]
            line: dict[str, Any] = {
                "color": phase_colour(mineral),
                "weights": np.full(len(own), 100 / len(own)),
            }
            ax.hist(own, ERROR_BINS, histtype="stepfilled", alpha=0.25, **line)
            title = f"{mineral.lower()} ({len(own):,})"
            ax.hist(own, ERROR_BINS, histtype="step", linewidth=1.2, label=title, **line)
        ax.axvline(0.0, color=INK, linewidth=0.8)
        finish(ax, "calculated less experimental pressure (kbar)", "analyses (%)" if ax is axes[0] else "")
        ax.set_title(name, fontsize=8.5, color=INK, loc="left")
        ax.legend(frameon=False, fontsize=7, title="given", title_fontsize=7, loc="upper right")


def _bars(groups: Mapping[str, tuple[Any, str]]) -> list[Any]:
    found: list[Any] = [Patch(color=colour, label=name) for name, (_, colour) in groups.items()]
    return [
        *found,
        *(Line2D([], [], label=f"median {name}", **style) for name, style in MEDIANS.items()),
    ]
