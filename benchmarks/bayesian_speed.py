"""How fast a Bayesian network predicts without sampling, beside a plain network, and how true it stays.

Rows a second on two threads that take blocks of 4,096 rows in turn, each with one thread of the linear
algebra, over a million rows: the ten oxides of the clean training table, repeated. The plain network is of
the same sizes, and is timed in turn with the Bayesian ones. What the closed form leaves out is measured
against the mean of 500 drawn networks, and those against 500 others, since sampling differs from itself: the
part of rows with the same most probable class, and the difference of the probability of the class that
differs most, averaged over rows.

    OPENBLAS_NUM_THREADS=1 python benchmarks/bayesian_speed.py [--rows 1000000] [--runs 5]
"""

from __future__ import annotations

import argparse
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from exam_sets import TEN, exam_sets
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.training.assemble import spread_over_sources, stoichiometric_tests
from phasewise.compositions.training.clean import clean
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.tables import Table, training_minerals
from phasewise.core.types import FloatArray
from phasewise.infer.bayesian import BayesianNetwork
from phasewise.infer.missing import measured_inputs
from phasewise.infer.network import DenseNetwork, Layer, softmax
from phasewise.learn.bnn import BayesianNetworkClassifier, Variational
from provenance import write_results

BLOCK_ROWS = 4096
THREADS = 2
PER_CLASS = 3000
DRAWN = 500
TRAINING_SAMPLE = 10_000
SETS = ("dev_lepr", "dev_georoc")
VARIATIONAL: tuple[Variational, ...] = ("all", "last")

Run = Callable[[FloatArray], object]


def training_table() -> Table:
    """Return the training table without the rows that cannot be what their label says."""
    tests = stoichiometric_tests(read_recipe("default").phases)
    return clean(training_minerals(), load_minerals(), tests).kept


def fitted(table: Table, variational: Variational) -> BayesianNetwork:
    """Return a network trained on at most 3,000 rows a class, evenly from all sources."""
    few = spread_over_sources(table, PER_CLASS, np.random.default_rng(0))
    settings: dict[str, Any] = {"epochs": 60, "mixup": 0.5, "kl_weight": 0.1, "least_rows": 100.0}
    model = BayesianNetworkClassifier(variational=variational, random_state=1, **settings)
    predictor: BayesianNetwork = model.fit(few.values[:, : len(TEN)], few.label).predictor_
    return predictor


def plain(network: BayesianNetwork) -> Run:
    """Return one pass through a network whose weights are the means."""
    layers = tuple(Layer(layer.weight, layer.bias) for layer in network.layers)
    dense = DenseNetwork(network.center, network.scale, layers, "tanh")
    return lambda x: softmax(dense.logits(measured_inputs(x, marked=False)))


def wall(run: Run, x: FloatArray) -> float:
    """Return the seconds that two threads take for all rows."""
    blocks = [x[start : start + BLOCK_ROWS] for start in range(0, len(x), BLOCK_ROWS)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, blocks[: 4 * THREADS]))
        start = time.perf_counter()
        for _ in pool.map(run, blocks):
            pass
        return time.perf_counter() - start


def speeds(runs: dict[str, Run], x: FloatArray, times: int) -> Iterator[dict[str, Any]]:
    """Yield the rows a second of each, the median of runs in turn."""
    seconds: dict[str, list[float]] = {what: [] for what in runs}
    for _ in range(times):
        for what, run in runs.items():
            seconds[what].append(wall(run, x))
    for what, measured in seconds.items():
        median = statistics.median(measured)
        rate = round(len(x) / median)
        yield {
            "what": what,
            "on": "training table, repeated",
            "rows": len(x),
            "runs": times,
            "rows_per_s": rate,
        }


def drawn(network: BayesianNetwork, x: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the mean probabilities (n, k) of 500 networks."""
    total = network.sample(x, rng)
    for _ in range(DRAWN - 1):
        total += network.sample(x, rng)
    return total / DRAWN


def agreement(a: FloatArray, b: FloatArray) -> dict[str, float]:
    """Return how far two predictions (n, k) of the same rows agree."""
    same = (a.argmax(axis=1) == b.argmax(axis=1)).mean()
    return {"same_label": round(float(same), 5), "mean_dp": round(float(abs(a - b).max(axis=1).mean()), 5)}


def agreements(name: str, network: BayesianNetwork, sets: dict[str, FloatArray]) -> Iterator[dict[str, Any]]:
    """Yield the agreement of the closed form with drawn networks, and of those with others."""
    rng = np.random.default_rng(0)
    for on, x in sets.items():
        first, second = drawn(network, x, rng), drawn(network, x, rng)
        closed = np.concatenate(
            [network.probabilities(x[i : i + BLOCK_ROWS]) for i in range(0, len(x), BLOCK_ROWS)]
        )
        where = {"on": on, "rows": len(x)}
        yield {"what": f"{name}: closed form, {DRAWN} drawn"} | where | agreement(closed, first)
        yield {"what": f"{name}: {DRAWN} drawn, {DRAWN} others"} | where | agreement(second, first)


def main() -> None:
    """Measure, print and write ``results/bayesian_speed.csv``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    table = training_table()
    networks = {f"Bayesian network, {v}": fitted(table, v) for v in VARIATIONAL}
    x = table.values[:, : len(TEN)]
    runs: dict[str, Run] = {"plain network": plain(next(iter(networks.values())))}
    runs |= {name: network.predictive for name, network in networks.items()}
    many = np.resize(x, (options.rows, x.shape[1]))
    results = list(speeds(runs, many, options.runs))
    chosen = np.random.default_rng(0).permutation(len(x))[:TRAINING_SAMPLE]
    frames = {name: frame for name, frame in exam_sets() if name in SETS}
    sets = {"training rows": x[chosen]}
    sets |= {name: frames[name].reindex(columns=TEN).to_numpy(dtype=float) for name in SETS}
    for name, network in networks.items():
        results += agreements(name, network, sets)
    for result in results:
        print(result)
    print(f"Written: {write_results('bayesian_speed', results)}")


if __name__ == "__main__":
    main()
