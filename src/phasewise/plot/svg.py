"""Figures as text, to stand in a page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from phasewise.plot.save import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_to_svg"]

_NAME = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
# Within a tag only: text of the figure is escaped by matplotlib, so that a tag of its own is none here.
_TAG = re.compile(r"<[^<>]*>")
_ID = re.compile(r"""(\bid="|\burl\(#|\bhref="#)""")


def draw_to_svg(
    name: str,
    draw: Callable[[Axes], object],
    size: tuple[float, float],
    *,
    title: str = "",
    projection: str | None = None,
    math: bool = False,
) -> str:
    """Return a drawing as an ``<svg>`` element that several pages and figures can stand beside.

    All ids begin with the name, so that figures of different names can share a page. The same drawing
    gives the same text. Words stay words, and ``$`` is a dollar unless `math` says otherwise.

    Parameters
    ----------
    name : str
        Lower-case letters, digits and hyphens, beginning with a letter; unique in the page.
    draw : callable
        Draws on the axes that it is given.
    size : (float, float)
        Width and height in inches.
    title : str
        What the figure shows, for those who cannot see it.
    projection : str, optional
        Of the axes: ``ternary`` where mpltern has been imported.
    math : bool
        Whether ``Fe$^{2+}$`` has its charge raised; not for figures that show words of the user's.

    Raises
    ------
    OutputError
        If matplotlib is absent.
    ValueError
        If the name cannot be that of an element.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name=} has to be lower-case letters, digits and hyphens")
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    text = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "text.parse_math": math}):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot(projection=projection))
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(text, format="svg", metadata=nothing, transparent=True)
    return _element(text.getvalue(), name, title)


def _element(document: str, name: str, title: str) -> str:
    """Return the svg element of a document, with ids of its own and the size left to the page."""
    body = document[document.index("<svg") :].strip()
    body = _TAG.sub(lambda tag: _ID.sub(rf"\g<1>{name}-", tag.group()), body)
    view = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', body)
    width = float(view.group(1)) if view else 0.0
    # CSS pixels: a point is 4/3 of them.
    head = f'<svg class="figure" role="img" style="width: {width * 4 / 3:.0f}px"'
    if view:
        head += f" {view.group()}"
    inside = body.index(">") + 1
    xlink = ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg"'
    return f"{head}{xlink}><title>{escape(title or name)}</title>{body[inside:]}"
