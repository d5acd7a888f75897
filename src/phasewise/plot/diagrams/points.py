"""Analyses as points: colours, marks, error ellipses and density, the same in every diagram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

import numpy as np

from phasewise.plot.colours import PHASE_COLOURS, UNKNOWN_COLOUR, VERDICT_MARKS
from phasewise.plot.diagrams.axes import INK, TEXT, roomy, width_of
from phasewise.plot.diagrams.behind import GREY, draw_behind
from phasewise.plot.diagrams.ellipses import draw_ellipses, spread
from phasewise.plot.diagrams.fields import raise_names
from phasewise.plot.diagrams.hexagons import draw_hexagons
from phasewise.plot.series import SERIES_STYLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["DENSE_FROM", "MOST_GROUPS", "PointOptions", "draw_points", "group_colours", "include", "limiting"]

DENSE_FROM = 3000
"""More analyses than these are drawn as density, unless it is asked for otherwise."""

MOST_GROUPS = len(SERIES_STYLES)
"""Groups that are no minerals and have a colour of their own; further ones are grey."""

ALONE = SERIES_STYLES[0].colour
UNNAMED = "not named"
ANALYSES = "analyses"
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
MANY = 200
OFF_AXIS = 0.005
"""Part of more than `MANY` analyses that may lie beyond each end of an axis."""

ENOUGH = 5
"""So many analyses behind others set the limits of the axes."""

PALE = 0.45
"""Share of white in single points among shaded places."""

Place = Literal["above", "corner", "none"]
Projection = Callable[["FloatArray"], "FloatArray"]


class PointOptions(TypedDict, total=False):
    """How analyses are drawn; the options of every diagram.

    Attributes
    ----------
    labels : (n,) sequence of str or None
        The phase of each analysis, which gives its colour, or another group; at most 7 groups that are no
        minerals have a colour of their own.
    shades : (n,) float64
        Numbers that give the colour instead, on a scale; NaN is grey.
    shade_name : str
        What they are, with the unit.
    verdicts : (n,) sequence of str
        From `phasewise.core.types.VERDICTS`; they give the mark.
    sigma : (n, k) or (n, k, k) float64
        One standard deviation of each of the k quantities of the diagram in the order of its arguments, as if
        they were independent; or their covariance. Drawn as ellipses at 2 sigma (86 % within); NaN where
        there is none.
    density : bool
        Whether places with many analyses are shaded and single analyses drawn as points; without it for more
        than `DENSE_FROM` analyses.
    legend : bool
        Whether there is one; without it where there is something to say.
    colours : mapping of str to str
        Colours of labels, as #rrggbb, before those of minerals.
    behind : (n,) bool
        Analyses that are drawn in grey behind the others, whatever their label; where there are some, the
        others are single points unless `density` says otherwise.
    behind_name : str
        What they are called in the legend.
    """

    labels: Sequence[str | None] | None
    shades: FloatArray | None
    shade_name: str
    verdicts: Sequence[str] | None
    sigma: FloatArray | None
    density: bool | None
    legend: bool
    colours: Mapping[str, str]
    behind: BoolArray | None
    behind_name: str


@dataclass(frozen=True, eq=False)
class _Groups:
    names: list[str]
    code: IntArray
    colours: list[str]
    named: bool


def group_colours(names: Sequence[str]) -> dict[str, str]:
    """Return the colour of each group: that of the mineral, else one of a series, grey after the last.

    Examples
    --------
    >>> group_colours(["Olivine", "rim"])
    {'Olivine': '#B89A53', 'rim': '#0072B2'}
    """
    others = [name for name in names if name not in PHASE_COLOURS and name != UNNAMED]
    series = {name: SERIES_STYLES[k].colour for k, name in enumerate(others[:MOST_GROUPS])}
    return {name: PHASE_COLOURS.get(name, series.get(name, UNKNOWN_COLOUR)) for name in names}


def draw_points(
    ax: Axes,
    quantities: Sequence[FloatArray],
    project: Projection | None = None,
    *,
    place: Place = "above",
    **options: Any,
) -> FloatArray:
    """Draw analyses in the plane of a diagram, and a legend.

    Parameters
    ----------
    ax : matplotlib Axes
    quantities : sequence of (n,) float64
        The arguments of the diagram; analyses with a NaN are left out.
    project : callable, optional
        From quantities (n, k) to the plane (n, 2); without it they are those of the plane.
    place : str
        Of the legend: ``above`` the axes, or in the upper left ``corner``, which wide triangles leave free.
    options : PointOptions

    Returns
    -------
    (n, 2) float64
        Where the analyses are in the plane, NaN where they are left out.

    Raises
    ------
    ValueError
        If lengths differ, or a verdict is unknown.
    """
    columns = [np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in quantities]
    if len({column.shape for column in columns}) > 1 or columns[0].ndim != 1:
        raise ValueError(f"the quantities differ in shape: {', '.join(str(c.shape) for c in columns)}")
    given = np.stack(columns, axis=1)
    n = len(given)
    for name in ("labels", "verdicts", "shades", "sigma", "behind"):
        if options.get(name) is not None and len(options[name]) != n:
            raise ValueError(f"{len(options[name])} {name} do not fit {n} analyses")
    plane = given if project is None else project(given)
    plane = np.where(np.isfinite(plane).all(axis=1, keepdims=True), plane, np.nan)
    shown = np.isfinite(plane[:, 0])
    behind = shown & _behind(options.get("behind"), n)
    if behind.any():
        draw_behind(ax, plane[behind], ANALYSES)
    shown &= ~behind
    verdicts = _verdicts(options.get("verdicts"), n)
    groups = _groups(options.get("labels"), n, shown, options.get("colours", {}))
    shades = options.get("shades")
    density = options.get("density")
    many = shown.sum() > DENSE_FROM and not behind.any()
    dense = shades is None and (many if density is None else density)
    if options.get("sigma") is not None and not dense:
        draw_ellipses(ax, plane, spread(given, np.asarray(options["sigma"]), project), _row_colours(groups))
    if dense:
        raise_names(ax)
    singles = shown if not dense else shown & ~_draw_dense(ax, plane, groups, shown)
    if shades is not None:
        numbers = np.where(shown, np.asarray(shades, dtype=np.float64), np.nan)
        _draw_shaded(
            ax, np.where(shown[:, None], plane, np.nan), numbers, verdicts, options.get("shade_name", "")
        )
    else:
        _draw_marks(ax, plane, groups, verdicts, singles, small=bool(dense))
    if options.get("legend", True) and place != "none":
        others = (options.get("behind_name", "others"), int(behind.sum()))
        _add_legend(ax, groups, verdicts, shown, place, others, shaded=shades is not None)
    return plane


def limiting(points: FloatArray, behind: BoolArray | None = None) -> FloatArray:
    """Return the points (m, k), none of them NaN, that axes have to hold: those behind, unless they are few.

    What is drawn above others may be an error that lies anywhere.
    """
    known = np.isfinite(points).all(axis=1)
    if behind is not None and (known & behind).sum() >= ENOUGH:
        known &= behind
    return np.asarray(points[known])


def include(ax: Axes, plane: FloatArray, behind: BoolArray | None = None, *, margin: float = 0.03) -> None:
    """Widen the limits of rectangular axes so that the analyses (n, 2) are within them, see `limiting`.

    Of more than 200 analyses one in 200 may lie beyond each end; how many do is written beside the axes.
    """
    shown, held = plane[np.isfinite(plane).all(axis=1)], limiting(plane, behind)
    if not len(shown):
        return
    part = OFF_AXIS if len(held) > MANY else 0.0
    ends = np.quantile(held, [part, 1 - part], axis=0)
    limits = np.array([ax.get_xlim(), ax.get_ylim()])
    low, high = limits.min(axis=1), limits.max(axis=1)
    pad = margin * (high - low)
    low = np.where(ends[0] < low, ends[0] - pad, low)
    high = np.where(ends[1] > high, ends[1] + pad, high)
    ax.set_xlim(low[0], high[0])
    ax.set_ylim(low[1], high[1])
    beyond = int(((shown < low) | (shown > high)).any(axis=1).sum())
    for marks in ax.collections:
        # A mark on the frame is whole, unless others beyond it would be seen, too.
        if marks.get_gid() == ANALYSES:
            marks.set_clip_on(beyond > 0)
    if beyond:
        ax.annotate(
            f"{beyond:,} beyond the axes",
            (1.0, 0.0),
            (3, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="left",
            va="bottom",
            rotation=90,
            fontsize=6.5,
            color=TEXT,
            zorder=6,
        )


def _verdicts(verdicts: Sequence[str] | None, n: int) -> list[str]:
    found = ["accepted"] * n if verdicts is None else [str(verdict) for verdict in verdicts]
    for verdict in dict.fromkeys(found):
        if verdict not in VERDICT_MARKS:
            raise ValueError(f"{verdict=} is none of {', '.join(VERDICT_MARKS)}")
    return found


def _behind(behind: BoolArray | None, n: int) -> BoolArray:
    return np.zeros(n, dtype=bool) if behind is None else np.asarray(behind, dtype=bool)


def _groups(
    labels: Sequence[str | None] | None, n: int, shown: BoolArray, colours: Mapping[str, str]
) -> _Groups:
    if labels is None:
        return _Groups([""], np.zeros(n, dtype=int), [ALONE], named=False)
    told = [label if isinstance(label, str) and label else UNNAMED for label in labels]
    counts = Counter(label for label, seen in zip(told, shown, strict=True) if seen)
    names = [name for name, _ in counts.most_common()]
    places = {name: k for k, name in enumerate(names)}
    code = np.array([places.get(label, -1) for label in told], dtype=int)
    return _Groups(names, code, list((group_colours(names) | _of(colours, names)).values()), named=True)


def _of(colours: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: colours[name] for name in names if name in colours}


def _row_colours(groups: _Groups) -> list[str]:
    return [groups.colours[code] if code >= 0 else UNKNOWN_COLOUR for code in groups.code]


def _draw_dense(ax: Axes, plane: FloatArray, groups: _Groups, shown: BoolArray) -> BoolArray:
    """Shade the places with many analyses of each group, and return which analyses they hold."""
    held = np.zeros(len(plane), dtype=bool)
    for code, colour in enumerate(groups.colours):
        rows = np.flatnonzero(shown & (groups.code == code))
        held[rows] = draw_hexagons(ax, plane[rows], colour, zorder=2 + 0.01 * code)
    return held


def _draw_marks(
    ax: Axes, plane: FloatArray, groups: _Groups, verdicts: list[str], rows: BoolArray, *, small: bool
) -> None:
    told = np.array(verdicts, dtype=object)
    size = 3.5 if small else _mark_size(int(rows.sum()))
    for code, colour in enumerate(groups.colours):
        for verdict, mark in VERDICT_MARKS.items():
            at = rows & (groups.code == code) & (told == verdict)
            if at.any():
                shade = _paler(colour) if small and verdict == "accepted" else colour
                _scatter(
                    ax, plane[at], size, mark, color=shade, edgecolors=_edge(colour, verdict, small=small)
                )


def _draw_shaded(ax: Axes, plane: FloatArray, shades: FloatArray, verdicts: list[str], name: str) -> None:
    told = np.array(verdicts, dtype=object)
    shown = np.isfinite(plane[:, 0])
    size = _mark_size(int(shown.sum()))
    known = shades[shown & np.isfinite(shades)]
    ends = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    drawn = None
    for verdict, mark in VERDICT_MARKS.items():
        at = shown & (told == verdict)
        for part, colours in (
            (at & np.isfinite(shades), {"cmap": "cividis", "vmin": ends[0], "vmax": ends[1]}),
            (at & ~np.isfinite(shades), {"color": UNKNOWN_COLOUR}),
        ):
            if part.any():
                if "cmap" in colours:
                    colours["c"] = shades[part]
                found = _scatter(ax, plane[part], size, mark, edgecolors=INK, **colours)
                drawn = found if "cmap" in colours else drawn
    figure = ax.get_figure(root=True)
    if drawn is not None and figure is not None:
        bar = figure.colorbar(drawn, ax=ax, shrink=0.7, pad=0.02, aspect=24)
        bar.set_label(name, fontsize=8)
        bar.ax.tick_params(labelsize=7)


def _scatter(ax: Axes, points: FloatArray, size: float, mark: str, **style: Any) -> Any:
    many = len(points) > 1000
    return ax.scatter(
        points[:, 0],
        points[:, 1],
        s=size * (1.35 if mark != "o" else 1.0),
        marker=mark,
        linewidths=0.25 if size < 5 else 0.4,
        alpha=0.85,
        zorder=4 if size >= 5 else 1.9,
        rasterized=many,
        clip_on=False,
        gid=ANALYSES,
        transform=ax.transData,
        **style,
    )


def _edge(colour: str, verdict: str, *, small: bool) -> str:
    """Return the colour of the edge of a mark: pale marks need a darker one to be seen on white."""
    from matplotlib.colors import to_hex, to_rgb

    if verdict != "accepted":
        return INK
    if small:
        return "none"
    rgb = np.array(to_rgb(colour))
    dark = float(rgb @ LUMINANCE) < 0.35
    return "white" if dark else to_hex(tuple(0.6 * rgb))


def _paler(colour: str) -> str:
    from matplotlib.colors import to_hex, to_rgb

    rgb = np.array(to_rgb(colour))
    # Pale colours are not made paler.
    share = PALE * (1 - float(rgb @ LUMINANCE))
    return to_hex(tuple(rgb * (1 - share) + share))


def _mark_size(n: int) -> float:
    return 26.0 if n <= 60 else 16.0 if n <= 300 else 9.0 if n <= 1500 else 5.0


def _add_legend(
    ax: Axes,
    groups: _Groups,
    verdicts: list[str],
    shown: BoolArray,
    place: Place,
    others: tuple[str, int],
    *,
    shaded: bool,
) -> None:
    from matplotlib.lines import Line2D

    counts = np.bincount(groups.code[shown & (groups.code >= 0)], minlength=len(groups.names))
    plain: dict[str, Any] = {"linestyle": "none", "markersize": 5, "markeredgewidth": 0.4}
    handles, told = [], []
    if groups.named and not shaded:
        for code in sorted(range(len(groups.names)), key=lambda k: (groups.names[k] == UNNAMED, k)):
            edge = _edge(groups.colours[code], "accepted", small=False)
            handles.append(Line2D([], [], marker="o", color=groups.colours[code], mec=edge, **plain))
            told.append(f"{groups.names[code]} ({counts[code]:,})")
    seen = {verdict for verdict, at in zip(verdicts, shown, strict=True) if at}
    if seen - {"accepted"}:
        for verdict, mark in VERDICT_MARKS.items():
            if verdict in seen:
                handles.append(Line2D([], [], marker=mark, color="#BBBBBB", mec=INK, **plain))
                told.append(verdict.replace("_", " "))
    if others[1]:
        handles.append(Line2D([], [], marker="o", color=GREY, mec="none", **plain))
        told.append(f"{others[0]} ({others[1]:,})")
    if not handles:
        return
    style: dict[str, Any] = {"frameon": False, "fontsize": 7, "handletextpad": 0.2, "borderaxespad": 0.2}
    if place == "corner" and roomy(ax):
        ax.legend(handles, told, loc="upper left", bbox_to_anchor=(-0.06, 1.04), labelspacing=0.3, **style)
        return
    widest = 0.3 + 0.055 * max(map(len, told))
    columns = max(1, min(len(told), int(0.86 * width_of(ax) / widest)))
    ax.legend(
        handles,
        told,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0 if place == "above" else 1.12),
        ncols=columns,
        columnspacing=0.9,
        labelspacing=0.25,
        **style,
    )
