"""Scores of clusters and the intervals of their table, against truth that is known."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from phasewise.core.types import FloatArray, IntArray

pytest.importorskip("sklearn")

Benchmark = Callable[[str], ModuleType]

SEED = 3
SIZE = 400


@pytest.fixture
def blobs() -> tuple[FloatArray, IntArray, IntArray]:
    """Points of three dense clusters, which cluster each is of, and sources that all have a part of each."""
    rng = np.random.default_rng(SEED)
    middle = np.array([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]])
    truth = np.repeat(np.arange(3), SIZE)
    return middle[truth] + rng.normal(size=(len(truth), 2)), truth, rng.integers(0, 30, len(truth))


def test_the_right_clusters_score_one_whatever_their_numbers(benchmark_module: Benchmark) -> None:
    label = np.array(["Quartz"] * 5 + ["Olivine"] * 5, dtype=object)
    published, possible = benchmark_module("explore_scores").scores(
        label, np.repeat([4, 1], 5), np.ones(10, dtype=bool)
    )
    assert published["ari"] == published["ami"] == published["coverage"] == 1.0
    assert {**possible, "labels": ""} == {**published, "labels": ""}


def test_noise_is_a_class_of_its_own(benchmark_module: Benchmark) -> None:
    label = np.array(["Quartz"] * 6 + ["Olivine"] * 6, dtype=object)
    cluster = np.array([0] * 3 + [-1] * 3 + [1] * 3 + [-1] * 3)
    published, _ = benchmark_module("explore_scores").scores(label, cluster, np.ones(12, dtype=bool))
    assert published["coverage"] == 0.5
    # Pairs together in both: 2 x (3 + 3); in the labels: 30; in the clusters: 3 + 3 + 15; of all 66.
    expected = 30 * 21 / 66
    assert published["ari"] == pytest.approx((12 - expected) / (25.5 - expected), abs=1e-4)


def test_rows_that_cannot_be_their_mineral_count_for_published_labels_alone(
    benchmark_module: Benchmark,
) -> None:
    label = np.array(["Quartz"] * 4 + ["Olivine"] * 4, dtype=object)
    cluster = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    possible = np.arange(8) != 3
    published, clean = benchmark_module("explore_scores").scores(label, cluster, possible)
    assert (published["rows"], clean["rows"]) == (8, 7)
    assert published["ari"] < clean["ari"] == 1.0


@pytest.mark.parametrize("method", ["plain_hdbscan", "told_the_number"])
def test_other_methods_find_clusters_that_are_far_apart(
    benchmark_module: Benchmark, blobs: tuple[FloatArray, IntArray, IntArray], method: str
) -> None:
    module, (points, truth, source) = benchmark_module("explore_scores"), blobs
    if method == "plain_hdbscan":
        assign, number = module.plain_hdbscan(points, source, SEED)
        assert number == 3
    else:
        assign = module.told_the_number(points, 3, SEED)
    middles = assign(np.array([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]]))
    assert len(set(middles.tolist())) == 3
    assert (middles >= 0).all()
    assigned = assign(points)
    inside = assigned >= 0
    assert inside.mean() > 0.9
    assert (assigned[inside] == middles[truth][inside]).all()


def test_the_interval_is_of_the_mean_of_folds(benchmark_module: Benchmark) -> None:
    module = benchmark_module("render_explore")
    values = [0.90, 0.92, 0.94, 0.96, 0.98]
    rows = [
        {"set": f"fold {k}", "ari": str(value + change)}
        for k, value in enumerate(values)
        for change in (-0.01, 0.0, 0.01)
    ]
    mean, low, high, worst = module.interval(rows, "ari")
    # Standard deviation 0.0316, of the mean 0.01414, times 2.7764.
    assert (mean, worst) == pytest.approx((0.94, 0.90))
    assert (low, high) == pytest.approx((0.94 - 0.039265, 0.94 + 0.039265), abs=1e-5)


def test_an_interval_ends_at_one(benchmark_module: Benchmark) -> None:
    rows = [{"set": str(k), "ari": str(value)} for k, value in enumerate([1.0, 1.0, 1.0, 1.0, 0.9])]
    _, low, high, worst = benchmark_module("render_explore").interval(rows, "ari")
    assert high == 1.0
    assert low < worst + 0.1
