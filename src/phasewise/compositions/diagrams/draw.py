"""From a table of analyses to the diagrams of its minerals: the public functions."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.compositions.diagrams.harker import draw_harker, harker_oxides
from phasewise.compositions.diagrams.kinds import DIAGRAMS, find_diagram
from phasewise.compositions.diagrams.options import point_options
from phasewise.compositions.diagrams.profile import draw_profile
from phasewise.compositions.diagrams.quantities import DiagramRequest
from phasewise.compositions.diagrams.rows import DiagramRows, collect
from phasewise.compositions.read import open_table
from phasewise.core.errors import HeaderError, HeaderWarning
from phasewise.plot.diagrams.axes import COLUMN_WIDTHS, Width, new_axes, require_mpltern
from phasewise.plot.diagrams.harker import harker_size
from phasewise.plot.save import FIGURE_SUFFIXES, draw_figure_to_file, require_matplotlib
from phasewise.report.targets import atomic_path, check_target

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from phasewise.compositions.diagrams.kinds import DiagramKind
    from phasewise.compositions.read import Unit

__all__ = ["DIAGRAM_KINDS", "DiagramSummary", "diagram", "diagram_file"]

DIAGRAM_KINDS = (*DIAGRAMS, "harker", "profile")
"""All diagrams of tables."""


@dataclass(frozen=True, eq=False)
class DiagramSummary:
    """What a figure shows.

    Attributes
    ----------
    kind : str
    counts : dict
        Analyses that are drawn, by mineral.
    left_out : dict
        Analyses that are not, by reason.
    out : Path
    notices : tuple of str
        What was assumed while reading.
    """

    kind: str
    counts: dict[str, int]
    left_out: dict[str, int]
    out: Path
    notices: tuple[str, ...]


def diagram(
    data: Any,
    kind: str,
    *,
    mineral_column: str | None = None,
    colour_by: str | None = None,
    only: Sequence[str] = (),
    against: str = "SiO2",
    show: Sequence[str] = (),
    distance: str | None = None,
    celsius: Sequence[float] = (),
    bar: float = 1000.0,
    density: bool | None = None,
    model: str | Path = "default",
    ax: Axes | None = None,
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
) -> Any:
    """Draw a diagram of the minerals of a table, and return its matplotlib Axes.

    Parameters
    ----------
    data : path, pandas.DataFrame, polars.DataFrame or pyarrow.Table
        Analyses in wt%, one a row, classified or not.
    kind : str
        One of `DIAGRAM_KINDS`: ``pyroxene``, ``feldspar`` ...
    mineral_column : str, optional
        A column with the mineral of each row. Without it that of a classified table, ``phase``, with its
        verdicts as marks; without that the table is classified.
    colour_by : str, optional
        A column whose groups, or numbers, give the colours; without it the minerals do.
    only : sequence of str
        Minerals that are drawn, of those that the diagram takes.
    against : str
        The common oxide of ``harker``.
    show : sequence of str
        Oxides of ``harker``; end members, indices or oxides of ``profile``.
    distance : str, optional
        The column of distances that ``profile`` needs.
    celsius : sequence of float
        Temperatures of the solvus in ``feldspar``.
    bar : float
        Its pressure.
    density : bool, optional
        Whether places with many analyses are shaded; without it for more than 3000.
    model : str or Path
        Of the classification, where there is one.
    ax : matplotlib Axes, optional
        Where to draw; a triangle of mpltern for ternary diagrams, and not for ``harker``.
    sheet, iron, sigma_level, unit
        As for `phasewise.read`. Where the table states analytical errors, they are drawn as ellipses of 2
        sigma.

    Returns
    -------
    matplotlib Axes, of ``harker`` an array of them

    Raises
    ------
    HeaderError
        If there is no such diagram or column, or none of the analyses belongs in it.
    """
    request = _request(kind, mineral_column, colour_by, only, against, show, distance, celsius, bar, density)
    table = open_table(data, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    drawn = collect(table, request, model)
    for notice in drawn.notices:
        warnings.warn(notice, HeaderWarning, stacklevel=2)
    if kind == "harker":
        return draw_harker(drawn, request, None)
    if ax is None:
        height, ternary = _shape(kind)
        ax = new_axes(height, projection="ternary" if ternary else None)
    return _draw(ax, drawn, request)


def diagram_file(
    path: str | Path,
    out: str | Path,
    kind: str,
    *,
    width: Width = "double",
    force: bool = False,
    mineral_column: str | None = None,
    colour_by: str | None = None,
    only: Sequence[str] = (),
    against: str = "SiO2",
    show: Sequence[str] = (),
    distance: str | None = None,
    celsius: Sequence[float] = (),
    bar: float = 1000.0,
    density: bool | None = None,
    model: str | Path = "default",
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
) -> DiagramSummary:
    """Draw a diagram of the minerals of a file to another file.

    Parameters
    ----------
    path : path
        The table.
    out : path
        The figure: .png, .pdf, .svg or .jpg. Written whole or not at all.
    kind : str
        One of `DIAGRAM_KINDS`.
    width : str
        ``single`` or ``double``: one or two columns of a journal, 89 or 183 mm.
    force : bool
        Whether an existing file may be overwritten.
    mineral_column, colour_by, only, against, show, distance, celsius, bar, density, model, sheet, iron, \
sigma_level, unit
        As for `diagram`.

    Returns
    -------
    DiagramSummary

    Raises
    ------
    FileFormatError, HeaderError, ModelError
        As for `diagram`.
    OutputError
        If the figure may not or cannot be written.
    """
    request = _request(kind, mineral_column, colour_by, only, against, show, distance, celsius, bar, density)
    if width not in COLUMN_WIDTHS:
        raise HeaderError(f"width={width!r} is not known. Choose from {', '.join(COLUMN_WIDTHS)}.")
    target = check_target(out, FIGURE_SUFFIXES, force=force, source=path)
    height, ternary = _shape(kind)
    require_mpltern() if ternary else require_matplotlib()
    table = open_table(path, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    drawn = collect(table, request, model)
    inches = COLUMN_WIDTHS[width]
    size = (inches, inches * height + (0.3 if width == "single" else 0.0))
    if kind == "harker":
        size = harker_size(len(harker_oxides(drawn, request)) - 1, width)

    def draw(figure: Figure) -> object:
        if kind == "harker":
            return draw_harker(drawn, request, figure)
        return _draw(figure.add_subplot(projection="ternary" if ternary else None), drawn, request)

    with atomic_path(target) as draft:
        draw_figure_to_file(draft, draw, size, dpi=300)
    counts = dict(Counter(drawn.labels).most_common())
    return DiagramSummary(kind, counts, dict(drawn.left_out.most_common()), Path(out), drawn.notices)


def _request(
    kind: str,
    mineral_column: str | None,
    colour_by: str | None,
    only: Sequence[str],
    against: str,
    show: Sequence[str],
    distance: str | None,
    celsius: Sequence[float],
    bar: float,
    density: bool | None,
) -> DiagramRequest:
    if kind not in DIAGRAM_KINDS:
        raise HeaderError(f"There is no diagram {kind!r}. Choose from {', '.join(DIAGRAM_KINDS)}.")
    if kind == "profile" and distance is None:
        raise HeaderError("A profile needs the column of distances. Name it: --distance COLUMN.")
    for temperature in celsius:
        if not 400 <= temperature <= 1200:
            raise HeaderError(f"A solvus of {temperature:g} °C is not known. Give 400 to 1200 °C.")
    named = []
    for name in only:
        found = canonical_phase(name)
        if found is None:
            raise HeaderError(
                f"only={name!r} is no mineral that is known. Choose from {', '.join(load_minerals())}."
            )
        named.append(found)
    return DiagramRequest(
        kind,
        mineral_column,
        colour_by,
        tuple(named),
        against,
        tuple(show),
        distance,
        tuple(map(float, celsius)),
        bar,
        density,
    )


def _shape(kind: str) -> tuple[float, bool]:
    """Return height as a part of the width, and whether it is a triangle."""
    if kind in DIAGRAMS:
        return DIAGRAMS[kind].height, DIAGRAMS[kind].ternary
    return 0.5, False


def _draw(ax: Axes, drawn: DiagramRows, request: DiagramRequest) -> Axes:
    if request.kind == "profile":
        return draw_profile(ax, drawn, request)
    kind: DiagramKind = find_diagram(request.kind)
    quantities = np.concatenate(drawn.quantities)
    options = point_options(drawn, request)
    sigma = np.concatenate(drawn.sigma)
    # What several quantities make up is not propagated further.
    if np.isfinite(sigma).any() and request.kind != "pyroxene-na":
        options["sigma"] = sigma
    if request.kind == "feldspar":
        options |= {"celsius": request.celsius, "bar": request.bar}
    return kind.draw(ax, list(quantities.T), **options)
