"""How well mixtures are taken apart: the two minerals, and their proportion.

Mixtures of two published analyses with 10-90 % of each, made of the publications of one fold and judged by
the sibling that has not seen it.

    python benchmarks/mixtures.py RUN      RUN = folder of `phasewise train default --out RUN`
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.load import load_model
from phasewise.compositions.training.assemble import phase_index, stoichiometric_tests
from phasewise.compositions.training.clean import clean
from phasewise.compositions.training.counterexamples import mixtures
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.tables import training_minerals
from provenance import write_results

PHASES = read_recipe("default").phases
PER_FOLD = 4000


def main() -> None:
    """Compute the figures and write them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path)
    run = parser.parse_args().run
    table = clean(training_minerals(), load_minerals(), stoichiometric_tests(PHASES)).kept
    named, error = [], []
    for fold in range(5):
        own = table.take(np.flatnonzero(table.fold == fold))
        rng = np.random.default_rng([17, fold])
        rows = mixtures(own.values, phase_index(own, PHASES), PHASES, PER_FOLD, rng, between=(0.1, 0.9))
        truth = rows.targets[:, :-1] / rows.targets[:, :-1].sum(axis=1, keepdims=True)
        found = load_model(run / "siblings" / f"fold_{fold}").fractions(rows.values)[:, :-1]
        pair, best = (np.sort(np.argsort(-x, axis=1)[:, :2], axis=1) for x in (truth, found))
        place = np.arange(len(truth))
        right = (pair == best).all(axis=1)
        parts = found[place, pair[:, 0]] / (found[place, pair[:, 0]] + found[place, pair[:, 1]])
        named.append(right)
        error.append(np.abs(parts - truth[place, pair[:, 0]])[right])
    errors = np.concatenate(error)
    figures = {
        "both minerals named": np.concatenate(named).mean(),
        "error of the proportion, mean": errors.mean(),
        "error of the proportion, 90 % below": np.quantile(errors, 0.9),
    }
    results = [{"what": k, "rows": 5 * PER_FOLD, "value": round(float(v), 4)} for k, v in figures.items()]
    for row in results:
        print(row)
    print(f"Written: {write_results('mixtures', results)}")


if __name__ == "__main__":
    main()
