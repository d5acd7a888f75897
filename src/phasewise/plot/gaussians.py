"""The normal distributions of minerals: each oxide by itself, and each pair of oxides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.plot.colours import phase_colour
from phasewise.plot.save import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from phasewise.core.types import FloatArray

__all__ = ["gaussians_size", "plot_gaussians"]

LEVELS = (1.0, 2.0)
"""Ellipses stand at these Mahalanobis distances; they hold 39 and 86 % of the rows."""

LINES: tuple[Any, ...] = ("-", (0, (3.5, 1.8)))

SHOWN_SD = 3.2
BINS = 48
MOST_POINTS = 1500
OFF_AXIS = 0.002
"""Part of the points of a phase that may lie beyond each end of an axis."""


def plot_gaussians(
    means: FloatArray,
    covariances: FloatArray,
    phases: Sequence[str],
    oxides: Sequence[str],
    values: Mapping[str, FloatArray] | None = None,
    *,
    figure: Figure | None = None,
) -> np.ndarray:
    """Draw normal distributions as a triangle of panels: oxides on the diagonal, pairs below.

    The diagonal has the density of each oxide, the panels below it ellipses at Mahalanobis distances of 1
    and 2 in the plane of two oxides (39 and 86 % of a phase). Given analyses are drawn as histograms of
    the same area as the densities, and as points, at most 1500 a phase.

    Parameters
    ----------
    means : (k, p) float64
        wt%.
    covariances : (k, p, p) float64
        wt%^2.
    phases : sequence of k str
        Names, which choose the colours.
    oxides : sequence of p str
        Names of the oxides.
    values : mapping of str to (n, p) float64, optional
        Analyses of some of the phases in wt%; NaN where not measured.
    figure : matplotlib Figure, optional
        Where to draw; without it one of a fitting size is made, see `gaussians_size`.

    Returns
    -------
    (p, p) array of matplotlib Axes
        None above the diagonal.

    Raises
    ------
    ValueError
        If shapes do not fit, or analyses are given of a phase that is not drawn.
    """
    k, p = len(phases), len(oxides)
    values = _checked(means, covariances, phases, oxides, values or {})
    if figure is None:
        require_matplotlib()
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=gaussians_size(p), layout="constrained")
    limits = _limits(means, covariances, list(values.values()))
    grid = figure.add_gridspec(p, p)
    axes = np.full((p, p), None, dtype=object)
    for row in range(p):
        for column in range(row + 1):
            # Columns share their axis below the diagonal and on it, rows only below.
            ax = axes[row, column] = figure.add_subplot(grid[row, column])
            chosen = np.array([column, row])
            for n in range(k):
                given = values.get(phases[n])
                colour = phase_colour(phases[n])
                if row == column:
                    own = None if given is None else given[:, row]
                    sd = float(np.sqrt(covariances[n, row, row]))
                    _draw_density(ax, float(means[n, row]), sd, own, limits[row], colour)
                else:
                    pair = None if given is None else given[:, chosen]
                    _draw_pair(ax, means[n, chosen], covariances[n][np.ix_(chosen, chosen)], pair, colour)
            _finish(ax, row, column, oxides, limits)
    _add_legend(figure, axes, phases, points=bool(values))
    return axes


def gaussians_size(n_oxides: int) -> tuple[float, float]:
    """Return width and height in inches of a figure with that many oxides."""
    return 0.7 + 1.75 * max(n_oxides, 2), 0.5 + 1.6 * max(n_oxides, 2)


def _checked(
    means: FloatArray,
    covariances: FloatArray,
    phases: Sequence[str],
    oxides: Sequence[str],
    values: Mapping[str, FloatArray],
) -> dict[str, FloatArray]:
    k, p = len(phases), len(oxides)
    if np.shape(means) != (k, p) or np.shape(covariances) != (k, p, p):
        shapes = f"{np.shape(means)} and {np.shape(covariances)}"
        raise ValueError(f"means and covariances of shapes {shapes} do not fit {k} phases and {p} oxides")
    for phase, table in values.items():
        if phase not in phases:
            raise ValueError(f"values has '{phase}', which is none of the phases {', '.join(phases)}")
        if np.ndim(table) != 2 or np.shape(table)[1] != p:
            raise ValueError(f"values['{phase}'] of shape {np.shape(table)} does not fit {p} oxides")
    return {phase: np.asarray(table, dtype=np.float64) for phase, table in values.items()}


def _limits(means: FloatArray, covariances: FloatArray, values: Sequence[FloatArray]) -> FloatArray:
    """Return the ends (p, 2) of the axes: all densities, and all but the outermost points."""
    reach = SHOWN_SD * np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    low, high = (means - reach).min(axis=0), (means + reach).max(axis=0)
    for table in values:
        for column in np.flatnonzero(~np.isnan(table).all(axis=0)):
            ends = np.nanquantile(table[:, column], [OFF_AXIS, 1 - OFF_AXIS])
            low[column], high[column] = min(low[column], ends[0]), max(high[column], ends[1])
    # Densities reach below 0 wt%, where there is nothing to see.
    low = np.where(low < 0, np.maximum(low, -0.06 * (high - low)), low)
    return np.stack([low, high], axis=1)


def _draw_density(
    ax: Axes, mean: float, sd: float, values: FloatArray | None, limits: FloatArray, colour: str
) -> None:
    low, high = map(float, limits)
    x = np.union1d(np.linspace(low, high, 300), np.linspace(mean - 4 * sd, mean + 4 * sd, 121))
    density = np.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
    if values is not None and np.isfinite(values).any():
        inside = values[np.isfinite(values)]
        edges = np.linspace(low, high, BINS + 1)
        counts = np.histogram(inside, edges)[0]
        heights = counts / (len(inside) * np.diff(edges))
        ax.stairs(heights, edges, fill=True, color=colour, alpha=0.28, linewidth=0)
    else:
        ax.fill_between(x, density, color=colour, alpha=0.15, linewidth=0)
    ax.plot(x, density, color=colour, linewidth=1.3)


def _draw_pair(
    ax: Axes, mean: FloatArray, covariance: FloatArray, values: FloatArray | None, colour: str
) -> None:
    from matplotlib.patches import Ellipse
    from matplotlib.patheffects import AbstractPathEffect, withStroke

    halo: list[AbstractPathEffect] = [withStroke(linewidth=2.8, foreground="white")]
    if values is not None:
        shown = values[np.isfinite(values).all(axis=1)]
        if len(shown) > MOST_POINTS:
            shown = np.random.default_rng(0).choice(shown, MOST_POINTS, replace=False)
        ax.scatter(
            shown[:, 0], shown[:, 1], s=3, color=colour, alpha=0.25, linewidths=0, rasterized=True, zorder=1
        )
    eigenvalues, vectors = np.linalg.eigh(covariance)
    angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
    short, long = 2 * np.sqrt(np.maximum(eigenvalues, 0.0))
    for level, line in zip(LEVELS, LINES, strict=True):
        shape = Ellipse((float(mean[0]), float(mean[1])), level * long, level * short, angle=angle)
        shape.set(facecolor="none", edgecolor=colour, linewidth=1.3, linestyle=line, zorder=3)
        shape.set_path_effects(halo)
        ax.add_patch(shape)
    ax.plot(*mean, marker="+", markersize=6, markeredgewidth=1.3, color=colour, path_effects=halo, zorder=4)


def _finish(ax: Axes, row: int, column: int, oxides: Sequence[str], limits: FloatArray) -> None:
    from matplotlib.ticker import MaxNLocator

    last = len(oxides) - 1
    ax.set_xlim(*limits[column])
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.tick_params(labelsize=7.5, length=2.5, pad=2, labelbottom=row == last)
    if row == last:
        ax.set_xlabel(f"{_formula(oxides[column])} (wt%)", fontsize=8.5)
    if row == column:
        ax.set_ylim(bottom=0)
        ax.set_yticks([])
        ax.spines[["left", "top", "right"]].set_visible(False)
        ax.set_title(_formula(oxides[column]), fontsize=9, pad=3)
        return
    ax.set_ylim(*limits[row])
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.tick_params(labelleft=column == 0)
    if column == 0:
        ax.set_ylabel(f"{_formula(oxides[row])} (wt%)", fontsize=8.5)
    ax.spines[["top", "right"]].set_visible(False)


def _formula(oxide: str) -> str:
    """Return an oxide with its numbers as subscripts, total iron by its usual name."""
    name = "FeO*" if oxide == "FeOt" else oxide
    return "".join(rf"$_{{{c}}}$" if c.isdigit() else c for c in name)


def _add_legend(figure: Figure, axes: np.ndarray, phases: Sequence[str], *, points: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(facecolor=phase_colour(phase), edgecolor="none", label=phase) for phase in phases
    ]
    for level, line in zip(LEVELS, LINES, strict=True):
        part = 100 * (1 - np.exp(-(level**2) / 2))
        label = rf"{level:g}$\sigma$ ellipse ({part:.0f} %)"
        handles.append(Line2D([], [], color="#444444", linewidth=1.3, linestyle=line, label=label))
    if points:
        handles.append(
            Line2D([], [], marker="o", markersize=3, linestyle="", color="#777777", label="Analyses")
        )
    figure.legend(handles=handles, loc="upper right", frameon=False, fontsize=8.5)
