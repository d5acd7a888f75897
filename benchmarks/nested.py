"""What nested cross-validation by publication says of the estimators, class by class and fold by fold.

Everything comes from the pooled predictions of `phasewise evaluate ten_oxides`: each row by a model that has
not seen its publication. Scores are means over the seeds; classes, folds and prediction sets are those of the
first seed. An interval is over resampled publications, and only given where a class has at least five.

    python benchmarks/nested.py RUN      RUN = folder of `phasewise evaluate ten_oxides --out RUN`
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from phasewise.compositions.training.evaluation import evaluate
from phasewise.compositions.training.evaluation_recipe import read_evaluation
from phasewise.compositions.training.train_estimators import (
    calibrated_out_of_fold,
    temperature_map,
    vector_map,
)
from phasewise.learn.calibrate import source_weights
from phasewise.learn.conformal import cross_coverage
from phasewise.learn.nested import EvaluationResult, OutOfFold
from phasewise.learn.scores import class_scores, score
from provenance import write_results


def overall(result: EvaluationResult, estimator: str) -> dict[str, Any]:
    """Return the scores of an estimator on folds by publication and on random folds."""
    runs = [one for one in result.grouped if one.estimator == estimator]
    scores = [score(one.probabilities, one.truth, one.source) for one in runs]
    random = next(one for one in result.random if one.estimator == estimator)
    leaky = score(random.probabilities, random.truth, random.source)
    names = ("accuracy", "precision", "recall", "f1", "ece", "brier", "nll", "error_auroc")
    low, high = scores[0].accuracy_interval or (np.nan, np.nan)
    calibrated = score(calibrated_out_of_fold(runs[0]), runs[0].truth, runs[0].source)
    return {
        "estimator": estimator,
        "title": runs[0].title,
        "rows": scores[0].rows,
        "publications": scores[0].sources,
        "seeds": len(runs),
        **{name: float(np.mean([getattr(s, name) for s in scores])) for name in names},
        "accuracy_low": low,
        "accuracy_high": high,
        "f1_lowest_seed": min(s.f1 for s in scores),
        "f1_highest_seed": max(s.f1 for s in scores),
        "ece_calibrated": calibrated.ece,
        "accuracy_random_folds": leaky.accuracy,
        "f1_random_folds": leaky.f1,
        "settings": "; ".join(_words(c) for c in runs[0].chosen),
    }


def _words(settings: Any) -> str:
    return ", ".join(f"{k}={v}" for k, v in settings.items())


def names_of(one: OutOfFold) -> tuple[np.ndarray, np.ndarray]:
    """Return the true and the called names of each row."""
    names = np.array(one.classes, dtype=object)
    return names[one.truth], names[one.probabilities.argmax(axis=1)]


def by_class(first: list[OutOfFold]) -> Iterator[dict[str, Any]]:
    """Yield what each class gets by each estimator."""
    for one in first:
        for found in class_scores(*names_of(one), one.source):
            entries = asdict(found)
            low, high = entries.pop("interval") or (np.nan, np.nan)
            named = {"class": entries.pop("name"), "estimator": one.estimator}
            yield named | {**entries, "f1_low": low, "f1_high": high}


def by_fold(first: list[OutOfFold]) -> Iterator[dict[str, Any]]:
    """Yield how much of a class each fold finds again, for classes that some folds lack."""
    truth = names_of(first[0])[0]
    for name in first[0].classes:
        of_class = truth == name
        folds = np.unique(first[0].fold[of_class])
        if len(folds) == 5:
            continue
        for fold in folds:
            held = of_class & (first[0].fold == fold)
            left = of_class & ~held
            recalls = {o.estimator: (names_of(o)[1][held] == name).mean() for o in first}
            yield {
                "class": name,
                "fold": int(fold),
                "rows": int(held.sum()),
                "publications": len(set(first[0].source[held])),
                "rows_left_to_learn_from": int(left.sum()),
                "publications_left": len(set(first[0].source[left])),
                **recalls,
            }


def largest_errors(first: list[OutOfFold], most: int = 4) -> Iterator[dict[str, Any]]:
    """Yield the publications in which an estimator mistakes most rows of one class for another."""
    for one in first:
        truth, called = names_of(one)
        wrong = pd.DataFrame({"class": truth, "called": called, "publication": one.source})[truth != called]
        for group, rows in wrong.value_counts().head(most).items():
            named = dict(zip(wrong.columns, group, strict=True))
            of_class = (truth == named["class"]) & (one.source == named["publication"])
            yield {"estimator": one.estimator} | named | {"rows": int(rows), "of": int(of_class.sum())}


def calibrations(one: OutOfFold) -> Iterator[dict[str, Any]]:
    """Yield calibration on publications that the calibration has not seen; each publication counts alike."""
    weight = source_weights(one.truth, one.source)
    ways = {
        "none": one.probabilities,
        "temperature": calibrated_out_of_fold(one, temperature_map),
        "vector": calibrated_out_of_fold(one, vector_map),
    }
    for way, p in ways.items():
        truth = np.maximum(p[np.arange(len(p)), one.truth], 1e-12)
        yield {
            "estimator": one.estimator,
            "calibration": way,
            "ece": score(p, one.truth, one.source).ece,
            "nll": float(-np.log(truth).mean()),
            "nll_by_publication": float(np.average(-np.log(truth), weights=weight)),
        }


def sets(one: OutOfFold, coverage: float) -> Iterator[dict[str, Any]]:
    """Yield the coverage of class-conditional sets on publications that their thresholds have not seen."""
    found = cross_coverage(calibrated_out_of_fold(one), one.truth, one.source, one.fold, coverage)
    low, high = found.interval or (np.nan, np.nan)
    yield {
        "class": "all",
        "nominal": coverage,
        "rows": len(one.truth),
        "publications": len(set(one.source)),
        "coverage": found.coverage,
        "coverage_low": low,
        "coverage_high": high,
        "publication_coverage": found.source_coverage,
        "mean_size": found.mean_size,
    }
    for c in found.by_class:
        yield {
            "class": one.classes[c.index],
            "nominal": coverage,
            "rows": c.rows,
            "publications": c.sources,
            "coverage": c.coverage,
            "publication_coverage": c.source_coverage,
            "mean_size": c.mean_size,
        }


def main() -> None:
    """Write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path)
    recipe = read_evaluation("ten_oxides")
    result = evaluate(recipe, parser.parse_args().run)
    first = [result.of(name, recipe.seeds[0]) for name in recipe.estimators]
    conformal = [{"estimator": o.estimator} | row for o in first for row in sets(o, recipe.coverage)]
    for name, rows in {
        "nested": [overall(result, name) for name in recipe.estimators],
        "nested_classes": list(by_class(first)),
        "nested_folds": list(by_fold(first)),
        "nested_errors": list(largest_errors(first)),
        "calibration": [row for one in first for row in calibrations(one)],
        "conformal": conformal,
    }.items():
        rounded = [{k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()} for row in rows]
        print(pd.DataFrame(rounded).to_string())
        print(f"Written: {write_results(name, rounded)}")


if __name__ == "__main__":
    main()
