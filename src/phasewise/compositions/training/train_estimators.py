"""Models of oxides from an evaluation: fitted on all rows, calibrated on what the evaluation predicted.

The evaluation has predicted every row by a model that had not seen its publication. Temperature, prediction
sets, the cut-off of the uncertainty and all figures in the card come from those predictions; only then is
the model that is shipped fitted on all folds.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.model import TASK, conformal_entries
from phasewise.compositions.oxide_model import KIND
from phasewise.compositions.training.evaluation import evaluate, evaluated_rows
from phasewise.compositions.training.tables import SOURCES
from phasewise.infer.predictive import entropy
from phasewise.learn.bundle import save_bundle
from phasewise.learn.calibrate import fit_temperature_map, fit_vector_scaling, source_weights
from phasewise.learn.conformal import cross_coverage, fit_conformal
from phasewise.learn.cutoff import Cutoff, cutoff_at_risk
from phasewise.learn.scores import class_scores, score
from phasewise.learn.units import with_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from phasewise.compositions.training.evaluation_recipe import EvaluationRecipe
    from phasewise.core.types import FloatArray
    from phasewise.infer.calibration import CalibrationMap
    from phasewise.learn.nested import EvaluationResult, OutOfFold
    from phasewise.learn.units import LabelledRows

__all__ = [
    "calibrated_out_of_fold",
    "final_estimator",
    "final_settings",
    "temperature_map",
    "train_estimators",
    "vector_map",
]

SOFTEST = 30.0
"""Temperatures are looked for from 1 to this: Gaussians are far too sure where minerals are not normal."""

PROBABILITY = 0.8
"""A phase whose probability is lower is ambiguous."""


def train_estimators(
    recipe: EvaluationRecipe,
    out: Path,
    *,
    tell: Callable[[str], object],
    progress: Callable[[int, int, str], object],
    workers: int = 1,
) -> list[Path]:
    """Train the estimators of a recipe that have a bundle, and return the folders they are written to.

    Parameters
    ----------
    recipe : EvaluationRecipe
        Its evaluation is run first, or taken up where it was left.
    out : Path
        Folder of the evaluation; each bundle is a folder in it.
    tell, progress, workers
        As for `evaluate`.
    """
    result = evaluate(recipe, out, tell=tell, progress=progress, workers=workers)
    rows, _ = evaluated_rows(recipe)
    written = []
    for name, entry in recipe.estimators.items():
        if entry.bundle:
            tell(f"{entry.bundle}: fitted on all rows")
            written.append(out / entry.bundle)
            _train(recipe, result, rows, name, written[-1])
    return written


def final_settings(recipe: EvaluationRecipe, result: EvaluationResult, name: str) -> Mapping[str, Any]:
    """Return the settings of an estimator with the least criterion on average over the outer folds."""
    chooser = recipe.estimators[name].settings_of or name
    settings = recipe.estimators[chooser].settings
    choices = [c for c in result.choices if c.estimator == chooser]
    if not choices:
        return settings[0]
    means = [np.mean([c.criterion for c in choices if c.settings == s]) for s in settings]
    return settings[int(np.argmin(means))]


def final_estimator(
    recipe: EvaluationRecipe, result: EvaluationResult, rows: LabelledRows, name: str, seed: int
) -> Any:
    """Return an estimator with its final settings, fitted on the rows of all folds."""
    training = np.arange(len(rows.y))
    if rows.thin is not None:
        training = np.sort(rows.thin(training, rows.y, rows.source, np.random.default_rng(seed)))
    estimator = recipe.make(name)(**final_settings(recipe, result, name))
    return with_seed(estimator, seed).fit(rows.x[training], rows.y[training])


def _train(
    recipe: EvaluationRecipe, result: EvaluationResult, rows: LabelledRows, name: str, folder: Path
) -> None:
    entry, seed = recipe.estimators[name], recipe.seeds[0]
    pooled = result.of(name, seed)
    calibration = temperature_map(pooled)
    p = calibration.apply(pooled.probabilities)
    wrong = p.argmax(axis=1) != pooled.truth
    cutoff = cutoff_at_risk(entropy(p), wrong, pooled.source, recipe.risk)
    conformal = fit_conformal(p, pooled.truth, pooled.source, recipe.coverage)
    estimator = final_estimator(recipe, result, rows, name, seed)
    card = {
        "name": entry.bundle,
        "description": (
            f"{entry.title}: tells {len(recipe.phases)} minerals by {len(recipe.oxides)} oxides alone; after "
            f"the recipe {recipe.name}"
        ),
        "task": TASK,
        "kind": KIND,
        "classes": list(recipe.phases),
        "inputs": {
            "unit": "wt%, total iron as FeO; NaN where not measured",
            "columns": list(recipe.oxides),
        },
        "model": {"type": entry.type, **_plain(estimator.get_params())},
        "calibration": {"temperature": float(1 / calibration.scale[0])},
        "thresholds": {"belonging": 0.0, "probability": PROBABILITY} | _cutoff_entries(cutoff, recipe.risk),
        "conformal": conformal_entries(conformal, recipe.phases),
        "training": {
            "rows": len(rows.y),
            "rows_sha256": rows.sha256,
            "split": "five folds by publication",
            "sources": SOURCES[:1],
            "recipe": recipe.name,
        },
        "metrics": _metrics(result, pooled, recipe.coverage),
        "limits": {
            "not_trained_on": "LEPR and other experiments, GEOROC, glasses; see docs/figures.md",
            "text": (
                "Gives every analysis one of its phases: it has learnt nothing of other minerals, glass or "
                "mixtures, which are refused by stoichiometry, total or uncertainty alone. For work with "
                "real tables take the model 'default'."
            ),
        },
    }
    save_bundle(folder, estimator.predictor_.to_arrays(), card)


def _cutoff_entries(cutoff: Cutoff, risk: float) -> dict[str, Any]:
    if np.isinf(cutoff.cutoff):
        return {"risk": risk, "risk_note": cutoff.note}
    return {"risk": risk, "risk_bound": cutoff.risk_bound, "uncertainty": cutoff.cutoff}


def temperature_map(pooled: OutOfFold, rows: np.ndarray | slice = slice(None)) -> CalibrationMap:
    """Return the temperature that fits out-of-fold predictions best; every publication counts alike."""
    return _fitted(fit_temperature_map, pooled, rows)


def vector_map(pooled: OutOfFold, rows: np.ndarray | slice = slice(None)) -> CalibrationMap:
    """Return the scale and bias of each class that fit out-of-fold predictions best, in the same way."""
    return _fitted(fit_vector_scaling, pooled, rows)


def _fitted(
    fit: Callable[..., CalibrationMap], pooled: OutOfFold, rows: np.ndarray | slice
) -> CalibrationMap:
    truth, source = pooled.truth[rows], pooled.source[rows]
    weight = source_weights(truth, source)
    return fit(pooled.probabilities[rows], truth, sample_weight=weight, between=(1.0, SOFTEST))


def calibrated_out_of_fold(
    pooled: OutOfFold, fit: Callable[[OutOfFold, np.ndarray], CalibrationMap] = temperature_map
) -> FloatArray:
    """Return the probabilities of each fold after the calibration that fits the other folds best."""
    p = np.empty_like(pooled.probabilities)
    for fold in np.unique(pooled.fold):
        held = pooled.fold == fold
        p[held] = fit(pooled, ~held).apply(pooled.probabilities[held])
    return p


def _metrics(result: EvaluationResult, pooled: OutOfFold, coverage: float) -> dict[str, Any]:
    p = calibrated_out_of_fold(pooled)
    names = np.array(pooled.classes, dtype=object)
    scores = score(p, pooled.truth, pooled.source)
    by_class = class_scores(names[pooled.truth], names[p.argmax(axis=1)], pooled.source)
    sets = cross_coverage(p, pooled.truth, pooled.source, pooled.fold, coverage)
    random = next((one for one in result.random if one.estimator == pooled.estimator), None)
    found: dict[str, Any] = {
        "split": (
            "pooled over five folds by publication, settings chosen on inner folds, calibrated on the "
            f"other folds; seed {pooled.seed}"
        ),
        "rows": scores.rows,
        "publications": scores.sources,
        "accuracy": scores.accuracy,
        "accuracy_interval": list(scores.accuracy_interval or ()),
        "macro_f1": scores.f1,
        "expected_calibration_error": scores.ece,
        "set_coverage": sets.coverage,
        "set_mean_size": sets.mean_size,
        "by_class": {s.name: _plain({k: v for k, v in asdict(s).items() if k != "name"}) for s in by_class},
    }
    for one in sets.by_class:
        found["by_class"][names[one.index]]["set_coverage"] = one.coverage
    if random is not None:
        right = random.probabilities.argmax(axis=1) == random.truth
        found["accuracy_on_random_folds"] = float(right.mean())
    return found


def _plain(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return entries that TOML can hold: tuples as lists, none without a value."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in sorted(entries.items()) if v is not None}
