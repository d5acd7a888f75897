"""What mixed rows in training do to networks and Bayesian networks, on sources that they have not seen.

The dev halves of LEPR and GEOROC, on which the share of one half was chosen. Definitions as in transfer.py;
no calibration, three seeds, settings as nested cross-validation chooses them for most folds.

    python benchmarks/mixup.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from phasewise.compositions.training.evaluation import evaluated_rows
from phasewise.compositions.training.evaluation_recipe import read_evaluation
from phasewise.infer.calibration import CalibrationMap
from phasewise.learn.bnn import BayesianNetworkClassifier
from phasewise.learn.mlp import NetworkClassifier
from provenance import write_results
from transfer import known_sets, scores, told_by

SHARES = (0.0, 0.1, 0.5, 1.0)
BAYESIAN = {"kl_weight": 0.1, "least_rows": 100.0, "epochs": 60}
MAKES: dict[str, Any] = {
    "mlp": lambda **more: NetworkClassifier(epochs=60, **more),
    "bnn_last": lambda **more: BayesianNetworkClassifier("last", **BAYESIAN, **more),
    "bnn_all": lambda **more: BayesianNetworkClassifier("all", **BAYESIAN, **more),
}
SHOWN = ("mid", "macro_f1", "ece", "nll", "error_auroc", "errors_above_0.9")


def main() -> None:
    """Fit, score and write."""
    recipe = read_evaluation("ten_oxides")
    rows, _ = evaluated_rows(recipe)
    assert rows.thin is not None
    sets = {name: frame for name, frame in known_sets().items() if name.startswith("dev_")}
    found = [
        {"set": key, "model": name, "mixup": share} | entries
        for name in MAKES
        for share in SHARES
        for key, entries in _scored(recipe, rows, MAKES[name], share, sets)
    ]
    print(pd.DataFrame(found).to_string())
    print(f"Written: {write_results('mixup', found)}")


def _scored(
    recipe: Any, rows: Any, make: Any, share: float, sets: dict[str, pd.DataFrame]
) -> Iterator[tuple[str, dict[str, float]]]:
    none = CalibrationMap.identity(len(recipe.phases))
    runs: dict[str, list[dict[str, float]]] = {key: [] for key in sets}
    for seed in recipe.seeds:
        everything = np.arange(len(rows.y))
        training = np.sort(rows.thin(everything, rows.y, rows.source, np.random.default_rng(seed)))
        estimator = make(mixup=share, random_state=seed).fit(rows.x[training], rows.y[training])
        for key, frame in sets.items():
            runs[key].append(scores(told_by(estimator, frame, recipe.phases, none)))
    for key, of_seeds in runs.items():
        mean = pd.DataFrame(of_seeds).mean()
        yield key, {name: round(float(mean[name]), 4) for name in SHOWN}


if __name__ == "__main__":
    main()
