"""A map of analyses for print: points where there are few, their density where there are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from phasewise.plot.colours import NOISE_COLOUR
from phasewise.plot.density_image import Pixels, density_image
from phasewise.plot.map_labels import MapLabel, lay_out, place_labels
from phasewise.plot.save import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray, IntArray

__all__ = ["MOST_DOTS", "MOST_NAMED", "MapLabel", "latent_map", "latent_map_of_numbers"]

MOST_DOTS = 50_000
"""Of more points than this the density is drawn."""

MOST_NAMED = 24
"""Categories that the legend names."""

_LIMITS = (0.02, 0.98)
_MARGIN = 0.03
_WIDTH, _HEIGHT = 7.2, 5.4


def latent_map(
    places: FloatArray,
    codes: IntArray,
    colours: Mapping[str, str],
    *,
    title: str = "",
    behind: str = "",
    labels: Sequence[MapLabel] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw analyses as points in the colours of their categories.

    Up to `MOST_DOTS` rows are points, which let each other through where they are many. More are drawn as an
    image: each pixel has the mean colour of its rows, the deeper the more there are.

    Parameters
    ----------
    places : (n, 2) float64
        Coordinates; a row without both (NaN) is not drawn.
    codes : (n,) int
        Index of each row in `colours`; negative for none, drawn as noise is.
    colours : mapping of str to str
        The categories in the order of the legend, each with its colour, #rrggbb.
    title : str
        What the categories are; stands above the legend.
    behind : str
        The category that stands behind all others.
    labels : sequence of MapLabel
        Texts at places, the most important first; one that finds no room is left out.
    ax : matplotlib Axes, optional
        Where to draw; without it a figure of a fitting size is made.

    Raises
    ------
    OutputError
        If matplotlib is absent.
    """
    from matplotlib.colors import to_rgb

    ax = ax or _new_axes()
    names = list(colours)
    rgb = np.array([to_rgb(NOISE_COLOUR), *map(to_rgb, colours.values())])
    there = np.isfinite(places).all(axis=1)
    codes = np.maximum(codes, -1) + 1
    low = there & ((codes == 0) | (codes == names.index(behind) + 1 if behind in names else codes == 0))
    _frame(ax, places[there])
    for rows in (low, there & ~low):
        _draw(ax, places[rows], rgb[codes[rows]], int(there.sum()))
    number = np.bincount(codes[there], minlength=len(names) + 1)[1:].tolist()
    _legend(ax, [(name, colours[name], n) for name, n in zip(names, number, strict=True) if n], title)
    _fill(ax)
    place_labels(ax, labels)
    return ax


def latent_map_of_numbers(
    places: FloatArray,
    values: FloatArray,
    *,
    title: str,
    labels: Sequence[MapLabel] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw analyses as points in the colours of numbers, with a bar of colours beside them.

    Parameters
    ----------
    places : (n, 2) float64
        Coordinates; a row without both (NaN) is not drawn.
    values : (n,) float64
        The bar goes from their 2 % to their 98 % quantile; rows without a number (NaN) are grey and stand
        behind the others.
    title : str
        What the numbers are, with their unit.
    labels, ax
        As for `latent_map`.

    Raises
    ------
    OutputError
        If matplotlib is absent.
    """
    require_matplotlib()
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize, to_rgb

    ax = ax or _new_axes()
    there = np.isfinite(places).all(axis=1)
    known = there & np.isfinite(values)
    limits = np.quantile(values[known], _LIMITS) if known.any() else (0.0, 1.0)
    scale = ScalarMappable(Normalize(*limits), colormaps["viridis"])
    _frame(ax, places[there])
    grey = np.tile(to_rgb(NOISE_COLOUR), (int((there & ~known).sum()), 1))
    _draw(ax, places[there & ~known], grey, int(there.sum()))
    _draw(ax, places[known], scale.to_rgba(values[known])[:, :3], int(there.sum()))
    if known.any():
        bar = ax.figure.colorbar(scale, ax=ax, shrink=0.6, aspect=24, pad=0.02, extend="both")
        bar.set_label(title, fontsize=9)
        bar.outline.set_linewidth(0.0)
        bar.ax.tick_params(labelsize=8, length=2, width=0.6)
    _fill(ax)
    place_labels(ax, labels)
    return ax


def _draw(ax: Axes, places: FloatArray, rgb: FloatArray, of: int) -> None:
    """Draw points in their colours, as the number of all that are drawn asks for."""
    if not len(places):
        return
    limits = (*ax.get_xlim(), *ax.get_ylim())
    if of > MOST_DOTS:
        image = density_image(places, rgb, Pixels.within(limits), of)
        ax.imshow(image, extent=limits, origin="lower", interpolation="nearest", aspect="auto", zorder=1)
        return
    order = np.random.default_rng(0).permutation(len(places))
    opacity = _opacity(places, limits, of)
    colours = np.column_stack([rgb, opacity])[order]
    size = float(np.clip(900.0 / of**0.62, 2.2, 26.0))
    ax.scatter(places[order, 0], places[order, 1], s=size, c=colours, linewidths=0, rasterized=True, zorder=1)


def _opacity(places: FloatArray, limits: tuple[float, float, float, float], of: int) -> FloatArray:
    """Return how little each point lets through: the less, the fewer stand about it."""
    cells, counts = Pixels.within(limits, longest=160).counted(places)
    most = 0.95 if of < 3000 else 0.85
    return np.clip(2.6 / np.sqrt(counts[cells]), 0.28, most)


def _frame(ax: Axes, places: FloatArray) -> None:
    """Set limits that hold all points."""
    low, high = (places.min(axis=0), places.max(axis=0)) if len(places) else (np.zeros(2), np.ones(2))
    middle, extent = (low + high) / 2, np.maximum((high - low) * (1 + 2 * _MARGIN), 1e-9 * (1 + abs(high)))
    extent = np.maximum(extent, extent.max() / 4)
    ax.set_xlim(middle[0] - extent[0] / 2, middle[0] + extent[0] / 2)
    ax.set_ylim(middle[1] - extent[1] / 2, middle[1] + extent[1] / 2)
    ax.tick_params(length=2.5, width=0.6, color="#9AA39F", labelbottom=False, labelleft=False)
    for spine in ax.spines.values():
        spine.set_linewidth(0.6)
        spine.set_color("#9AA39F")


def _fill(ax: Axes) -> None:
    """Widen the limits until a unit is as long along both axes, which keep the room that they have."""
    lay_out(ax)
    box = ax.get_window_extent()
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    unit = max((right - left) / box.width, (top - bottom) / box.height)
    width, height = unit * box.width / 2, unit * box.height / 2
    ax.set_xlim((left + right) / 2 - width, (left + right) / 2 + width)
    ax.set_ylim((bottom + top) / 2 - height, (bottom + top) / 2 + height)
    ax.set_aspect("equal")


def _legend(ax: Axes, entries: list[tuple[str, str, int]], title: str) -> None:
    """Name the categories beside the map, each with the number of its rows."""
    from matplotlib.lines import Line2D

    shown = entries if len(entries) <= MOST_NAMED + 1 else entries[:MOST_NAMED]
    handles = [Line2D([], [], marker="o", linestyle="", markersize=5.5, color=c) for _, c, _ in shown]
    # A name that begins with an underscore would be left out.
    texts = [f"\u200a{_shortened(name)}  {n:,}" for name, _, n in shown]
    if len(entries) > len(shown):
        rest = entries[len(shown) :]
        handles.append(Line2D([], [], linestyle=""))
        texts.append(f"\u200a{len(rest)} others  {sum(n for _, _, n in rest):,}")
    if not texts:
        return
    legend = ax.legend(
        handles,
        texts,
        title=title or None,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        borderaxespad=0.0,
        frameon=False,
        fontsize=7.5,
        title_fontsize=8.5,
        alignment="left",
        handletextpad=0.2,
        labelspacing=0.35,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


def _shortened(name: str, most: int = 26) -> str:
    one_line = " ".join(name.split())
    return one_line if len(one_line) <= most else f"{one_line[: most - 1].rstrip()}…"


def _new_axes() -> Axes:
    require_matplotlib()
    from matplotlib import pyplot

    axes: Axes = pyplot.subplots(figsize=(_WIDTH, _HEIGHT), layout="constrained")[1]
    return axes
