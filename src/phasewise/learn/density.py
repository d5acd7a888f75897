"""Clusters by density: HDBSCAN or OPTICS, clusters without a valley between them joined, and a cut-off.

1. Density is 1 over the distance to the tenth neighbour.
2. HDBSCAN or OPTICS finds clusters of at least `min_size` points.
3. Two clusters become one where the density along the best path between them never falls below a part,
   `valley`, of the density in the thinner one: a solid solution is one cluster, however unevenly it was
   sampled.
4. How far a cluster reaches is learned from sources: each point is looked at from the points of all other
   sources, and all but 5 % of them have to be within reach. That is how far new publications lie from those
   before them.
5. `min_size` and `valley` are those for which clusters found in one half of the sources agree best with
   those found in the other half; see `choose`.
6. What lies apart from all of these is searched once more, for clusters of at least ten points; by HDBSCAN,
   as OPTICS may take all that lies apart for one cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sklearn.cluster import HDBSCAN, OPTICS
from sklearn.metrics import adjusted_rand_score

from phasewise.infer.clusters import NOISE, DensityClusters, tree_of

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = [
    "METHODS",
    "DensityRecipe",
    "Found",
    "agreement",
    "choose",
    "find_clusters",
    "fit_density",
    "spread",
]

Method = Literal["hdbscan", "optics"]

METHODS: dict[Method, str] = {"hdbscan": "HDBSCAN", "optics": "OPTICS, small clusters by HDBSCAN,"}

NEIGHBOURS = 10
LINKS = 12
PARTS = (1 / 400, 1 / 200, 1 / 100)
LEAST_SIZE = 10
VALLEYS = (0.5, 0.3, 0.2, 0.1)
OUT_OF_REACH = 0.05
HALVES = 4
MOST_OF_ONE = 0.6
OTHER_SOURCES = 60
"""So many neighbours are searched for one of another source."""

TAIL = 101

MOST_FITTED: dict[Method, int] = {"hdbscan": 6_000, "optics": 3_000}
"""Points that clusters are found in, at most; OPTICS is slower."""


@dataclass(frozen=True)
class DensityRecipe:
    """How clusters are found.

    Attributes
    ----------
    method : {"hdbscan", "optics"}
    min_size : int
        Points of the smallest cluster.
    valley : float
        Clusters are joined where the density between them is at least this part of the thinner one's.
    """

    method: Method
    min_size: int
    valley: float


@dataclass(frozen=True, eq=False)
class Found:
    """Clusters with how they were found.

    Attributes
    ----------
    clusters : DensityClusters
    recipe : DensityRecipe
    fitted : int
        Points that they were found in.
    stability : float
        Mean adjusted Rand index between clusters of halves of the sources; NaN where none was worked out.
    trials : mapping of (min_size, valley) to (float, float)
        Stability of each choice, and how many clusters it found on average.
    """

    clusters: DensityClusters
    recipe: DensityRecipe
    fitted: int
    stability: float
    trials: Mapping[tuple[int, float], tuple[float, float]]


def find_clusters(
    latent: FloatArray,
    source: IntArray,
    *,
    method: Method = "hdbscan",
    seed: int = 0,
    first: IntArray | None = None,
    strange: BoolArray | None = None,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> Found:
    """Return the clusters of points, with parameters for which halves of the sources agree best.

    They are found in `MOST_FITTED` points spread over the sources (see `spread`), which are plenty for what
    is frequent. What then lies apart from all clusters is searched for small ones by itself.

    Parameters
    ----------
    latent : (n, k) float64
        Finite.
    source : (n,) int
        Where each comes from; -1 where that is not known, which is a source of its own.
    method : {"hdbscan", "optics"}
    seed : int
        Of the points and the halves.
    first : (m,) int, optional
        Places of the points in which clusters are found first; by default all. The others are then searched
        for what these clusters do not hold.
    strange : (n,) bool, optional
        Points that are known to be unlike what is frequent: they are searched with what lies apart, wherever
        they lie.
    progress : callable
        Told how many of how many fits are done.
    """
    rng = np.random.default_rng(seed)
    first = np.arange(len(latent)) if first is None else first
    rows = first[spread(source[first], MOST_FITTED[method], rng)]
    points, of = latent[rows], source[rows]
    recipe, stability, trials = choose(points, of, method=method, seed=seed, progress=progress)
    clusters = fit_density(points, of, recipe)
    apart = clusters.assign(latent).cluster == NOISE
    rest = np.flatnonzero(apart if strange is None else apart | strange)
    rest = rest[spread(source[rest], MOST_FITTED[method], rng)]
    if len(rest) >= 2 * LEAST_SIZE:
        clusters = _with_small(clusters, latent[rest], source[rest], recipe)
    return Found(clusters, recipe, len(rows), stability, trials)


def _with_small(
    clusters: DensityClusters, rest: FloatArray, source: IntArray, recipe: DensityRecipe
) -> DensityClusters:
    """Return clusters with those among the points that lie apart from them."""
    spacing = _spacing(rest)
    label = _joined(rest, spacing, _labels(rest, DensityRecipe("hdbscan", LEAST_SIZE, 0.0)), recipe.valley)
    inside = label >= 0
    if not inside.any():
        return clusters
    # Most of the rest is noise, and stays so: reach is learned from the points of clusters alone, and no
    # longer than that of frequent ones.
    small = _with_reach(rest[inside], _apart(source)[inside], spacing[inside], label[inside])
    if not clusters.count:
        return small
    return DensityClusters(
        np.concatenate([clusters.points, small.points]),
        np.concatenate([clusters.cluster, small.cluster + clusters.count]),
        np.concatenate([clusters.reach, np.minimum(small.reach, np.median(clusters.reach))]),
        clusters.tail,
        np.concatenate([clusters.level, small.level + 1]),
    )


def spread(source: IntArray, most: int, rng: np.random.Generator) -> IntArray:
    """Return at most so many places of rows by chance, no more of one source than needed; in their order.

    Rows without a source (-1) are sources of their own, as are all rows where there is but one.
    """
    n = len(source)
    if n <= most:
        return np.arange(n)
    order = rng.permutation(n)
    if len(np.unique(source)) < 2:
        return np.sort(order[:most])
    held = np.where(source[order] < 0, source.max() + 1 + np.arange(n), source[order])
    by_source = np.argsort(held, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[by_source] = np.arange(n) - np.searchsorted(held[by_source], held[by_source])
    # Every source gives its first row before any gives its second.
    return np.sort(order[np.argsort(rank, kind="stable")[:most]])


def agreement(one: IntArray, other: IntArray) -> float:
    """Return the adjusted Rand index of two ways (n,) of grouping the same rows.

    References
    ----------
    Hubert & Arabie (1985), doi:10.1007/BF01908075.
    """
    return float(adjusted_rand_score(one, other))


def fit_density(latent: FloatArray, source: IntArray, recipe: DensityRecipe) -> DensityClusters:
    """Return the clusters of points (n, k) from sources (n,) by one recipe."""
    spacing = _spacing(latent)
    label = _joined(latent, spacing, _labels(latent, recipe), recipe.valley)
    return _with_reach(latent, _apart(source), spacing, label)


def choose(
    latent: FloatArray,
    source: IntArray,
    *,
    method: Method = "hdbscan",
    seed: int = 0,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> tuple[DensityRecipe, float, dict[tuple[int, float], tuple[float, float]]]:
    """Return the recipe whose clusters are the most stable, how stable they are, and all that was tried.

    The sources are halved several times. Clusters of either half are given to all points, and the adjusted
    Rand index says how well the two agree, noise being a class of its own. Of the recipes within one standard
    error of the best, that with the most clusters is taken.
    """
    sizes = sorted({max(LEAST_SIZE, round(part * len(latent))) for part in PARTS})
    halves = _halves(_apart(source), np.random.default_rng(seed))
    fits = list(product(range(len(sizes)), range(len(halves))))
    agreement = np.empty((len(sizes), len(VALLEYS), len(halves)))
    count = np.empty_like(agreement)
    for done, (i, k) in enumerate(fits, start=1):
        # A cluster of half the points is half as large.
        recipe = DensityRecipe(method, max(2, sizes[i] // 2), 0.0)
        agreement[i, :, k], count[i, :, k] = _agreement(latent, source, recipe, halves[k])
        progress(done, len(fits))
    mean = agreement.mean(axis=2)
    error = agreement.std(axis=2, ddof=1) / np.sqrt(len(halves))
    best = np.unravel_index(mean.argmax(), mean.shape)
    eligible = mean >= mean[best] - error[best]
    clusters = np.where(eligible, count.mean(axis=2), -1.0)
    size, valley = np.unravel_index(clusters.argmax(), clusters.shape)
    trials = {
        (sizes[i], VALLEYS[j]): (float(mean[i, j]), float(count[i, j].mean()))
        for i, j in product(range(len(sizes)), range(len(VALLEYS)))
    }
    return DensityRecipe(method, sizes[size], VALLEYS[valley]), float(mean[size, valley]), trials


def _apart(source: IntArray) -> IntArray:
    """Return sources where rows without one, or all rows if there is but one, are sources of their own."""
    if len(np.unique(source)) < 2:
        return np.arange(len(source))
    unknown = source < 0
    return np.where(unknown, source.max() + 1 + np.cumsum(unknown), source)


def _halves(source: IntArray, rng: np.random.Generator) -> list[np.ndarray]:
    """Return which points are in one half of the sources, several times.

    Where one source has most of the points, these are halved themselves.
    """
    _, code = np.unique(source, return_inverse=True)
    size = np.bincount(code)
    if size.max() > MOST_OF_ONE * len(source):
        code, size = np.arange(len(source)), np.ones(len(source), dtype=np.int64)
    halves = []
    for _ in range(HALVES):
        first, held = np.zeros(len(size), dtype=bool), [0, 0]
        for one in rng.permutation(len(size)).tolist():
            first[one] = held[0] < held[1]
            held[int(held[0] >= held[1])] += int(size[one])
        halves.append(first[code])
    return halves


def _agreement(
    latent: FloatArray, source: IntArray, recipe: DensityRecipe, first: np.ndarray
) -> tuple[FloatArray, FloatArray]:
    """Return how well clusters of two halves agree on all points for each valley, and their number."""
    found: list[list[DensityClusters]] = []
    for half in (first, ~first):
        points, of = latent[half], _apart(source[half])
        spacing = _spacing(points)
        label = _labels(points, recipe)
        saddle = _saddles(points, spacing, label)
        joined = [_join(label, spacing, saddle, valley) for valley in VALLEYS]
        found.append([_with_reach(points, of, spacing, one) for one in joined])
    scores = [
        agreement(a.assign(latent).cluster, b.assign(latent).cluster) for a, b in zip(*found, strict=True)
    ]
    counts = [(a.count + b.count) / 2 for a, b in zip(*found, strict=True)]
    return np.array(scores), np.array(counts)


def _spacing(latent: FloatArray) -> FloatArray:
    """Return the distance to the tenth neighbour, the point itself counted; never 0."""
    near = min(NEIGHBOURS, len(latent))
    away = tree_of(latent).query(latent, k=[near])[0][:, 0]
    positive = away[away > 0]
    return np.asarray(np.maximum(away, positive.min() if len(positive) else 1.0))


def _labels(latent: FloatArray, recipe: DensityRecipe) -> IntArray:
    size = min(recipe.min_size, len(latent))
    near = min(NEIGHBOURS, len(latent))
    if recipe.method == "optics":
        made: Any = OPTICS(min_samples=near, min_cluster_size=size, algorithm="kd_tree")
    else:
        made = HDBSCAN(min_cluster_size=max(2, size), min_samples=near, algorithm="kd_tree", copy=True)
    return np.asarray(made.fit_predict(latent))


def _joined(latent: FloatArray, spacing: FloatArray, label: IntArray, valley: float) -> IntArray:
    return _join(label, spacing, _saddles(latent, spacing, label), valley)


def _saddles(latent: FloatArray, spacing: FloatArray, label: IntArray) -> FloatArray:
    """Return the widest spacing that has to be crossed between each two clusters (k, k); inf if none leads.

    The best path between two points is the one in the minimum spanning tree of mutual reachability.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    n, count = len(latent), int(label.max()) + 1
    saddle = np.full((count, count), np.inf)
    away, near = tree_of(latent).query(latent, k=min(LINKS + 1, n))
    here = np.repeat(np.arange(n), near.shape[1])
    there = near.ravel()
    width = np.maximum(np.maximum(spacing[here], spacing[there]), away.ravel())
    keep = here != there
    tree = minimum_spanning_tree(coo_array((width[keep], (here[keep], there[keep])), shape=(n, n))).tocoo()
    order = np.argsort(tree.data, kind="stable")
    root = np.arange(n)
    inside: list[set[int]] = [set() for _ in range(n)]
    for k in range(count):
        inside[_densest(spacing, label, k)].add(k)
    for a, b, w in zip(tree.row[order], tree.col[order], tree.data[order], strict=True):
        a, b = _root(root, int(a)), _root(root, int(b))
        for p, q in product(inside[a], inside[b]):
            saddle[p, q] = saddle[q, p] = w
        root[a] = b
        inside[b] |= inside[a]
    return saddle


def _densest(spacing: FloatArray, label: IntArray, cluster: int) -> int:
    rows = np.flatnonzero(label == cluster)
    return int(rows[spacing[rows].argmin()])


def _root(root: IntArray, place: int) -> int:
    while root[place] != place:
        root[place] = root[root[place]]
        place = int(root[place])
    return place


def _join(label: IntArray, spacing: FloatArray, saddle: FloatArray, valley: float) -> IntArray:
    """Return the labels where clusters without a valley between them are one."""
    count = len(saddle)
    width = np.array([np.quantile(spacing[label == k], 0.25) for k in range(count)])
    into = np.arange(count)
    saddle = saddle.copy()
    np.fill_diagonal(saddle, np.inf)
    while count:
        depth = np.maximum(width[:, None], width) / saddle
        a, b = np.unravel_index(depth.argmax(), depth.shape)
        if depth[a, b] < valley:
            break
        into[into == b] = a
        width[a] = min(width[a], width[b])
        saddle[a] = saddle[:, a] = np.minimum(saddle[a], saddle[b])
        saddle[a, a] = np.inf
        saddle[b] = saddle[:, b] = np.inf
    _, into = np.unique(into, return_inverse=True)
    return np.where(label >= 0, into[label] if len(into) else label, NOISE)


def _with_reach(
    latent: FloatArray, source: IntArray, spacing: FloatArray, label: IntArray
) -> DensityClusters:
    """Return clusters whose reach leaves out few of the points as the other sources see them.

    Where nearly all points are repeats of those of other sources, it is the spacing of their neighbours.
    """
    inside = np.flatnonzero(label >= 0)
    points, width = latent[inside], spacing[inside]
    if not len(inside):
        return DensityClusters(points, label[inside], width, np.ones(TAIL), label[inside])
    away, near = tree_of(points).query(latent, k=min(OTHER_SOURCES, len(points)))
    away, near = away.reshape(len(latent), -1), near.reshape(len(latent), -1)
    other = source[inside][near] != source[:, None]
    first = np.where(other.any(axis=1), other.argmax(axis=1), near.shape[1] - 1)
    rows = np.arange(len(latent))
    far = away[rows, first] / width[near[rows, first]]
    reach = float(np.quantile(far, 1.0 - OUT_OF_REACH)) or 1.0
    tail = np.maximum.accumulate(np.quantile(far / reach, np.linspace(0.0, 1.0, TAIL)))
    return DensityClusters(points, label[inside], width * reach, tail, np.zeros(len(inside), dtype=np.int64))
