"""How well mixtures are taken apart: the two minerals, their proportion, and its error.

Mixtures of two published analyses with 10-90 % of each, made of the publications of one fold and judged by
the sibling that has not seen it. The error of the proportion is judged where both minerals are named, by
typical compositions of the other folds and the factor fitted on other mixtures of them.

    python benchmarks/mixtures.py RUN      RUN = folder of `phasewise train default --out RUN`
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.load import load_model
from phasewise.compositions.training.assemble import phase_index, stoichiometric_tests
from phasewise.compositions.training.clean import clean
from phasewise.compositions.training.counterexamples import mixtures
from phasewise.compositions.training.mixing import fit_mixing, typical_compositions
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.tables import Table, training_minerals
from phasewise.core.types import FloatArray, IntArray
from phasewise.infer.mixing import TypicalCompositions
from provenance import write_results

RECIPE = read_recipe("default")
PHASES = RECIPE.phases
PER_FOLD = 4000


def without(table: Table, fold: int) -> TypicalCompositions:
    """Return typical compositions and the error of their parts, from all folds but one."""
    seen = table.take(np.flatnonzero(table.fold != fold))
    scale = fit_mixing(seen, RECIPE).error_scale
    return replace(typical_compositions(seen, RECIPE, np.random.default_rng([23, fold])), error_scale=scale)


def judged(run: Path, table: Table, fold: int) -> dict[str, FloatArray]:
    """Return, for mixtures of one fold, what was named, and errors of the proportion by both ways."""
    own = table.take(np.flatnonzero(table.fold == fold))
    rng = np.random.default_rng([17, fold])
    rows = mixtures(own.values, phase_index(own, PHASES), PHASES, PER_FOLD, rng, between=(0.1, 0.9))
    truth = rows.targets[:, :-1] / rows.targets[:, :-1].sum(axis=1, keepdims=True)
    found = load_model(run / "siblings" / f"fold_{fold}").fractions(rows.values)[:, :-1]
    pair, best = (two_best(x) for x in (truth, found))
    place = np.arange(len(truth))
    right = (np.sort(pair, axis=1) == np.sort(best, axis=1)).all(axis=1)
    first, second = best.T
    network = found[place, second] / (found[place, first] + found[place, second])
    part, error = without(table, fold).parts(rows.values, first, second)
    off = np.abs(part - truth[place, second])
    return {
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
    named, network, off, deviations = (np.concatenate([p[k] for p in parts]) for k in parts[0])
    figures = {
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
