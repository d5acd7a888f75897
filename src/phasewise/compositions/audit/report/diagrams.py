"""The diagrams of the report: flagged rows on those that agree, or without labels on those not flagged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.audit.findings import AGREE, AMBIGUOUS, BAD, FINDINGS, MIXED, NO_LABEL, RELABEL
from phasewise.compositions.audit.report.audited import in_words
from phasewise.compositions.diagrams.kinds import OXIDE, DiagramKind, find_diagram
from phasewise.compositions.diagrams.quantities import DiagramRequest, quantities_of
from phasewise.plot.colours import FINDING_TINTS
from phasewise.plot.diagrams.axes import require_mpltern
from phasewise.plot.diagrams.two_oxides import plot_two_oxides
from phasewise.plot.svg import draw_to_svg
from phasewise.report.page import Figure, figure_from_svg

if TYPE_CHECKING:
    from phasewise.compositions.audit.report.audited import Audited
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["diagrams"]

DRAWN, BEHIND = (RELABEL, BAD, MIXED, AMBIGUOUS), (AGREE, NO_LABEL)
"""Findings of flagged rows that are drawn above others, and those of these others."""

WIDTH = 4.9

_CALCIC = DiagramKind(
    "amphibole-clinopyroxene",
    "Al2O3 against CaO: amphibole and clinopyroxene",
    ("Amphibole", "Clinopyroxene"),
    (f"{OXIDE}CaO", f"{OXIDE}Al2O3"),
    0.7,
    False,
    lambda ax, q, **options: plot_two_oxides(q[0], q[1], "CaO", "Al2O3", ax=ax, **options),
)
"""Where clinopyroxenes and calcium amphiboles, which are taken for one another, lie apart."""

_NAMES = ("olivine-cao", "amphibole", "mica", "garnet", "spinel", "spinel-prism", "fe-ti", "tas")


def diagrams(found: Audited) -> list[Figure]:
    """Return the diagrams of the minerals of flagged rows."""
    if not np.isin(found.finding[found.flagged], DRAWN).any():
        return []
    require_mpltern()
    kinds = [find_diagram("pyroxene"), _CALCIC, find_diagram("feldspar"), *map(find_diagram, _NAMES)]
    return [drawn for kind in kinds if (drawn := _drawn(found, kind)) is not None]


@dataclass(frozen=True, eq=False)
class _Shown:
    """Rows of a diagram: which they are, which of them stand behind, and their quantities (m, k)."""

    rows: IntArray
    behind: BoolArray
    values: FloatArray


def _drawn(found: Audited, kind: DiagramKind) -> Figure | None:
    """Return a diagram; None where no flagged row can be drawn in it, or the table has no such minerals."""
    shown = _shown(found, kind)
    if shown is None:
        return None
    labels = [in_words(FINDINGS[k]) for k in found.finding[shown.rows].tolist()]
    options: dict[str, Any] = {
        "labels": labels,
        "behind": shown.behind,
        "behind_name": "agree" if found.rows.label.names else "not flagged",
        "colours": {in_words(name): tint for name, tint in FINDING_TINTS.items()},
    }
    title = f"{kind.title[:1].upper()}{kind.title[1:].partition(', with the solvus')[0]}"
    svg = draw_to_svg(
        f"diagram-{kind.name}",
        lambda ax: kind.draw(ax, list(shown.values.T), **options),
        (WIDTH, WIDTH * kind.height),
        title=title,
        projection="ternary" if kind.ternary else None,
        math=True,
    )
    minerals = ", ".join(kind.minerals)
    return figure_from_svg(svg, f"{title}. Rows of {minerals} in which all that it needs was measured.")


def _shown(found: Audited, kind: DiagramKind) -> _Shown | None:
    phases = found.rows.judged.phases
    places = {name: phases.index(name) for name in kind.minerals if name in phases}
    wanted = np.array(list(places.values()), dtype=np.int64)
    drawn_as = _drawn_as(found, wanted)
    request = DiagramRequest(kind.name, None, None, (), "SiO2", kind.quantities, None, (), 1000.0, None)
    rows, values = [], []
    for mineral, place in places.items():
        of_mineral = np.flatnonzero(drawn_as == place)
        if not len(of_mineral):
            continue
        analyses = replace(found.rows.analyses.take(of_mineral), sigma=None)
        quantities = quantities_of(mineral, analyses, request)[0]
        good = np.isfinite(quantities).all(axis=1)
        rows.append(of_mineral[good])
        values.append(quantities[good])
    if not rows:
        return None
    at = np.concatenate(rows)
    behind = np.isin(found.finding[at], BEHIND)
    held = behind.any() or np.isin(found.rows.published[at], wanted).any()
    return _Shown(at, behind, np.concatenate(values)) if held and not behind.all() else None


def _drawn_as(found: Audited, wanted: IntArray) -> IntArray:
    """Return the phase, one of those that are wanted, that each row is drawn as (n,); -1 for none."""
    judged, published = found.rows.judged, found.rows.published
    behind = np.isin(found.finding, BEHIND)
    top = found.flagged & np.isin(found.finding, DRAWN)
    by_composition = np.where((behind | top) & np.isin(judged.phase, wanted), judged.phase, -1)
    return np.where(top & np.isin(published, wanted), published, by_composition)
