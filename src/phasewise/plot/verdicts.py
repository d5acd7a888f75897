"""What was found in a table, one bar an analysis or one bar a phase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from phasewise.core.result_names import find_label, find_result, find_suffixes, with_suffix
from phasewise.plot.colours import VERDICT_MARKS, VERDICT_TINTS, phase_colour
from phasewise.plot.save import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MAX_BARS", "NO_PHASE", "figure_size", "plot_verdict_counts", "plot_verdicts", "stacked_bars"]

MAX_BARS = 60
"""Larger tables are drawn as counts: one bar a phase instead of one an analysis."""

NAME_LENGTH = 44
NO_PHASE = "(no phase)"


def plot_verdicts(result: Any, *, name_column: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the outcome of a classification.

    Up to `MAX_BARS` analyses have one bar each: its length is the probability, its colour the phase,
    its mark the verdict. Larger tables are counted, see `plot_verdict_counts`. Of a table with several
    analyses a row (``phase_Cpx``, ``phase_Liq``) each has its own bar.

    Parameters
    ----------
    result : pandas.DataFrame, polars.DataFrame or pyarrow.Table
        What `phasewise.classify` returned.
    name_column : str, optional
        The column that names the rows; without it one is looked for, and rows are numbered from 1
        where there is none.
    ax : matplotlib Axes, optional
        Where to draw; without it a figure of a fitting size is made.

    Raises
    ------
    HeaderError
        If the table has no columns of results.
    """
    import narwhals.stable.v2 as nw

    table = nw.from_native(result, eager_only=True)
    suffixes = find_suffixes(table.columns)
    phases, verdicts, probabilities = (
        _by_rows([table[find_result(table.columns, with_suffix(name, s))].to_list() for s in suffixes])
        for name in ("phase", "verdict", "probability")
    )
    phases = [phase if isinstance(phase, str) else None for phase in phases]
    if len(phases) > MAX_BARS:
        return plot_verdict_counts(Counter(zip(phases, verdicts, strict=True)), ax=ax)
    label = name_column or find_label(table.columns)
    names = [str(number) for number in range(1, len(table) + 1)]
    if label is not None:
        names = [str(value or "") for value in table[label].to_list()]
    names = [f"{name} {suffix}".rstrip() for name in names for suffix in suffixes]
    return _draw_bars(names, phases, verdicts, probabilities, ax or _new_axes(len(names)))


def plot_verdict_counts(counts: Mapping[tuple[str | None, str], int], *, ax: Axes | None = None) -> Axes:
    """Draw how many analyses of each phase got which verdict, as stacked bars.

    Parameters
    ----------
    counts : mapping of (phase, verdict) to int
        Numbers of analyses; the phase may be None where there was nothing to judge.
    ax : matplotlib Axes, optional
        Where to draw; without it a figure of a fitting size is made.
    """
    totals: Counter[str] = Counter()
    for (phase, _), number in counts.items():
        totals[phase or NO_PHASE] += number
    phases = sorted(totals, key=lambda phase: (phase == NO_PHASE, -totals[phase], phase))
    named = {(phase or NO_PHASE, verdict): number for (phase, verdict), number in counts.items()}
    return stacked_bars(named, phases, ax)


def stacked_bars(
    counts: Mapping[tuple[str, str], int],
    names: Sequence[str],
    ax: Axes | None,
    tints: Mapping[str, str] = VERDICT_TINTS,
) -> Axes:
    """Draw one bar a name, of as many parts as there are verdicts, with the sum at its end.

    Parameters
    ----------
    counts : mapping of (name, verdict) to int
        Numbers of analyses.
    names : sequence of str
        The bars from top to bottom.
    ax : matplotlib Axes, optional
        Where to draw; without it a figure of a fitting size is made.
    tints : mapping of str to str
        The parts in their order with their colours, where they are others than verdicts.
    """
    ax = ax or _new_axes(len(names))
    left = [0] * len(names)
    for verdict, tint in tints.items():
        widths = [counts.get((name, verdict), 0) for name in names]
        if any(widths):
            ax.barh(
                range(len(names)), widths, left=left, color=tint, label=verdict.replace("_", " "), height=0.72
            )
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for row, total in enumerate(left):
        ax.annotate(f"{total:,}", (total, row), (4, 0), textcoords="offset points", va="center", fontsize=8)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, 1.12 * max(left, default=1) or 1)
    ax.set_xlabel("Number of analyses", fontsize=9)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    _finish(ax)
    return ax


def figure_size(n_bars: int) -> tuple[float, float]:
    """Return width and height in inches of a figure with that many bars."""
    return 8.6, 1.3 + 0.215 * max(n_bars, 3)


def _by_rows(columns: Sequence[Sequence[Any]]) -> list[Any]:
    return [value for row in zip(*columns, strict=True) for value in row]


def _draw_bars(
    names: Sequence[str],
    phases: Sequence[str | None],
    verdicts: Sequence[str],
    probabilities: Sequence[float | None],
    ax: Axes,
) -> Axes:
    rows = range(len(names))
    lengths = [value if value is not None and value == value else 0.0 for value in probabilities]
    bars = ax.barh(rows, lengths, color=[phase_colour(phase) for phase in phases], height=0.72)
    for bar, verdict in zip(bars, verdicts, strict=True):
        if verdict != "accepted":
            bar.set_alpha(0.55)
            bar.set_hatch("////")
            bar.set_edgecolor("white")
    for verdict, mark in VERDICT_MARKS.items():
        at = [row for row in rows if verdicts[row] == verdict]
        if at:
            ax.scatter(
                [1.035] * len(at),
                at,
                s=30,
                marker=mark,
                color=VERDICT_TINTS[verdict],
                label=verdict,
                zorder=3,
            )
    for row in rows:
        text = phases[row] or "no phase"
        if verdicts[row] != "accepted":
            text += f", {verdicts[row].replace('_', ' ')}"
        ax.text(1.065, row, text, va="center", fontsize=8)
    ax.set_yticks(list(rows), [_shortened(name) for name in names], fontsize=8)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, 1.62)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    ax.set_xlabel("Probability of the phase", x=0.5 / 1.62, fontsize=9)
    _finish(ax)
    ax.spines["bottom"].set_bounds(0, 1)
    return ax


def _finish(ax: Axes) -> None:
    ax.tick_params(labelsize=8)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right"]].set_visible(False)
    if ax.get_legend_handles_labels()[1]:
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=5,
            frameon=False,
            fontsize=7.5,
            handlelength=1.0,
            handletextpad=0.4,
            columnspacing=0.8,
        )


def _shortened(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1].rstrip(" ,;(") + "…"


def _new_axes(n_bars: int) -> Axes:
    require_matplotlib()
    from matplotlib import pyplot

    axes: Axes = pyplot.subplots(figsize=figure_size(n_bars), layout="constrained")[1]
    return axes
