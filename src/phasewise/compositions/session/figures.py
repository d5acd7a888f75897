"""The figures of the report of a session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.session.recovery import LEAST_LEVEL
from phasewise.plot.control_chart import plot_control_chart
from phasewise.plot.recovery import plot_recoveries
from phasewise.plot.svg import draw_to_svg
from phasewise.report.page import Figure, figure_from_svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.compositions.session.quality import SessionAssessment
    from phasewise.compositions.session.recovery import Recovery
    from phasewise.core.types import FloatArray

__all__ = ["control_charts", "recovery_figure"]

MOST_CHARTS = 12
MOST_SERIES = 7
_CHART = (3.9, 2.3)
_WIDTH, _HEIGHT = 9.4, 3.6


def recovery_figure(session: SessionAssessment) -> list[Figure]:
    """Return the recoveries of oxides of 0.1 wt% and more, standards side by side; few or many figures."""
    drawn = [r for r in session.recoveries if r.accepted >= LEAST_LEVEL and np.isfinite(r.mean)]
    standards = list(dict.fromkeys(r.standard for r in drawn))
    figures = []
    for first in range(0, len(standards), MOST_SERIES):
        several = standards[first : first + MOST_SERIES]
        shown = [r for r in drawn if r.standard in several]
        oxides = [o for o in session.rows.analyses.columns if any(r.oxide == o for r in shown)]
        series = {name: _series([r for r in shown if r.standard == name], oxides) for name in several}
        svg = draw_to_svg(
            f"recoveries-{first}",
            partial(plot_recoveries, oxides, series),
            (_WIDTH, _HEIGHT),
            title="Recoveries of the standards with intervals of 95 %",
        )
        figures.append(figure_from_svg(svg))
    return figures


def _series(
    recoveries: Sequence[Recovery], oxides: Sequence[str]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    by_oxide = {r.oxide: r for r in recoveries}
    table = np.full((3, len(oxides)), np.nan)
    for k, oxide in enumerate(oxides):
        if (r := by_oxide.get(oxide)) is not None:
            table[:, k] = r.recovery
    return table[0], table[1], table[2]


def control_charts(session: SessionAssessment) -> tuple[list[Figure], int]:
    """Return control charts, those with a finding first, and how many there could be."""
    charted = [r for r in session.recoveries if r.n >= 2 and r.mean >= LEAST_LEVEL]
    charted.sort(key=lambda r: (not r.drifts, not r.is_biased, _least(r)))
    figures = [_chart(session, r, number) for number, r in enumerate(charted[:MOST_CHARTS])]
    return figures, len(charted)


def _least(recovery: Recovery) -> float:
    found = [p for p in (recovery.p, recovery.drift.p) if np.isfinite(p)]
    return min(found, default=1.0)


def _chart(session: SessionAssessment, recovery: Recovery, number: int) -> Figure:
    rows = session.rows.of(session.rows.names.index(recovery.standard))
    column = session.rows.analyses.columns.index(recovery.oxide)
    off = np.isin(rows, [outlier.row for outlier in session.outliers])
    drift = recovery.drift
    draw = partial(
        plot_control_chart,
        session.rows.order.values[rows],
        session.rows.analyses.values[rows, column],
        mean=recovery.mean,
        sd=recovery.sd,
        accepted=recovery.accepted,
        line=(drift.start, drift.slope) if recovery.drifts else None,
        off=off,
        time_name="hours" if session.rows.order.unit == "h" else "analysis",
    )
    title = f"{recovery.oxide} of {recovery.standard}"
    svg = draw_to_svg(f"chart-{number}", lambda ax: draw(ax=ax), _CHART, title=title)
    told = [recovery.verdict]
    if recovery.drifts:
        told.append(f"{recovery.drift_verdict} by {abs(drift.slope):.2g} wt%/{session.rows.order.unit}")
    return figure_from_svg(svg, f"{title}: {', '.join(told)}.")
