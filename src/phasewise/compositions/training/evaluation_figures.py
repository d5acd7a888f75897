"""The figures of the report of an evaluation; of several seeds the first is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from phasewise.compositions.training.evaluation_scores import Evaluated, confidence_of, right_of
from phasewise.learn.scores import confusion, reliability, risk_coverage
from phasewise.plot.confusion import confusion_size, plot_confusion
from phasewise.plot.reliability import plot_reliability
from phasewise.plot.risk_coverage import plot_risk_coverage
from phasewise.plot.svg import draw_to_svg
from phasewise.report.page import Figure, figure_from_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["confusion_figures", "reliability_figures", "risk_coverage_figure"]


def confusion_figures(estimator: Evaluated, number: int) -> list[Figure]:
    """Return the confusion matrix of an estimator in rows and in percent of each published class."""
    fold = estimator.folds[0]
    matrix = confusion(fold.truth, fold.probabilities.argmax(axis=1), len(fold.classes))

    def drawing(normalise: bool) -> Callable[[Axes], Axes]:
        return lambda ax: plot_confusion(matrix, fold.classes, normalise=normalise, ax=ax)

    kinds = (
        ("counts", False, "Number of rows"),
        ("percent", True, "Percent of the rows of the published class"),
    )
    return [
        figure_from_svg(
            draw_to_svg(
                f"confusion-{number}-{name}",
                drawing(normalise),
                confusion_size(len(fold.classes)),
                title=f"Confusion matrix of {estimator.title}: {words.lower()}",
            ),
            f"{words}.",
        )
        for name, normalise, words in kinds
    ]


def reliability_figures(estimators: Sequence[Evaluated]) -> list[Figure]:
    """Return one reliability diagram for each estimator."""
    figures = []
    for number, estimator in enumerate(estimators, start=1):
        fold = estimator.folds[0]
        bins = {estimator.title: reliability(confidence_of(fold), right_of(fold))}
        title = f"Accuracy over confidence of {estimator.title}"
        svg = draw_to_svg(
            f"reliability-{number}",
            lambda ax, bins=bins: plot_reliability(bins, ax),  # type: ignore[misc]
            (3.7, 3.7),
            title=title,
        )
        figures.append(figure_from_svg(svg))
    return figures


def risk_coverage_figure(estimators: Sequence[Evaluated]) -> Figure:
    """Return the curves of all estimators in one figure."""
    curves = {e.title: risk_coverage(confidence_of(e.folds[0]), right_of(e.folds[0])) for e in estimators}
    size = (8.2, 4.2 + 0.15 * len(curves))
    title = "Share of errors among the accepted rows over the share that is accepted"
    return figure_from_svg(
        draw_to_svg("risk-coverage", lambda ax: plot_risk_coverage(curves, ax), size, title=title)
    )
