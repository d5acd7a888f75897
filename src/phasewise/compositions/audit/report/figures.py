"""The figures of the overview: flagged rows by mineral and finding."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.blocks.block import PRIORITIES
from phasewise.compositions.audit.findings import FINDINGS
from phasewise.compositions.audit.report.audited import counted, in_words
from phasewise.plot.colours import FINDING_TINTS, PRIORITY_TINTS
from phasewise.plot.svg import draw_to_svg
from phasewise.plot.verdicts import stacked_bars
from phasewise.report.page import Figure, figure_from_svg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.compositions.audit.report.audited import Audited
    from phasewise.core.types import IntArray

__all__ = ["overview_figures"]

MOST_BARS = 12
MOST_LETTERS = 22
_WIDTH, _MARGIN, _BAR = 4.9, 1.0, 0.21


def overview_figures(found: Audited) -> list[Figure]:
    """Return the flagged rows by finding, and by published mineral; none where no row is flagged."""
    if not found.flagged.any():
        return []
    occurring = found.findings_flagged
    by_finding = _figure(
        "findings",
        [in_words(FINDINGS[f]) for f in occurring],
        found.by_priority[occurring][:, ::-1],
        dict(zip(PRIORITIES[::-1], (PRIORITY_TINTS[p] for p in PRIORITIES[::-1]), strict=True)),
        "Flagged rows by finding and priority.",
    )
    return [by_finding, *_by_label(found)]


def _by_label(found: Audited) -> list[Figure]:
    label = found.rows.label
    if not label.names:
        return []
    rows = np.flatnonzero(found.flagged)
    counts = counted(label.code[rows] + 1, found.finding[rows], (len(label.names) + 1, len(FINDINGS)))
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    order = order[counts[order].sum(axis=1) > 0]
    names = ["(no label)", *label.names]
    shown = order if len(order) <= MOST_BARS + 1 else order[:MOST_BARS]
    rest = order[len(shown) :]
    bars, told = counts[shown], [_shortened(names[k]) for k in shown.tolist()]
    if len(rest):
        bars, told = np.vstack([bars, counts[rest].sum(axis=0)]), [*told, f"{len(rest):,} others"]
    tints = {in_words(name): FINDING_TINTS[name] for name in FINDINGS}
    return [_figure("labels", told, bars, tints, "Flagged rows by published mineral and finding.")]


def _figure(name: str, bars: list[str], counts: IntArray, tints: Mapping[str, str], caption: str) -> Figure:
    """Return stacked bars; names that occur twice, shortened, stay two bars."""
    keys = [f"{bar}{chr(0x200B) * bars[:k].count(bar)}" for k, bar in enumerate(bars)]
    parts = {
        (key, part): int(n)
        for key, row in zip(keys, counts, strict=True)
        for part, n in zip(tints, row, strict=True)
    }
    with warnings.catch_warnings():
        # Letters that the font lacks: the page writes them in its own.
        warnings.filterwarnings("ignore", message="Glyph")
        svg = draw_to_svg(
            name,
            lambda ax: stacked_bars(parts, keys, ax, tints),
            (_WIDTH, _MARGIN + _BAR * max(len(bars), 3)),
            title=caption.rstrip("."),
        )
    return figure_from_svg(svg, caption)


def _shortened(name: str) -> str:
    one_line = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return one_line if len(one_line) <= MOST_LETTERS else f"{one_line[: MOST_LETTERS - 1].rstrip()}…"
