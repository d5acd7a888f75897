"""How clusters agree with labels, and the other ways to find clusters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.spatial import KDTree
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score
from sklearn.model_selection import GroupShuffleSplit

from phasewise.core.types import BoolArray, FloatArray, IntArray
from phasewise.infer.clusters import NOISE
from phasewise.learn.density import HALVES, LEAST_SIZE, PARTS

Assigner = Callable[[FloatArray], IntArray]
"""From coordinates (n, k) to clusters (n,), -1 for noise."""


def scores(label: np.ndarray, cluster: IntArray, possible: BoolArray) -> list[dict[str, Any]]:
    """Return agreement with labels as published, and with those that the composition allows.

    Noise is a class of its own in both indices.
    """
    out = []
    for name, rows in (("as published", np.ones(len(label), dtype=bool)), ("possible", possible)):
        truth, found = label[rows].astype(str), cluster[rows]
        out.append(
            {
                "labels": name,
                "rows": int(rows.sum()),
                "ari": round(float(adjusted_rand_score(truth, found)), 4),
                "ami": round(float(adjusted_mutual_info_score(truth, found)), 4),
                "coverage": round(float((found != NOISE).mean()), 4),
            }
        )
    return out


def told_the_number(latent: FloatArray, number: int, seed: int) -> Assigner:
    """Return k-means with that many clusters; it knows no noise."""
    fitted = KMeans(number, n_init=10, random_state=seed).fit(latent)
    return lambda points: np.asarray(fitted.predict(points))


def plain_hdbscan(latent: FloatArray, source: IntArray, seed: int) -> tuple[Assigner, int]:
    """Return HDBSCAN of scikit-learn with its defaults, and how many clusters it found.

    The smallest cluster is that for which clusters of halves of the sources agree best, of those within one
    standard error the one with the most clusters, as in `phasewise.learn.density.choose`. Nothing is joined.
    scikit-learn cannot assign new points: they take the cluster, or the noise, of the nearest fitted point.
    """
    sizes = sorted({max(LEAST_SIZE, round(part * len(latent))) for part in PARTS})
    halves = list(GroupShuffleSplit(HALVES, train_size=0.5, random_state=seed).split(latent, groups=source))
    agreement = np.empty((len(sizes), len(halves)))
    count = np.empty_like(agreement)
    for i, size in enumerate(sizes):
        for k, both in enumerate(halves):
            found = [_hdbscan(latent[half], size // 2) for half in both]
            agreement[i, k] = adjusted_rand_score(*(assign(latent) for assign, _ in found))
            count[i, k] = np.mean([number for _, number in found])
    mean, error = agreement.mean(axis=1), agreement.std(axis=1, ddof=1) / np.sqrt(len(halves))
    eligible = mean >= mean.max() - error[mean.argmax()]
    return _hdbscan(latent, sizes[int(np.where(eligible, count.mean(axis=1), -1.0).argmax())])


def _hdbscan(latent: FloatArray, size: int) -> tuple[Assigner, int]:
    label = HDBSCAN(min_cluster_size=size, copy=True).fit_predict(latent)
    tree = KDTree(latent)
    return lambda points: label[tree.query(points)[1]], int(label.max()) + 1
