"""The tables of the report of an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from phasewise.compositions.training.evaluation_scores import Evaluated, confidence_of, right_of
from phasewise.learn.scores import LEAST_SOURCES, Scores, accuracy_at_coverage, error_auroc
from phasewise.report.page import Cell, Column, Table, cell

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray
    from phasewise.learn.inner_choice import Choice
    from phasewise.learn.nested import EvaluationResult, OutOfFold

__all__ = [
    "choice_table",
    "class_table",
    "data_table",
    "f1_table",
    "leakage_table",
    "percent",
    "settings_table",
    "settings_text",
    "summary_table",
    "uncertainty_table",
]

TOO_FEW = "too few publications"
ESTIMATOR = Column("Estimator")


class Measure(NamedTuple):
    """A score as a column: which way is better (1 up, -1 down), and what it counts (%, rows or nothing)."""

    title: str
    of: Callable[[Scores], float]
    better: int
    unit: str
    hint: str


ALIKE = "Mean over the classes, each counting alike"
ACCURACY = Measure(
    "Accuracy\n%", lambda s: s.accuracy, 1, "%", "Rows whose most probable class is the published one"
)
MEASURES = (
    ACCURACY,
    Measure("Precision\n%", lambda s: s.precision, 1, "%", ALIKE),
    Measure("Recall\n%", lambda s: s.recall, 1, "%", ALIKE),
    Measure("F1\n%", lambda s: s.f1, 1, "%", ALIKE),
    Measure("ECE", lambda s: s.ece, -1, "", "Expected calibration error, 15 bins of equal width"),
    Measure("Brier", lambda s: s.brier, -1, "", "Mean squared distance of the probabilities, 0 to 2"),
    Measure("NLL\nnats", lambda s: s.nll, -1, "", "Mean negative log-likelihood of the published class"),
    Measure("Error\nAUROC", lambda s: s.error_auroc, 1, "", "How well confidence tells right from wrong"),
    Measure("Accuracy\nat 95 %", lambda s: s.accuracy_at_95, 1, "%", "Of the surest 95 % of the rows"),
    Measure("Accuracy\nat 90 %", lambda s: s.accuracy_at_90, 1, "%", "Of the surest 90 % of the rows"),
    Measure("Errors\nabove 0.9", lambda s: s.errors_above_09, -1, "rows", "Wrong rows of that confidence"),
)


def percent(share: float, decimals: int = 2) -> str:
    """Return a part as a percentage, "100" being said of nothing but all, and a dash of NaN.

    Examples
    --------
    >>> percent(0.5), percent(0.99999), percent(1.0)
    ('50.00', '99.99', '100')
    """
    if np.isnan(share):
        return "–"
    return "100" if share == 1 else f"{min(100 * share, 100 - 10.0**-decimals):.{decimals}f}"


def _percent_cell(share: float, decimals: int = 2) -> Cell:
    return Cell(percent(share, decimals), None if np.isnan(share) else share)


def summary_table(estimators: Sequence[Evaluated], caption: str) -> Table:
    """Return estimator by score: means over the seeds, and their standard deviation."""
    columns = [list(_measured(measure, estimators)) for measure in MEASURES]
    rows = [(Cell(e.title), *(c[n] for c in columns)) for n, e in enumerate(estimators)]
    return Table((ESTIMATOR, *(Column(m.title, True, m.hint) for m in MEASURES)), rows, caption)


def _measured(measure: Measure, estimators: Sequence[Evaluated]) -> Iterator[Cell]:
    means = [e.mean(measure.of) for e in estimators]
    texts = [_written(mean, measure.unit) for mean in means]
    known = [measure.better * mean for mean in means if not np.isnan(mean)]
    for estimator, mean, text in zip(estimators, means, texts, strict=True):
        asides = [_interval(estimator.accuracy_interval(), 2)] if measure is ACCURACY else []
        spread = estimator.spread(measure.of)
        if spread is not None and not np.isnan(spread):
            asides.append(
                "± " + (f"{100 * spread:.2f}" if measure.unit == "%" else _written(spread, measure.unit))
            )
        # What reads the same is equally good.
        best = (
            bool(known)
            and len(estimators) > 1
            and text == _written(measure.better * max(known), measure.unit)
        )
        yield Cell(text, None if np.isnan(mean) else mean, "\n".join(asides), best)


def _written(value: float, unit: str) -> str:
    if unit == "%":
        return percent(value)
    if np.isnan(value):
        return "–"
    return f"{value:.3f}" if not unit else f"{value:,.1f}".removesuffix(".0")


def _interval(bounds: tuple[float, float] | tuple[()] | None, decimals: int) -> str:
    return f"{percent(bounds[0], decimals)} to {percent(bounds[1], decimals)}" if bounds else TOO_FEW


def leakage_table(estimators: Sequence[Evaluated], caption: str) -> Table:
    """Return the scores on folds by publication beside those on folds that split publications."""
    columns = [ESTIMATOR]
    for name in ("Accuracy", "F1"):
        columns += [Column(f"{name}, %\n{of}", True) for of in ("by publication", "random", "flattered by")]
    rows = []
    for e in estimators:
        if e.random is None:
            continue
        row = [Cell(e.title)]
        for honest, leaky in ((e.same_seed.accuracy, e.random.accuracy), (e.same_seed.f1, e.random.f1)):
            gap = 100 * (leaky - honest)
            row += [_percent_cell(honest), _percent_cell(leaky), Cell(f"{gap:+.2f}", gap)]
        rows.append(row)
    return Table(columns, rows, caption)


def data_table(result: EvaluationResult, caption: str) -> Table:
    """Return rows and publications of each class, and how its rows fall into the folds."""
    first = result.grouped[0]
    folds = np.unique(first.fold)
    columns = [Column("Class"), Column("Publications", True), Column("Rows", True)]
    columns += [Column(f"Fold {fold}", True) for fold in folds]
    rows = []
    for number, name in enumerate(first.classes):
        fold = first.fold[first.truth == number]
        publications = int(result.publications.get(name, 0))
        cells = [_class_cell(name, publications), cell(publications), cell(len(fold))]
        rows.append([*cells, *(cell(int((fold == f).sum())) for f in folds)])
    return Table(columns, rows, caption)


def f1_table(estimators: Sequence[Evaluated], caption: str) -> Table:
    """Return F1 of each class by each estimator, with low ones standing out."""
    columns = [Column("Class"), Column("Publications", True), Column("Rows", True)]
    columns += [Column(e.title, True) for e in estimators]
    rows = []
    for of_class in zip(*(e.by_class for e in estimators), strict=True):
        f1 = [Cell(percent(s.f1, 1), s.f1, shade=min(0.6, (1 - s.f1) ** 0.5)) for s in of_class]
        first = of_class[0]
        rows.append([_class_cell(first.name, first.sources), cell(first.sources), cell(first.rows), *f1])
    return Table(columns, rows, caption)


def class_table(estimator: Evaluated, caption: str) -> Table:
    """Return precision, recall and F1 of each class; F1 with an interval where publications allow one."""
    titles = ("Publications", "Rows", "Precision, %", "Recall, %", "F1, %", "95 % interval of F1")
    scores = {s.name: s for s in estimator.by_class}
    rows = []
    for name in estimator.folds[0].classes:
        s = scores.get(name)
        if s is None:
            rows.append([Cell(name), cell(0), cell(0), *[Cell("–")] * 3, Cell("no rows")])
            continue
        interval = Cell(_interval(s.interval, 1), s.interval[0] if s.interval else None)
        parts = (_percent_cell(part, 1) for part in (s.precision, s.recall, s.f1))
        rows.append([Cell(name), cell(s.sources), cell(s.rows), *parts, interval])
    return Table((Column("Class"), *(Column(title, True) for title in titles)), rows, caption)


def settings_table(fold: OutOfFold, caption: str) -> Table:
    """Return the settings in each outer fold."""
    numbers = [int(number) for number in np.unique(fold.fold)]
    rows = [
        [Cell(str(number), number), Cell(settings_text(settings))]
        for number, settings in zip(numbers, fold.chosen, strict=True)
    ]
    return Table((Column("Outer fold", True), Column("Settings")), rows, caption)


def choice_table(choices: Sequence[Choice], caption: str) -> Table:
    """Return the criterion of each of the settings in each outer fold; the chosen one stands out."""
    folds = sorted({choice.fold for choice in choices})
    by_settings: dict[str, dict[int, Cell]] = {}
    for choice in choices:
        of_fold = by_settings.setdefault(settings_text(choice.settings), {})
        of_fold[choice.fold] = cell(choice.criterion, 4, best=choice.chosen)
    rows = [[Cell(name), *(of.get(fold, Cell("–")) for fold in folds)] for name, of in by_settings.items()]
    return Table((Column("Settings"), *(Column(f"Fold {fold}", True) for fold in folds)), rows, caption)


def settings_text(settings: Mapping[str, Any]) -> str:
    """Return settings in words.

    Examples
    --------
    >>> settings_text({"covariance": "class", "hidden": (64, 32)})
    'covariance = class, hidden = 64 × 32'
    """
    return ", ".join(f"{name} = {_words(value)}" for name, value in settings.items()) or "the only ones"


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " × ".join(_words(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def uncertainty_table(estimators: Sequence[Evaluated], caption: str) -> Table:
    """Return how well each kind of uncertainty finds the errors, for estimators that tell the kinds."""
    columns = [ESTIMATOR, Column("Measure"), Column("Error AUROC", True)]
    columns += [Column(f"Accuracy at {c} %\ncoverage, %", True) for c in (95, 90)]
    rows = []
    for estimator in estimators:
        fold = estimator.folds[0]
        for name, certainty in _certainties(fold):
            right = right_of(fold)
            accuracies = (accuracy_at_coverage(certainty, right, c) for c in (0.95, 0.90))
            auroc = cell(error_auroc(certainty, right))
            rows.append([Cell(estimator.title), Cell(name), auroc, *map(_percent_cell, accuracies)])
    return Table(columns, rows, caption)


def _certainties(fold: OutOfFold) -> Iterator[tuple[str, FloatArray]]:
    if fold.epistemic is None or fold.aleatoric is None:
        return
    yield "highest probability", confidence_of(fold)
    yield "total entropy", -(fold.epistemic + fold.aleatoric)
    yield "aleatoric: classes overlap", -fold.aleatoric
    yield "epistemic: models disagree", -fold.epistemic


def _class_cell(name: str, publications: int) -> Cell:
    return Cell(name, aside=TOO_FEW if publications < LEAST_SOURCES else "")
