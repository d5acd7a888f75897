"""``phasewise evaluate``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.text_table import aligned

if TYPE_CHECKING:
    from phasewise.learn.nested import EvaluationResult

__all__ = ["INSTALLED_AS", "evaluate", "fits_bar"]

INSTALLED_AS = {"sklearn": "scikit-learn", "torch": "torch", "scipy": "scipy", "tomli_w": "tomli-w"}
"""Names of the packages that the extra `train` brings, by what is imported."""


@click.command(short_help="Compare estimators by nested cross-validation.")
@click.argument("recipe")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of predictions, scores and finished fits; default runs/RECIPE.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="The report, a page in HTML; default report.html in the folder.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Number of processes; default one for each core.")
@click.option("--force", is_flag=True, help="Overwrite a report that exists.")
def evaluate(recipe: str, out: Path | None, report: Path | None, workers: int | None, force: bool) -> None:
    """Compare the estimators that RECIPE names on publications that they have not seen.

    Outer folds score, inner folds choose the settings, and both are split by publication. A run that was
    interrupted goes on where it stopped. Needs the extra `train`, and the data in the folder that
    PHASEWISE_DATA names.
    """
    from phasewise.core.errors import PhasewiseError

    try:
        result, target = _evaluated(recipe, out or Path("runs") / Path(recipe).stem, report, workers, force)
    except ModuleNotFoundError as error:
        name = INSTALLED_AS.get((error.name or "").partition(".")[0])
        if name is None:
            raise
        raise PhasewiseError(
            f"Evaluation needs {name}. Install it with: pip install 'phasewise[train]'"
        ) from error
    _print_scores(result)
    click.echo(f"Written: {target}")


def _evaluated(
    name: str, out: Path, report: Path | None, workers: int | None, force: bool
) -> tuple[EvaluationResult, Path]:
    """Return what was found, and where the report of it was written."""
    from phasewise.compositions.training.evaluation import evaluate as evaluate_recipe
    from phasewise.compositions.training.evaluation import read_evaluation
    from phasewise.compositions.training.evaluation_report import check_report_path, write_report

    recipe = read_evaluation(name)
    if report is not None:
        check_report_path(report, force=force)
    out.mkdir(parents=True, exist_ok=True)
    target = report or out / "report.html"
    # The report in the evaluation's own folder belongs to it, as its scores do.
    force = force or report is None
    check_report_path(target, force=force)
    with fits_bar(workers) as options:
        result = evaluate_recipe(recipe, out, **options)
    write_report(result, target, force=force)
    return result, target


@contextmanager
def fits_bar(workers: int | None = None) -> Iterator[dict[str, Any]]:
    """Give what an evaluation is told: how to show its progress, and the number of processes."""
    from tqdm import tqdm

    with tqdm(unit=" fits", smoothing=0.05) as bar:

        def progress(done: int, total: int, words: str) -> None:
            bar.total = total
            bar.set_postfix_str(words, refresh=False)
            bar.update(done - bar.n)

        yield {
            "tell": lambda line: tqdm.write(line, file=sys.stderr),
            "progress": progress,
            "workers": workers or os.cpu_count() or 1,
        }


def _print_scores(result: EvaluationResult) -> None:
    import numpy as np

    from phasewise.learn.scores import score

    header = ["estimator", "folds", "accuracy", "macro F1", "NLL", "ECE", "at 95 %"]
    rows = []
    for folds, pooled in (("publication", result.grouped), ("random", result.random)):
        for title in dict.fromkeys(one.title for one in pooled):
            seeds = [score(o.probabilities, o.truth, o.source) for o in pooled if o.title == title]
            means = [
                float(np.mean([getattr(s, name) for s in seeds]))
                for name in ("accuracy", "f1", "nll", "ece", "accuracy_at_95")
            ]
            rows.append([title, folds, *(f"{value:.4f}" for value in means)])
    lines = aligned(header, rows, right=range(2, len(header)))
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(lines[1:]))
