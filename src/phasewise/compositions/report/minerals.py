"""The diagrams of the minerals that a table holds."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

from phasewise.compositions.diagrams.draw import diagram
from phasewise.compositions.diagrams.kinds import find_diagram
from phasewise.core.errors import HeaderError, HeaderWarning
from phasewise.plot.diagrams.axes import require_mpltern
from phasewise.plot.svg import draw_to_svg

if TYPE_CHECKING:
    import pyarrow as pa

    from phasewise.compositions.diagrams.kinds import DiagramKind
    from phasewise.compositions.report.collect import ReportRows

__all__ = ["Drawn", "mineral_diagrams"]

KINDS = (
    *("pyroxene", "feldspar", "olivine", "amphibole", "amphibole-na-ca", "amphibole-na", "mica", "garnet"),
    *("spinel", "fe-ti", "tas"),
)
"""The diagrams of a report, one or two a mineral, in their order."""

WIDTH = 4.9


class Drawn(NamedTuple):
    """A diagram: its title, the drawing as an ``<svg>`` element, and what it shows."""

    title: str
    svg: str
    caption: str


def mineral_diagrams(rows: ReportRows) -> list[Drawn]:
    """Return the diagrams of the minerals that were accepted, and belong in one."""
    table = rows.accepted()
    if not table.num_rows or len(table.column_names) == 1:
        return []
    require_mpltern()
    phases = set(table["phase"].to_pylist())
    kinds = [kind for kind in map(find_diagram, KINDS) if phases & set(kind.minerals)]
    return [drawn for kind in kinds if (drawn := _drawn(kind, table)) is not None]


def _drawn(kind: DiagramKind, table: pa.Table) -> Drawn | None:
    """Return a diagram, None where no analysis has what it shows: amphiboles of another subgroup."""
    kept = [k for k, phase in enumerate(table["phase"].to_pylist()) if phase in kind.minerals]
    part = table.take(kept)
    title = f"{kind.title[:1].upper()}{kind.title[1:].partition(', with the solvus')[0]}"
    minerals = ", ".join(sorted(set(part["phase"].to_pylist())))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HeaderWarning)
            svg = draw_to_svg(
                f"diagram-{kind.name}",
                lambda ax: diagram(part, kind.name, unit="wt%", ax=ax),
                (WIDTH, WIDTH * kind.height),
                title=f"{minerals}: {title}",
                projection="ternary" if kind.ternary else None,
                math=True,
            )
    except HeaderError:
        return None
    return Drawn(
        minerals, svg, f"{title}. Accepted analyses in which all that the diagram needs was measured."
    )
