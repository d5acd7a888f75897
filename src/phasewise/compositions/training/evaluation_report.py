"""The report of an evaluation, as one page in HTML."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from phasewise import __version__
from phasewise.compositions.training.evaluation_figures import (
    confusion_figures,
    reliability_figures,
    risk_coverage_figure,
)
from phasewise.compositions.training.evaluation_scores import Evaluated, evaluated
from phasewise.compositions.training.evaluation_tables import (
    choice_table,
    class_table,
    data_table,
    f1_table,
    leakage_table,
    percent,
    settings_table,
    summary_table,
    uncertainty_table,
)
from phasewise.learn.scores import LEAST_SOURCES
from phasewise.plot.save import require_matplotlib
from phasewise.report.page import (
    Block,
    Facts,
    Figures,
    Notes,
    Page,
    Prose,
    Section,
    check_page_path,
    write_page,
)

if TYPE_CHECKING:
    from phasewise.learn.nested import EvaluationResult

__all__ = ["check_report_path", "evaluation_page", "write_report"]


def check_report_path(path: str | os.PathLike[str], *, force: bool = False) -> Path:
    """Return where a report will be written, after making sure that it can be: ask before long work.

    Raises
    ------
    OutputError
        If matplotlib or jinja2 is absent, or the file cannot be written or exists (without `force`).
    """
    require_matplotlib()
    return check_page_path(path, force=force)


def write_report(result: EvaluationResult, path: str | os.PathLike[str], *, force: bool = False) -> None:
    """Write the report of an evaluation to a file that ends in .html, whole or not at all.

    Parameters
    ----------
    result : EvaluationResult
        With one estimator at least.
    path : path-like
        The file to write; it needs no other file and no network.
    force : bool
        Whether an existing file may be overwritten.

    Raises
    ------
    OutputError
        If matplotlib or jinja2 is absent, or the file cannot be written or exists (without `force`).
    """
    target = check_report_path(path, force=force)
    write_page(evaluation_page(result), target, force=force)


def evaluation_page(result: EvaluationResult) -> Page:
    """Return the report of an evaluation as a page that is yet to be written.

    Raises
    ------
    ValueError
        If nothing was evaluated.
    """
    estimators = evaluated(result)
    if not estimators:
        raise ValueError(f"the evaluation '{result.name}' has no estimator to report on")
    sections = [
        Section("Summary", _summary(estimators)),
        Section("What was evaluated", _data(result, estimators)),
        Section("What leakage flatters", _leakage(estimators)),
        Section("F1 by class", [f1_table(estimators, "Means over the seeds, %. Deeper is lower.")]),
        Section("Is confidence deserved?", _calibration(estimators)),
        Section("What abstaining buys", _abstaining(estimators)),
        *(Section(e.title, _estimator(result, e, n)) for n, e in enumerate(estimators, start=1)),
        Section("Notes", [Notes(result.notes or ["There are none."])]),
        Section("How to read the figures", [Notes(READING)]),
    ]
    return Page(
        f"Evaluation {result.name}", result.description, sections, f"Written by phasewise {__version__}."
    )


READING = (
    "Every row is predicted by a model that has learnt from none of the rows of its publication (outer "
    "folds). What could be chosen about a model was chosen on the other folds alone (inner folds), so that "
    "the choice does not flatter the score (Cawley & Talbot 2010, J. Mach. Learn. Res. 11, 2079-2107).",
    "Intervals are 95 % percentile intervals over resampled publications, not over rows: rows of one "
    f"publication stand or fall together. Fewer than {LEAST_SOURCES} publications allow no interval.",
    "Precision, recall and F1 without a class are means over the classes, each counting alike, however many "
    "rows it has.",
    "ECE is the mean distance between confidence and accuracy in 15 bins of equal width (Guo et al. 2017, "
    "arXiv:1706.04599). Brier is the squared distance between probabilities and truth, summed over the "
    "classes. NLL is the negative logarithm of the probability of the published class, which is floored at "
    "1e-12. All three are better the lower they are.",
    "Error AUROC is the probability that a right row has more confidence than a wrong one; 0.5 is a coin. "
    "Accuracy at 95 % coverage is that of the surest 95 % of the rows (El-Yaniv & Wiener 2010, J. Mach. "
    "Learn. Res. 11, 1605-1641).",
    "The published label is taken for the truth. Some published labels are wrong, and an error may be one "
    "of the label.",
)


def _summary(estimators: Sequence[Evaluated]) -> list[Block]:
    best = max(estimators, key=lambda e: e.mean(lambda s: s.f1))
    accuracy, f1 = (percent(best.mean(of)) for of in (lambda s: s.accuracy, lambda s: s.f1))
    interval = best.accuracy_interval()
    within = f" (95 % interval {percent(interval[0])} to {percent(interval[1])} %)" if interval else ""
    rank = f"the highest of {len(estimators)} estimators" if len(estimators) > 1 else "the only one evaluated"
    lead = (
        f"{best.title} has a mean F1 over the classes of {f1} %, {rank}. Of rows from publications that "
        f"it has not seen it names {accuracy} %{within} as they were published."
    )
    seeds = len(best.folds)
    caption = (
        (f"Means over {seeds} seeds; ± is their standard deviation. " if seeds > 1 else "One seed. ")
        + "Below the accuracy stands its 95 % interval over publications. The best of each column is green; "
        "it may be so by chance where intervals overlap. Click a heading to sort."
    )
    return [Prose(lead), summary_table(estimators, caption)]


def _data(result: EvaluationResult, estimators: Sequence[Evaluated]) -> list[Block]:
    first = result.grouped[0]
    facts = (
        ("Recipe", result.name),
        ("Rows", f"{len(first.truth):,}"),
        ("Publications", f"{len(set(first.source)):,}"),
        ("Classes", str(len(first.classes))),
        ("Outer folds", str(len(set(first.fold)))),
        ("Estimators", str(len(estimators))),
        ("Seeds", ", ".join(str(fold.seed) for fold in estimators[0].folds)),
    )
    caption = (
        "Rows that are scored, and how they fall into the outer folds. A class whose publications all lie in "
        "one fold is unknown to the model that predicts it there."
    )
    return [Facts(facts), data_table(result, caption)]


def _leakage(estimators: Sequence[Evaluated]) -> list[Block]:
    both = [e for e in estimators if e.random is not None]
    if not both:
        return [Prose("Random folds were not evaluated.")]
    best = max(both, key=lambda e: e.same_seed.f1)
    caption = "The same seed on both kinds of folds. Differences are in percentage points."
    return [Prose(_leakage_sentence(best)), leakage_table(both, caption)]


def _leakage_sentence(estimator: Evaluated) -> str:
    """Return what random folds would have made readers believe of an estimator."""
    assert estimator.random is not None
    honest, leaky = estimator.same_seed, estimator.random
    figures = (
        f"an accuracy of {percent(leaky.accuracy)} % instead of {percent(honest.accuracy)} %, and a mean "
        f"F1 of {percent(leaky.f1)} % instead of {percent(honest.f1)} %"
    )
    if leaky.accuracy <= honest.accuracy and leaky.f1 <= honest.f1:
        return f"Random folds do not flatter {estimator.title} here: they give {figures}."
    hidden = 1 - (1 - leaky.accuracy) / (1 - honest.accuracy) if honest.accuracy < 1 else 0.0
    errors = f" They hide {100 * hidden:.0f} % of its errors." if hidden > 0 else ""
    return (
        "Random folds put rows of one publication, often of one crystal, on both sides of the split. For "
        f"{estimator.title} they give {figures}.{errors} What a publication that is new to the model has to "
        "expect is told by the folds by publication alone."
    )


def _calibration(estimators: Sequence[Evaluated]) -> list[Block]:
    caption = (
        "Accuracy over confidence, in 15 bins. Below the diagonal a model is surer than it should be. Larger "
        "points have more rows; hollow ones have fewer than 30. The first seed."
    )
    return [Figures(reliability_figures(estimators), caption)]


def _abstaining(estimators: Sequence[Evaluated]) -> list[Block]:
    caption = "The lower the curve, the fewer errors pass when the least confident rows are left to a person."
    blocks: list[Block] = [Figures([risk_coverage_figure(estimators)], caption)]
    # A single network has nobody to disagree with.
    told = [e for e in estimators if e.folds[0].epistemic is not None and e.folds[0].epistemic.any()]
    if told:
        blocks.append(
            uncertainty_table(
                told,
                "Which uncertainty finds the errors, of estimators that tell their kinds. The first seed.",
            )
        )
    return blocks


def _estimator(result: EvaluationResult, estimator: Evaluated, number: int) -> list[Block]:
    fold = estimator.folds[0]
    choices = [choice for choice in result.choices if choice.estimator == fold.estimator]
    blocks: list[Block] = [
        class_table(estimator, "Means over the seeds. Intervals are over publications."),
        Figures(confusion_figures(estimator, number), "Green is right, red is wrong. The first seed."),
        settings_table(fold, "What the inner folds chose for each outer fold."),
    ]
    if choices:
        caption = (
            "What they chose by: negative log-likelihood on the inner folds in nats, each class counting "
            "alike. The lowest is chosen."
        )
        blocks.append(choice_table(choices, caption))
    return blocks
