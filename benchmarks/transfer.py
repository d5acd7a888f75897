"""What estimators that learnt from publications are worth on experiments, GEOROC and the Cascades.

Each estimator of the recipe `ten_oxides` has the settings that nested cross-validation chose, is fitted on
the clean rows of all publications and calibrated on its out-of-fold predictions; it has seen neither LEPR nor
GEOROC nor the Cascades compilation. The definitions are those of exam.py; LEPR-12k are the rows marked
``in_repo_lim_set`` with at least five of the ten oxides. ECE, Brier score and NLL are at level mid, where the
probabilities of ilmenite, magnetite and spinel are summed. Figures are means over the seeds of the recipe.

    python benchmarks/transfer.py RUN DEFAULT

RUN is the folder of `phasewise evaluate ten_oxides --out RUN`; DEFAULT that of `phasewise train default --out
DEFAULT`, whose siblings without experiments and without GEOROC stand beside them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import phasewise
from exam import judge_of, levels, macro_f1
from exam_sets import TEN, exam_sets, table
from phasewise.compositions.training.evaluation import evaluate, evaluated_rows
from phasewise.compositions.training.evaluation_recipe import EvaluationRecipe, read_evaluation
from phasewise.compositions.training.train_estimators import final_estimator, temperature_map
from phasewise.infer.predictive import entropy
from phasewise.learn.cutoff import cutoff_at_risk
from phasewise.learn.nested import EvaluationResult
from phasewise.learn.scores import accuracy_at_coverage, error_auroc, reliability
from provenance import write_results

SETS = ("dev_lepr", "test_lepr", "dev_georoc", "test_georoc", "test_cascades")
DEV_HALF = {"test_lepr": "dev_lepr", "test_georoc": "dev_georoc"}
RISK = 0.01


@dataclass(frozen=True)
class Told:
    """What a model says of a set: probabilities, where they are right, and what it is unsure of."""

    p: np.ndarray
    classes: tuple[str, ...]
    frame: pd.DataFrame
    parts: dict[str, np.ndarray]

    @property
    def called(self) -> pd.Series:
        """Names of the most probable classes."""
        return pd.Series(np.array(self.classes, dtype=object)[self.p.argmax(axis=1)])

    @property
    def right(self) -> np.ndarray:
        """Whether they are right at level mid."""
        return np.asarray(levels(self.called)[1] == levels(self.frame["truth"])[1])

    @property
    def unsure(self) -> np.ndarray:
        """Entropy in nats."""
        return entropy(self.p)


def known_sets() -> dict[str, pd.DataFrame]:
    """Return the sets of covered minerals."""
    sets = {name: frame for name, frame in exam_sets() if name in SETS}
    frame = table("lepr_experiments")
    frame = frame[frame["in_repo_lim_set"] & (frame[TEN].notna().sum(axis=1) >= 5)]
    frame = frame.assign(truth=levels(frame["mineral"])[0], source=frame["entity_id"].astype(str))
    return sets | {"lepr_12k": frame.reset_index(drop=True)}


def scores(told: Told) -> dict[str, float]:
    """Return the scores of a model on a set."""
    called, truth = levels(told.called), levels(told.frame["truth"])
    mid, best = told.right, told.p.max(axis=1)
    groups = levels(pd.Series(told.classes, dtype=object))[1].to_numpy()
    names = np.array(sorted({*groups, *truth[1]}))
    grouped = told.p @ (groups[:, None] == names).astype(float)
    true = truth[1].to_numpy()[:, None] == names
    return {
        "strict": (called[0] == truth[0]).mean(),
        "mid": mid.mean(),
        "coarse": (called[2] == truth[2]).mean(),
        "macro_f1": macro_f1(called[1].to_numpy(), truth[1].to_numpy()),
        "ece": reliability(best, mid).error,
        "brier": ((grouped - true) ** 2).sum(axis=1).mean(),
        "nll": -np.log(np.maximum(grouped[true], 1e-12)).mean(),
        "error_auroc": error_auroc(best, mid),
        "at_95_coverage": accuracy_at_coverage(best, mid, 0.95),
        "at_90_coverage": accuracy_at_coverage(best, mid, 0.9),
        "errors_above_0.9": ((best > 0.9) & ~mid).sum(),
    } | {f"error_auroc_{name}": error_auroc(-part, mid) for name, part in told.parts.items()}


def told_by(estimator: Any, frame: pd.DataFrame, classes: tuple[str, ...], calibration: Any) -> Told:
    """Return what a fitted estimator says of a set."""
    x = frame.reindex(columns=TEN).to_numpy(float)
    predictor = getattr(estimator, "predictor_", None)
    if not hasattr(predictor, "predictive"):
        return Told(calibration.apply(estimator.predict_proba(x)), classes, frame, {})
    said = predictor.predictive(x)
    parts = {"aleatoric": said.aleatoric, "epistemic": said.epistemic}
    return Told(calibration.apply(said.probabilities), classes, frame, parts)


def cutoffs(told: dict[str, Told], on_folds: float) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield what cut-offs of the entropy leave on test sets.

    One is chosen on out-of-fold predictions for publications, for the risk of the recipe, the other on the
    dev half of the same source, for a risk of 1 %.
    """
    for test, dev in DEV_HALF.items():
        half = told[dev]
        chosen = cutoff_at_risk(half.unsure, ~half.right, half.frame["source"].to_numpy(), RISK).cutoff
        for name, cutoff in (("folds", on_folds), ("dev", chosen)):
            kept = told[test].unsure <= cutoff
            yield (
                test,
                {
                    f"cutoff_{name}": cutoff,
                    f"accepted_{name}": kept.mean(),
                    f"wrong_{name}": (~told[test].right[kept]).mean() if kept.any() else np.nan,
                },
            )


def of_estimator(
    recipe: EvaluationRecipe, result: EvaluationResult, rows: Any, name: str, sets: dict[str, pd.DataFrame]
) -> Iterator[dict[str, Any]]:
    """Yield the scores of an estimator on each set, as means over the seeds."""
    found: dict[str, list[dict[str, float]]] = {key: [] for key in sets}
    for seed in recipe.seeds:
        pooled = result.of(name, seed)
        calibration = temperature_map(pooled)
        estimator = final_estimator(recipe, result, rows, name, seed)
        told = {key: told_by(estimator, frame, recipe.phases, calibration) for key, frame in sets.items()}
        p = calibration.apply(pooled.probabilities)
        wrong = p.argmax(axis=1) != pooled.truth
        on_folds = cutoff_at_risk(entropy(p), wrong, pooled.source, recipe.risk).cutoff
        for key, one in told.items():
            found[key].append({"temperature": 1 / calibration.scale[0], **scores(one)})
        for key, kept in cutoffs(told, on_folds):
            found[key][-1] |= kept
    for key, runs in found.items():
        seeds = pd.DataFrame(runs)
        yield {
            "set": key,
            "model": name,
            "rows": len(sets[key]),
            **seeds.mean().to_dict(),
            **{f"error_auroc_{end}": getattr(seeds["error_auroc"], end)() for end in ("min", "max")},
        }


def of_default(run: Path, sets: dict[str, pd.DataFrame]) -> Iterator[dict[str, Any]]:
    """Yield the scores of the default model on each set, by the sibling that has not seen its source."""
    for key, frame in sets.items():
        result = phasewise.classify(frame, model=judge_of(run, key), probabilities=True)
        names = [c for c in result if c.startswith("p_")]
        p = result[names].fillna(0).to_numpy(float)
        told = Told(p, tuple(c.removeprefix("p_") for c in names), frame, {})
        yield {"set": key, "model": "default", "rows": len(frame)} | scores(told)


def main() -> None:
    """Score all estimators and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("default", type=Path)
    arguments = parser.parse_args()
    recipe, sets = read_evaluation("ten_oxides"), known_sets()
    result, (rows, _) = evaluate(recipe, arguments.run), evaluated_rows(recipe)
    found = list(of_default(arguments.default, sets))
    for name in recipe.estimators:
        found += of_estimator(recipe, result, rows, name, sets)
        print(pd.DataFrame(found).set_index(["set", "model"]).round(4).tail(len(sets)).T.to_string())
    columns = list(dict.fromkeys(key for row in found for key in row))
    full = [{k: _rounded(row.get(k, "")) for k in columns} for row in found]
    print(f"Written: {write_results('transfer', full)}")


def _rounded(value: Any) -> Any:
    return round(float(value), 4) if isinstance(value, float | np.floating) else value


if __name__ == "__main__":
    main()
