"""How well mixtures are taken apart: the two minerals, their proportion, and its error.

Mixtures of two published analyses with 10-90 % of each, made of the publications of one fold and judged by
the sibling that has not seen it, typical compositions included. The error of the proportion is judged where
both minerals are named.

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
from phasewise.compositions.training.tables import Table, training_minerals
from phasewise.core.types import FloatArray, IntArray
from provenance import write_results

RECIPE = read_recipe("default")
PHASES = RECIPE.phases
PER_FOLD = 4000


def judged(run: Path, table: Table, fold: int) -> dict[str, FloatArray]:
    """Return, for mixtures of one fold, what was named, and errors of the proportion by both ways."""
    own = table.take(np.flatnonzero(table.fold == fold))
    rng = np.random.default_rng([17, fold])
    rows = mixtures(own.values, phase_index(own, PHASES), PHASES, PER_FOLD, rng, between=(0.1, 0.9))
    truth = rows.targets[:, :-1] / rows.targets[:, :-1].sum(axis=1, keepdims=True)
    model = load_model(run / "siblings" / f"fold_{fold}")
    fractions = model.fractions(rows.values)[:, :-1]
    first, second = model.best_pair(rows.values, fractions)
    pair, place = np.sort(two_best(truth), axis=1), np.arange(len(truth))
    right = (pair == np.sort(np.stack([first, second], axis=1), axis=1)).all(axis=1)
    network = fractions[place, second] / (fractions[place, first] + fractions[place, second])
    part, error = model.parts(rows.values, first, second)
    off = np.abs(part - truth[place, second])
    return {
        "named by the network": (pair == np.sort(two_best(fractions), axis=1)).all(axis=1),
        "named": right,
        "network": np.abs(network - truth[place, second])[right],
        "off": off[right],
        "deviations": (off / error)[right],
    }


def two_best(shares: FloatArray) -> IntArray:
    """Return the indices (n, 2) of the two largest."""
    return np.argsort(-shares, axis=1)[:, :2]


def main() -> None:
    """Compute the figures and write them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path)
    run = parser.parse_args().run
    table = clean(training_minerals(), load_minerals(), stoichiometric_tests(PHASES)).kept
    parts = [judged(run, table, fold) for fold in range(5)]
    by_network, named, network, off, deviations = (np.concatenate([p[k] for p in parts]) for k in parts[0])
    figures = {
        "both minerals named by the network alone": by_network.mean(),
        "both minerals named": named.mean(),
        "error of the proportion by the network, mean": network.mean(),
        "error of the proportion, mean": off.mean(),
        "error of the proportion, 90 % below": np.quantile(off, 0.9),
        "within one standard deviation": (deviations < 1).mean(),
        "within two standard deviations": (deviations < 2).mean(),
    }
    results = [{"what": k, "rows": 5 * PER_FOLD, "value": round(float(v), 4)} for k, v in figures.items()]
    for row in results:
        print(row)
    print(f"Written: {write_results('mixtures', results)}")


if __name__ == "__main__":
    main()
