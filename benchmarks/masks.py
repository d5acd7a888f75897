"""What the pattern of measured oxides gives away, and whether the model uses it.

- ``masks only, as published``: a tree that sees nothing but which inputs a row reports, by publication.
- ``masks only, as in training``: the same on the patterns that the model is trained with.
- ``model, own masks`` and ``model, swapped masks``: siblings on publications that they have not seen, once as
  published, once with the pattern of a row of another mineral; an oxide that the other row lacks is taken
  out unless it makes more than 14 % of the mass, one that it has is given as 0.

    python benchmarks/masks.py RUN      RUN = folder of `phasewise train default --out RUN`
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.load import load_model
from phasewise.compositions.training.assemble import phase_index, stoichiometric_tests
from phasewise.compositions.training.augment import MAJOR, draw_masks
from phasewise.compositions.training.clean import clean
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.tables import training_minerals
from phasewise.core.types import BoolArray, FloatArray
from provenance import write_results

PHASES = read_recipe("default").phases


def tree_accuracy(masks: BoolArray, truth: np.ndarray, fold: np.ndarray) -> float:
    """Return the accuracy of a tree on masks, each fold by a tree that has not seen it."""
    right = np.zeros(len(truth), dtype=bool)
    for k in np.unique(fold):
        tree = DecisionTreeClassifier(min_samples_leaf=5, random_state=0).fit(
            masks[fold != k], truth[fold != k]
        )
        right[fold == k] = tree.predict(masks[fold == k]) == truth[fold == k]
    return float(right.mean())


def swapped(values: FloatArray, truth: np.ndarray, rng: np.random.Generator) -> FloatArray:
    """Return the values with the pattern of a random row of another mineral."""
    other = rng.permutation(len(values))
    while (same := truth[other] == truth).any():
        other[same] = rng.integers(0, len(values), int(same.sum()))
    mass = np.fmax(np.nan_to_num(values), 0)
    main = mass > MAJOR * mass.sum(axis=1, keepdims=True)
    return np.where(main | ~np.isnan(values[other]), np.nan_to_num(values), np.nan)


def main() -> None:
    """Compute the accuracies and write them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path)
    run = parser.parse_args().run
    table = clean(training_minerals(), load_minerals(), stoichiometric_tests(PHASES)).kept
    truth, rng = phase_index(table, PHASES), np.random.default_rng(0)
    accuracy = {
        "masks only, as published": tree_accuracy(~np.isnan(table.values), truth, table.fold),
        "masks only, as in training": tree_accuracy(draw_masks(len(truth), rng), truth, table.fold),
        "always the most frequent mineral": float(np.bincount(truth).max() / len(truth)),
    }
    for name, values in {"own": table.values, "swapped": swapped(table.values, truth, rng)}.items():
        right = np.zeros(len(truth), dtype=bool)
        for k in range(5):
            rows = table.fold == k
            p = load_model(run / "siblings" / f"fold_{k}").probabilities(values[rows])[:, :-1]
            right[rows] = p.argmax(axis=1) == truth[rows]
        accuracy[f"model, {name} masks"] = float(right.mean())
    results = [{"what": name, "rows": len(truth), "accuracy": round(a, 4)} for name, a in accuracy.items()]
    for row in results:
        print(row)
    print(f"Written: {write_results('masks', results)}")


if __name__ == "__main__":
    main()
