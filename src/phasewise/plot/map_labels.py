"""Texts at places of a map that do not cover one another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

__all__ = ["MapLabel", "lay_out", "place_labels"]

_STEP, _RINGS, _DIRECTIONS = 9.0, 3, 12
MOST = 32
"""Texts on a map: more would hide it."""

_FAR = 14.0
"""From so many points between a text and its place a line joins them."""


class MapLabel(NamedTuple):
    """A text that stands at a place of the map; without both coordinates (NaN) it is left out."""

    x: float
    y: float
    text: str


def place_labels(ax: Axes, labels: Sequence[MapLabel], size: float = 8.0) -> int:
    """Write texts at their places, or near them where there is room, and return how many found room.

    At most `MOST` are written.

    Parameters
    ----------
    ax : matplotlib Axes
        Its limits and its place in the figure are final.
    labels : sequence of MapLabel
        The most important first.
    size : float
        Of the letters, in points.
    """
    from matplotlib.patheffects import Stroke

    if not labels:
        return 0
    lay_out(ax)
    taken: list[Bbox] = []
    for label in labels:
        if len(taken) == MOST:
            break
        if not (math.isfinite(label.x) and math.isfinite(label.y)):
            continue
        text = _written(ax, label, (0.0, 0.0), size)
        if _settled(text, ax, taken):
            # A text with effects would be no text in files: they are of another one behind it.
            halo = _written(ax, label, text.get_position(), size)
            halo.set(path_effects=[Stroke(linewidth=2.4, foreground="white", alpha=0.85)], zorder=3.5)
        else:
            text.remove()
    return len(taken)


def lay_out(ax: Axes) -> None:
    """Give the axes the place in the figure at which they will be drawn."""
    from matplotlib.figure import Figure

    if isinstance(ax.figure, Figure):
        ax.figure.draw_without_rendering()


def _written(ax: Axes, label: MapLabel, offset: tuple[float, float], size: float) -> Annotation:
    text = ax.annotate(
        " ".join(label.text.split()),
        (label.x, label.y),
        offset,
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=size,
        color="#1D2321",
        parse_math=False,
        zorder=4,
    )
    text.set_in_layout(False)
    return text


def _settled(text: Annotation, ax: Axes, taken: list[Bbox]) -> bool:
    """Move a text to the first place where it covers none within the frame; say whether there is one."""
    frame = ax.get_window_extent()
    per_point = ax.figure.dpi / 72
    at_home = text.get_window_extent().padded(1.2 * per_point)
    for right, up in _offsets():
        box = at_home.translated(right * per_point, up * per_point)
        inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
        if inside and not any(box.overlaps(other) for other in taken):
            text.set_position((right, up))
            taken.append(box)
            if math.hypot(right, up) >= _FAR:
                _join(ax, text, (right, up))
            return True
    return False


def _offsets() -> Iterator[tuple[float, float]]:
    """Yield where a text may stand, in points from its place, the nearest first."""
    yield 0.0, 0.0
    for ring in range(1, _RINGS + 1):
        for k in range(_DIRECTIONS):
            angle = math.tau * (k / _DIRECTIONS + 0.25)
            yield 1.6 * ring * _STEP * math.cos(angle), ring * _STEP * math.sin(angle)


def _join(ax: Axes, text: Annotation, offset: tuple[float, float]) -> None:
    line = ax.annotate(
        "",
        text.xy,
        offset,
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "linewidth": 0.5, "color": "#5D6663", "shrinkA": 3, "shrinkB": 0},
        zorder=3,
    )
    line.set_in_layout(False)
