"""What abstaining buys: the share of errors among the most confident rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from phasewise.plot.save import require_matplotlib
from phasewise.plot.series import series_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["plot_risk_coverage"]

MOST_POINTS = 400
MARKED_COVERAGES = (0.90, 0.95)
LEAST_COVERAGE = 0.5


def plot_risk_coverage(curves: Mapping[str, tuple[FloatArray, FloatArray]], ax: Axes | None = None) -> Axes:
    """Draw the error rate among the accepted rows over the part that is accepted, one curve a name.

    The error rate has a logarithmic axis, on which a risk of 0 has no place: a curve begins where its
    first error is. The surest half is not shown. Coverages of 90 and 95 % are marked.

    Parameters
    ----------
    curves : mapping of str to ((n,), (n,)) float64
        Coverage (0 to 1, rising) and risk (0 to 1) by name of the model; curves of more than 400 points
        are thinned.
    ax : matplotlib Axes, optional
        Where to draw; without it a new figure is made.

    References
    ----------
    El-Yaniv & Wiener 2010, Journal of Machine Learning Research 11, 1605-1641.
    """
    ax = ax or _new_axes()
    for coverage in MARKED_COVERAGES:
        ax.axvline(coverage, color="#BBBBBB", linewidth=0.8, linestyle=(0, (2, 3)), zorder=0)
    shown = [1e-3]
    for number, (name, (coverages, risks)) in enumerate(curves.items()):
        x, y = _thinned(np.asarray(coverages), np.asarray(risks))
        shown += list(y[(y > 0) & (x >= LEAST_COVERAGE)])
        style = series_style(number)
        end = f"{name}, {100 * y[-1]:.2g} % at full coverage" if len(y) else name
        ax.plot(
            x, np.where(y > 0, y, np.nan), color=style.colour, linestyle=style.line, linewidth=1.4, label=end
        )
    ax.set_yscale("log")
    # The legend has its place above the curves.
    ax.set_ylim(max(1e-5, 0.7 * min(shown)), min(1.0, 10 * max(shown)))
    ax.set_xlim(LEAST_COVERAGE, 1.002)
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    ax.set_xlabel("Coverage: part of the rows that are accepted, the most confident first", fontsize=9)
    ax.set_ylabel("Risk: part of the accepted that are wrong", fontsize=9)
    ax.grid(axis="y", color="#EEEEEE", linewidth=0.8)
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    if curves:
        ax.legend(loc="upper left", frameon=False, fontsize=8)
    return ax


def _thinned(coverage: FloatArray, risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return at most `MOST_POINTS` points with both ends, ever closer towards full coverage.

    There the few errors of a good model are.
    """
    if len(coverage) <= MOST_POINTS:
        return coverage, risk
    n, half = len(coverage), MOST_POINTS // 2
    kept = np.unique(np.concatenate([np.linspace(0, n - 1, half), n - np.geomspace(1, n, half)]).astype(int))
    return coverage[kept], risk[kept]


def _new_axes() -> Axes:
    require_matplotlib()
    from matplotlib import pyplot

    axes: Axes = pyplot.subplots(figsize=(7.2, 4.4), layout="constrained")[1]
    return axes
