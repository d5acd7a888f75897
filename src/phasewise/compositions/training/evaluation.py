"""Evaluation of estimators on published compositions: folds by publication, settings chosen within them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.assemble import spread_over_sources, stoichiometric_tests
from phasewise.compositions.training.clean import clean
from phasewise.compositions.training.evaluation_recipe import (
    EvaluationRecipe,
    read_evaluation,
)
from phasewise.compositions.training.tables import Table, training_minerals
from phasewise.core.errors import ModelError
from phasewise.learn.inner_choice import Choice, choice_notes
from phasewise.learn.nested import (
    Candidate,
    EvaluationResult,
    OutOfFold,
    nested_cross_validation,
    random_folds,
)
from phasewise.learn.scores import score
from phasewise.learn.units import GROUPED, RANDOM, LabelledRows
from phasewise.report.targets import atomic_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["EvaluationRecipe", "SpreadOverSources", "evaluate", "evaluated_rows", "read_evaluation"]

CHOICES, PREDICTIONS, SCORES, UNITS = "choices.csv", "predictions.parquet", "scores.csv", "units"
"""What an evaluation writes to its folder."""


@dataclass(frozen=True)
class SpreadOverSources:
    """Thins a training set to a number of rows a class; large publications more than small ones."""

    most: int

    def __call__(
        self, rows: np.ndarray, y: np.ndarray, source: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Return the chosen ones of `rows`."""
        numbers, unused = rows[:, None].astype(float), np.zeros(len(rows))
        table = Table(numbers, y[rows].astype(str).astype(object), source[rows], unused, unused)
        return spread_over_sources(table, self.most, rng).values[:, 0].astype(int)


def evaluated_rows(recipe: EvaluationRecipe) -> tuple[LabelledRows, np.ndarray]:
    """Return the clean rows of the recipe's phases, and the number of each in the table as published.

    Raises
    ------
    ModelError
        If a phase of the recipe has no row.
    """
    published = training_minerals()
    known = np.flatnonzero(np.isin(published.label.astype(str), recipe.phases))
    cleaning = clean(published.take(known), load_minerals(), stoichiometric_tests(recipe.phases))
    numbers, table = known[cleaning.reason == 0], cleaning.kept
    absent = sorted(set(recipe.phases) - set(table.label))
    if absent:
        raise ModelError(f"Recipe '{recipe.name}': no row to evaluate on has the label {', '.join(absent)}.")
    columns = [INPUTS.index(name) for name in recipe.oxides]
    rows = LabelledRows(
        x=np.ascontiguousarray(table.values[:, columns]),
        y=np.array([recipe.phases.index(label) for label in table.label], dtype=int),
        source=table.source,
        n_classes=len(recipe.phases),
        folds={GROUPED: table.fold.astype(int)},
        thin=SpreadOverSources(recipe.most_rows),
    )
    return random_folds(rows, recipe.seeds[0]), numbers


def evaluate(
    recipe: EvaluationRecipe,
    out: Path,
    *,
    tell: Callable[[str], object] = lambda _: None,
    progress: Callable[[int, int, str], object] = lambda *_: None,
    workers: int = 1,
) -> EvaluationResult:
    """Return what nested cross-validation by publication says of the estimators of a recipe.

    Parameters
    ----------
    recipe : EvaluationRecipe
        What is compared on what.
    out : Path
        Folder for pooled predictions (``predictions.parquet``), scores (``scores.csv``), how settings were
        chosen (``choices.csv``), and finished fits, which an interrupted evaluation takes up again.
    tell : callable
        Told in words what is being done.
    progress : callable
        Told the number of finished fits, of all fits, and which one was finished last.
    workers : int
        Processes; see `phasewise.learn.units.run_units`.

    Raises
    ------
    ModelError
        If an estimator does not know a setting, or a phase has no rows.
    """
    candidates = _candidates(recipe)
    rows, numbers = evaluated_rows(recipe)
    tell(f"{len(rows.y)} clean rows of {len(set(rows.source))} publications are scored")
    grouped, random, choices = nested_cross_validation(
        rows,
        recipe.phases,
        candidates,
        seeds=recipe.seeds,
        folder=out / UNITS,
        workers=workers,
        progress=progress,
    )
    publications = {
        name: len(set(rows.source[rows.y == k].astype(str))) for k, name in enumerate(recipe.phases)
    }
    notes = _notes(recipe, rows, publications)
    result = EvaluationResult(recipe.name, recipe.description, grouped, random, publications, notes, choices)
    _write(out / PREDICTIONS, lambda path: _predictions(result, rows, numbers).to_parquet(path))
    _write(out / SCORES, lambda path: _scores(result).to_csv(path, index=False))
    _write(out / CHOICES, lambda path: _choice_table(choices).to_csv(path, index=False))
    return result


def _candidates(recipe: EvaluationRecipe) -> list[Candidate]:
    candidates = []
    for name, entry in recipe.estimators.items():
        make = recipe.make(name)
        # Built here once, so that a wrong setting is told at once and not after hours of fits.
        for settings in entry.settings or recipe.estimators[entry.settings_of].settings:
            try:
                make(**settings)
            except TypeError as error:
                raise ModelError(f"Recipe '{recipe.name}', estimator '{name}': {error}.") from error
        candidates.append(Candidate(name, entry.title, make, entry.settings, entry.settings_of))
    return candidates


def _notes(recipe: EvaluationRecipe, rows: LabelledRows, publications: dict[str, int]) -> list[str]:
    largest = max(np.bincount(rows.y))
    counts = ", ".join(f"{name} {n}" for name, n in sorted(publications.items(), key=lambda item: item[1]))
    missing = ", ".join(
        f"{name} {part:.0%}" for name, part in zip(recipe.oxides, np.isnan(rows.x).mean(axis=0), strict=True)
    )
    notes = [
        f"All {len(rows.y)} clean rows are scored, each by a model that has seen no row of its publication.",
        f"Publications of each class: {counts}.",
        f"Part of the rows in which an oxide was not measured: {missing}.",
    ]
    if largest > recipe.most_rows:
        notes.append(
            f"A training set holds at most {recipe.most_rows} rows of a class, spread over its publications; "
            "all settings and estimators have the same ones."
        )
    notes.append(
        "Settings are those of the least class-balanced negative log-likelihood on the inner folds, by seed "
        f"{recipe.seeds[0]}. On random folds an estimator has the settings that most outer folds chose."
    )
    return notes + choice_notes(rows.y, rows.folds[GROUPED], recipe.phases)


def _predictions(result: EvaluationResult, rows: LabelledRows, numbers: np.ndarray) -> pd.DataFrame:
    """Return the label and its probability by each estimator for each row."""
    names = np.array(result.grouped[0].classes, dtype=object)
    columns: dict[str, Any] = {
        "row": numbers,
        "source": rows.source.astype(str),
        "fold": rows.folds[GROUPED],
        "random_fold": rows.folds[RANDOM],
        "truth": names[rows.y],
    }
    for split, pooled in ((GROUPED, result.grouped), (RANDOM, result.random)):
        for one in pooled:
            column = f"{one.estimator}_{split}_seed{one.seed}"
            columns[column] = names[one.probabilities.argmax(axis=1)]
            columns[f"{column}_probability"] = one.probabilities.max(axis=1)
            if one.epistemic is not None:
                columns[f"{column}_epistemic"] = one.epistemic
    return pd.DataFrame(columns)


def _scores(result: EvaluationResult) -> pd.DataFrame:
    pooled = [(GROUPED, one) for one in result.grouped] + [(RANDOM, one) for one in result.random]
    return pd.DataFrame([_score_row(split, one) for split, one in pooled])


def _score_row(split: str, one: OutOfFold) -> dict[str, Any]:
    scores = asdict(score(one.probabilities, one.truth, one.source))
    low, high = scores.pop("accuracy_interval") or (None, None)
    return {
        "estimator": one.estimator,
        "title": one.title,
        "split": split,
        "seed": one.seed,
        **scores,
        "accuracy_low": low,
        "accuracy_high": high,
    }


def _choice_table(choices: Sequence[Choice]) -> pd.DataFrame:
    entries = [
        asdict(c) | {"settings": ", ".join(f"{k}={v}" for k, v in c.settings.items())} for c in choices
    ]
    return pd.DataFrame(entries, columns=["estimator", "fold", "settings", "criterion", "chosen"])


def _write(target: Path, write: Callable[[Path], object]) -> None:
    with atomic_path(target) as draft:
        write(draft)
