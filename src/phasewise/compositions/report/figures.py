"""The figures of a report, each with a title and what it shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from phasewise.compositions.report.minerals import mineral_diagrams
from phasewise.plot.probabilities import BINS, plot_probability_counts
from phasewise.plot.svg import draw_to_svg
from phasewise.plot.verdicts import NO_PHASE, stacked_bars
from phasewise.report.page import Figure, figure_from_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from phasewise.compositions.report.collect import ReportRows
    from phasewise.compositions.report.minerals import Drawn

__all__ = ["DIAGRAMS", "diagram_figures", "overview_figures"]

MOST_BARS = 14
_WIDTH, _MARGIN, _BAR = 4.9, 1.0, 0.21


DIAGRAMS: tuple[Callable[[ReportRows], Sequence[Drawn]], ...] = (mineral_diagrams,)
"""What draws the diagrams of the phases that are there; each gives as many as fit, or none."""


def diagram_figures(rows: ReportRows) -> list[Figure]:
    """Return the diagrams that fit the phases of a table."""
    return [
        figure_from_svg(drawn.svg, f"{drawn.title}. {drawn.caption}".strip())
        for draw in DIAGRAMS
        for drawn in draw(rows)
    ]


def overview_figures(rows: ReportRows) -> list[Figure]:
    """Return the counts by phase, and how sure they are."""
    counts, names = _largest(rows)
    phases = draw_to_svg(
        "phases",
        lambda ax: stacked_bars(counts, names, ax),
        (_WIDTH, _MARGIN + _BAR * max(len(names), 3)),
        title="Number of analyses by phase and verdict",
    )
    sureness = draw_to_svg(
        "sureness",
        lambda ax: plot_probability_counts(rows.sureness, ax=ax),
        (_WIDTH, _MARGIN + _BAR * len(BINS)),
        title="Number of analyses by probability and verdict",
    )
    return [
        figure_from_svg(phases, "Analyses by phase."),
        figure_from_svg(sureness, "Analyses by the probability that the phase is right."),
    ]


def _largest(rows: ReportRows) -> tuple[dict[tuple[str, str], int], list[str]]:
    """Return the counts by phase and verdict, and the phases by their number; the rare ones together."""
    totals: Counter[str] = Counter()
    for (phase, _, _), number in rows.counts.items():
        totals[phase or NO_PHASE] += number
    names = sorted(totals, key=lambda name: (name == NO_PHASE, -totals[name], name))
    rest = names[MOST_BARS:] if len(names) > MOST_BARS + 1 else []
    together = f"{len(rest)} others"
    counts: Counter[tuple[str, str]] = Counter()
    for (phase, verdict, _), number in rows.counts.items():
        name = phase or NO_PHASE
        counts[together if name in rest else name, verdict] += number
    return dict(counts), [*names[: len(names) - len(rest)], *([together] if rest else [])]
