from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="clusters need the extra `explore`")

from phasewise.core.types import FloatArray, IntArray
from phasewise.infer.clusters import NOISE, DensityClusters
from phasewise.learn.density import (
    LEAST_SIZE,
    DensityRecipe,
    Found,
    Method,
    agreement,
    choose,
    find_clusters,
    fit_density,
    spread,
)

MIDDLES = np.array([[0.0, 0.0, 0.0], [12.0, 0.0, 0.0], [0.0, 15.0, 0.0]])
WIDTHS = (0.3, 0.8, 1.5)
SOURCES = 24


def blobs(seed: int = 0, size: int = 200, noise: int = 18) -> tuple[FloatArray, IntArray, IntArray]:
    """Three clusters of different density with noise far around; points, sources and the truth."""
    rng = np.random.default_rng(seed)
    points = [rng.normal(m, w, (size, 3)) for m, w in zip(MIDDLES, WIDTHS, strict=True)]
    around = rng.uniform(-60, 60, (8 * noise, 3))
    away = np.linalg.norm(around[:, None] - MIDDLES, axis=2).min(axis=1)
    x = np.concatenate([*points, around[away > 15][:noise]])
    return x, rng.integers(0, SOURCES, len(x)), np.repeat([0, 1, 2, NOISE], [size, size, size, noise])


def two_with_bridge(bridge: int, seed: int = 1) -> tuple[FloatArray, IntArray]:
    """Two blobs, and so many points scattered unevenly between them."""
    rng = np.random.default_rng(seed)
    ends = [rng.normal([x, 0.0], 0.5, (250, 2)) for x in (0.0, 6.0)]
    between = np.stack([6.0 * rng.beta(0.7, 0.9, bridge), rng.normal(0.0, 0.4, bridge)], axis=1)
    x = np.concatenate([*ends, between])
    return x, rng.integers(0, SOURCES, len(x))


def of(found: Found | DensityClusters, x: FloatArray) -> IntArray:
    clusters = found.clusters if isinstance(found, Found) else found
    return clusters.assign(x).cluster


@pytest.mark.parametrize("method", ["hdbscan", "optics"])
def test_clusters_of_different_density_are_found_and_noise_left_out(method: Method) -> None:
    x, source, truth = blobs()
    found = find_clusters(x, source, method=method)
    cluster = of(found, x)
    assert found.clusters.count == 3
    assert found.fitted == len(x)
    assert found.recipe.method == method
    assert agreement(cluster[truth >= 0], truth[truth >= 0]) > 0.9
    assert (cluster[truth == NOISE] == NOISE).mean() > 0.95
    assert (cluster[truth >= 0] == NOISE).mean() < 0.08
    new, _, new_truth = blobs(seed=5)
    assert agreement(of(found, new), new_truth) > 0.9


def test_a_solid_solution_is_one_cluster() -> None:
    """Densities differ along it, but there is no valley; without the points between, there is."""
    for bridge, expected in ((600, 1), (0, 2)):
        x, source = two_with_bridge(bridge)
        found = find_clusters(x, source)
        label = of(found, x)
        ends = [np.bincount(label[rows][label[rows] >= 0]).argmax() for rows in (slice(250), slice(250, 500))]
        assert len(set(ends)) == expected


def test_the_valley_decides_what_is_joined() -> None:
    """A bridge with about a fifth of the density of its ends."""
    x, source = two_with_bridge(150)
    counts = [fit_density(x, source, DensityRecipe("hdbscan", 60, valley)).count for valley in (0.9, 0.02)]
    assert counts == [2, 1]


def test_reach_is_learned_from_sources() -> None:
    """Where each source has a part of the cluster to itself, it is farther from one to the next."""
    rng = np.random.default_rng(2)
    middles = np.repeat([[0.0, 0.0], [60.0, 0.0]], 400, axis=0)
    part = np.tile(np.repeat(np.arange(20), 20), 2)
    x = middles + np.stack([part * 0.5, np.zeros(800)], axis=1) + rng.uniform(-0.25, 0.25, (800, 2))
    recipe = DensityRecipe("hdbscan", 100, 0.1)
    apart, mixed = (fit_density(x, source, recipe) for source in (part, rng.permutation(part)))
    assert apart.count == mixed.count == 2
    assert np.median(apart.reach) > 1.5 * np.median(mixed.reach)
    # One in twenty points, as the other sources see it, is out of reach.
    held_out = [
        fit_density(x[part != k], part[part != k], recipe).assign(x[part == k]).cluster for k in range(1, 19)
    ]
    assert (np.concatenate(held_out) == NOISE).mean() < 0.1


def test_reach_is_longer_where_points_are_scarce() -> None:
    x, source, _ = blobs()
    clusters = fit_density(x, source, DensityRecipe("hdbscan", 50, 0.3))
    dense, scarce = (
        np.median(clusters.reach[of(clusters, clusters.points) == k])
        for k in (of(clusters, MIDDLES[:1])[0], of(clusters, MIDDLES[2:])[0])
    )
    assert scarce / dense == pytest.approx(WIDTHS[2] / WIDTHS[0], rel=0.3)
    assert (np.diff(clusters.tail) >= 0).all()
    assert np.interp(1.0, clusters.tail, np.linspace(0, 1, len(clusters.tail))) == pytest.approx(
        0.95, abs=0.01
    )


def test_small_clusters_are_found_in_what_lies_apart() -> None:
    """Fifteen points of 12,000, of which 6,000 are looked at first."""
    rng = np.random.default_rng(4)
    large = [rng.normal(m, 1.0, (6_000, 2)) for m in ((0.0, 0.0), (30.0, 0.0))]
    small = rng.normal((15.0, 40.0), 0.3, (15, 2))
    x = np.concatenate([*large, small])
    source = rng.integers(0, 50, len(x))
    clusters = fit_density(x[::2], source[::2], DensityRecipe("hdbscan", 60, 0.3))
    assert (of(clusters, small) == NOISE).all()
    found = find_clusters(x, source)
    label = of(found, small)
    assert found.fitted == 6_000
    assert (label == label[0]).all()
    assert label[0] not in of(found, np.array([[0.0, 0.0], [30.0, 0.0]]))
    level = found.clusters.level
    assert set(found.clusters.cluster[level == 0]) & set(found.clusters.cluster[level == 1]) == set()
    assert found.clusters.reach[level == 1].max() <= np.median(found.clusters.reach[level == 0])


def test_small_clusters_are_found_where_there_are_no_frequent_ones() -> None:
    """The first table is too small to hold any, as one blob of 60 points."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(m, 1.0, (n, 2)) for m, n in ((0.0, 60), (20.0, 80), (-20.0, 80))])
    source = rng.integers(0, 9, len(x))
    assert fit_density(x[:60], source[:60], DensityRecipe("hdbscan", LEAST_SIZE, 0.5)).count == 0
    found = find_clusters(x, source, first=np.arange(60))
    assert np.isfinite(found.clusters.reach).all()
    assert agreement(of(found, x), np.repeat([0, 1, 2], [60, 80, 80])) > 0.9


def test_the_rest_is_searched_behind_the_first() -> None:
    """Two of four clusters are in the first rows; the others come behind them, on level 1."""
    x, source, truth = blobs()
    rng = np.random.default_rng(8)
    more = rng.normal([-20.0, -20.0, 0.0], 0.5, (80, 3))
    x, truth = np.concatenate([x, more]), np.append(truth, np.full(80, 3))
    source = np.append(source, rng.integers(0, SOURCES, 80))
    found = find_clusters(x, source, first=np.flatnonzero(truth < 2))
    assert found.fitted == (truth < 2).sum()
    label = of(found, x)
    assert agreement(label[truth >= 0], truth[truth >= 0]) > 0.9
    for behind in (2, 3):
        cluster = np.bincount(label[truth == behind] + 1).argmax() - 1
        assert set(found.clusters.level[found.clusters.cluster == cluster]) == {1}


@pytest.mark.parametrize(
    ("sizes", "most", "expected"),
    [
        ((1000, 10, 5), 30, (15, 10, 5)),
        ((1000, 10, 5), 9, (3, 3, 3)),
        ((100, 100), 50, (25, 25)),
        ((7, 3), 10, (7, 3)),
    ],
)
def test_no_source_gives_more_than_needed(
    sizes: tuple[int, ...], most: int, expected: tuple[int, ...]
) -> None:
    source = np.random.default_rng(1).permutation(np.repeat(np.arange(len(sizes)), sizes))
    kept, again, other = (spread(source, most, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert tuple(np.bincount(source[kept])) == expected
    assert (np.diff(kept) > 0).all()
    assert np.array_equal(kept, again)
    assert len(source) <= most or not np.array_equal(kept, other)


def test_rows_without_a_source_are_sources_of_their_own() -> None:
    source = np.repeat([-1, 0], [40, 400])
    kept = spread(source, 60, np.random.default_rng(0))
    assert (kept < 40).sum() == 40
    alone = spread(np.zeros(100, dtype=int), 60, np.random.default_rng(0))
    assert len(np.unique(alone)) == 60


def test_the_most_stable_recipe_is_chosen_and_of_equals_the_one_with_most_clusters() -> None:
    x, source, _ = blobs(size=600)
    steps: list[tuple[int, int]] = []
    recipe, stability, trials = choose(x, source, progress=lambda done, total: steps.append((done, total)))
    assert trials[recipe.min_size, recipe.valley][0] == stability
    assert stability > 0.8
    assert all(-0.5 <= score <= 1 and count >= 0 for score, count in trials.values())
    better = [count for score, count in trials.values() if score >= stability]
    assert max(better) == trials[recipe.min_size, recipe.valley][1]
    assert trials[recipe.min_size, recipe.valley][1] == pytest.approx(3.0, abs=0.5)
    assert {size for size, _ in trials} == {10, 18}
    assert steps == [(k, 8) for k in range(1, 9)]


def test_one_large_source_does_not_stand_for_a_half() -> None:
    """With nine tenths of the points, and all of one cluster, it would leave nothing to agree on."""
    x, source, truth = blobs()
    source = np.where(np.random.default_rng(0).random(len(x)) < 0.8, 0, source)
    source[truth == 1] = 0
    assert (source == 0).mean() > 0.8
    _, stability, _ = choose(x, source)
    assert stability > 0.8
    found = find_clusters(x, source)
    assert agreement(of(found, x)[truth >= 0], truth[truth >= 0]) > 0.9


@pytest.mark.parametrize("value", [-1, 3])
def test_without_sources_rows_stand_for_themselves(value: int) -> None:
    x, _, truth = blobs()
    found = find_clusters(x, np.full(len(x), value))
    assert found.clusters.count == 3
    assert agreement(of(found, x), truth) > 0.85


@pytest.mark.parametrize("method", ["hdbscan", "optics"])
def test_the_same_seed_gives_the_same_clusters(method: Method) -> None:
    x, source, _ = blobs(size=80)
    first, again = (find_clusters(x, source, method=method, seed=3) for _ in range(2))
    assert first.recipe == again.recipe
    assert first.trials == again.trials
    arrays = again.clusters.to_arrays()
    assert all(np.array_equal(a, arrays[name]) for name, a in first.clusters.to_arrays().items())


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_no_partition(seed: int) -> None:
    x, source, _ = blobs(seed)
    order = np.random.default_rng(seed).permutation(len(x))
    found, shuffled = find_clusters(x, source), find_clusters(x[order], source[order])
    assert shuffled.recipe == found.recipe
    assert agreement(of(found, x), of(shuffled, x)) == 1.0
    np.testing.assert_allclose(
        found.clusters.assign(x).probability, shuffled.clusters.assign(x).probability, atol=1e-9
    )


def test_rows_that_stand_many_times_divide_by_nothing() -> None:
    rng = np.random.default_rng(6)
    x, source, truth = blobs()
    x = np.concatenate([x, np.repeat(MIDDLES[:1], 60, axis=0)])
    source = np.concatenate([source, rng.integers(0, SOURCES, 60)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = find_clusters(x, source)
    assert found.clusters.reach.min() > 0
    label = of(found, x)
    assert (label[-60:] == label[-1]).all()
    assert label[-1] == np.bincount(label[:600][truth[:600] == 0] + 1).argmax() - 1


@pytest.mark.parametrize("times", [2, 15])
def test_a_table_that_stands_several_times_has_its_clusters(times: int) -> None:
    """Each row is then at distance 0 from another source; the reach is not."""
    x, _, truth = blobs(size=100, noise=0)
    x, truth = np.tile(x, (times, 1)), np.tile(truth, times)
    source = np.repeat(np.arange(times), len(x) // times)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clusters = fit_density(x, source, DensityRecipe("hdbscan", 40 * times, 0.3))
        assigned = clusters.assign(x)
    assert clusters.count == 3
    assert clusters.reach.min() > 0
    assert agreement(assigned.cluster, truth) > 0.9
    assert (assigned.probability[assigned.distance == 0] == 1).all()


def test_all_rows_at_one_place_are_no_clusters() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = find_clusters(np.ones((50, 2)), np.arange(50) % 5)
    assert found.clusters.count == 0
    assert (of(found, np.ones((3, 2))) == NOISE).all()


def test_recipes_alone_decide() -> None:
    """A size beyond that of a cluster makes it noise."""
    x, source, truth = blobs()
    small = DensityRecipe("hdbscan", 50, 0.3)
    assert fit_density(x, source, small).count == 3
    x, source = (a[(truth != 2) | (np.arange(len(x)) < 440)] for a in (x, source))
    assert fit_density(x, source, replace(small, min_size=30)).count == 3
    assert fit_density(x, source, replace(small, min_size=100)).count == 2
