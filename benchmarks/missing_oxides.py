"""How often a mineral is right when oxides are missing, beside filling them in with zero.

Each of the ten oxides is left out in turn, and random sets of six to nine oxides are kept, drawn anew for
every row, five times. Rows that keep no oxide above zero are not counted. Every estimator sees the ten
oxides only, with NaN where one is missing, and names a mineral; right is the published mineral, with
ilmenite, magnetite and spinel counted as one. All were trained on the same clean published rows, the default
model on simulated ones as well; none has seen the LEPR and GEOROC rows scored here.

    python benchmarks/missing_oxides.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier
from tqdm import tqdm

from exam import Baseline, levels, shipped_judge_of
from exam_sets import TEN, georoc, lepr
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.training.tables import Table
from phasewise.core.types import Analyses, BoolArray, FloatArray
from phasewise.learn.bnn import BayesianNetworkClassifier
from phasewise.learn.gda import GaussianDiscriminantClassifier
from phasewise.learn.mlp import Missing, NetworkClassifier
from provenance import write_results

SETS = ("dev_lepr", "dev_georoc")
KEPT = (9, 8, 7, 6)
DRAWS = 5
NOTHING = ""

Predict = Callable[[FloatArray, str], np.ndarray]
"""From (n, 10) wt% with NaN where missing, and the name of their set, to (n,) names of minerals."""


def default_model(_: Table) -> Predict:
    """Return the names that the sibling gives which has not seen the set, NaN being not measured."""

    def run(values: FloatArray, name: str) -> np.ndarray:
        model = load_model(shipped_judge_of(name))
        names = np.array([*model.phases, NOTHING], dtype=object)
        analyses = Analyses(values.copy(), tuple(TEN), np.zeros(values.shape, dtype=bool))
        return names[predict(analyses, model).phase]

    return run


def with_zeros(load: Callable[[Table], Predict]) -> Callable[[Table], Predict]:
    """Return an estimator that is given 0 for what is missing."""

    def loaded(table: Table) -> Predict:
        run = load(table)
        return lambda values, name: run(np.nan_to_num(values), name)

    return loaded


def fitted(make: Callable[[], Any]) -> Callable[[Table], Predict]:
    """Return an estimator of scikit-learn's kind, fitted on the ten oxides of the table."""

    def loaded(table: Table) -> Predict:
        estimator = make()
        estimator.fit(table.values[:, : len(TEN)], table.label.astype(str))
        return lambda values, _: np.asarray(estimator.predict(values), dtype=object)

    return loaded


def fitted_with_zeros(make: Callable[[], Any]) -> Callable[[Table], Predict]:
    """Return the same with 0 for what is missing, in training and in prediction."""

    def loaded(table: Table) -> Predict:
        estimator = make()
        estimator.fit(np.nan_to_num(table.values[:, : len(TEN)]), table.label.astype(str))
        return lambda values, _: np.asarray(estimator.predict(np.nan_to_num(values)), dtype=object)

    return loaded


def extra_trees() -> ExtraTreesClassifier:
    """Return the baseline of the exam."""
    return ExtraTreesClassifier(200, min_samples_leaf=2, n_jobs=2, random_state=0)


def gaussians() -> GaussianDiscriminantClassifier:
    """Return Gaussians, which marginalise over what is missing."""
    return GaussianDiscriminantClassifier(covariance="class")


def network(missing: Missing) -> Callable[[], NetworkClassifier]:
    """Return what makes a network that learns what "not measured" means, or takes it for 0."""
    return lambda: NetworkClassifier(epochs=40, missing=missing, random_state=1)


def bayesian(missing: Missing) -> Callable[[], BayesianNetworkClassifier]:
    """Return what makes a Bayesian network of either kind."""
    return lambda: BayesianNetworkClassifier(epochs=60, mixup=0.5, missing=missing, random_state=1)


ESTIMATORS: list[tuple[str, Callable[[Table], Predict]]] = [
    ("phasewise default", default_model),
    ("phasewise default, 0 for missing", with_zeros(default_model)),
    ("Gaussians, marginal", fitted(gaussians)),
    ("Gaussians, 0 for missing", fitted_with_zeros(gaussians)),
    ("network, learnt", fitted(network("learnt"))),
    ("network, 0 for missing", fitted_with_zeros(network("zero"))),
    ("Bayesian, learnt", fitted(bayesian("learnt"))),
    ("Bayesian, 0 for missing", fitted_with_zeros(bayesian("zero"))),
    ("extra-trees, 0 for missing", fitted_with_zeros(extra_trees)),
]
"""Name and how it is made from the clean published rows; only what is asked for is loaded."""


def cases(shape: tuple[int, int]) -> Iterator[tuple[str, list[BoolArray]]]:
    """Yield what is kept, and which values of a set that is, once for every draw."""
    yield "all ten", [np.ones(shape, dtype=bool)]
    for k, name in enumerate(TEN):
        yield f"without {name}", [np.arange(len(TEN)) != np.full(shape, k)]
    rng = np.random.default_rng(0)
    for n in KEPT:
        yield f"{n} at random", [rng.random(shape).argsort(axis=1).argsort(axis=1) < n for _ in range(DRAWS)]


def accuracy(
    run: Predict, name: str, values: FloatArray, truth: np.ndarray, masks: list[BoolArray]
) -> tuple[float, int]:
    """Return the share of right rows and how many were judged."""
    right = judged = 0
    for kept in masks:
        left = np.where(kept, values, np.nan)
        rows = np.fmax(np.nan_to_num(left), 0).any(axis=1)
        called = levels(pd.Series(run(left[rows], name), dtype=object))[1].to_numpy()
        right += int((called == truth[rows]).sum())
        judged += int(rows.sum())
    return right / judged, judged


def main() -> None:
    """Score every estimator on every set with every choice of oxides."""
    table = Baseline().table
    sets = {name: frame for source in (lepr, georoc) for name, frame in source() if name in SETS}
    rows: list[dict[str, Any]] = []
    for title, load in ESTIMATORS:
        run = load(table)
        for name, frame in sets.items():
            values = frame[TEN].to_numpy(dtype=float)
            truth = levels(frame["truth"])[1].to_numpy()
            for what, masks in tqdm(list(cases(values.shape)), desc=f"{title}, {name}", leave=False):
                share, judged = accuracy(run, name, values, truth, masks)
                rows.append({"set": name, "oxides": what, "judged": judged, title: round(share, 4)})
    frame = pd.DataFrame(rows).groupby(["set", "oxides", "judged"], sort=False).first().reset_index()
    print(frame.to_string())
    print(f"Written: {write_results('missing_oxides', frame.to_dict('records'))}")


if __name__ == "__main__":
    main()
