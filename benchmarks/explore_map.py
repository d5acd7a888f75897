"""How faithful the map is, what the latent coordinates retain, and how stable places and clusters are.

All of rows of publications that the networks have not seen: five folds of training_17_minerals, as in
`explore.py`.

- Trustworthiness: whether the ten nearest rows on the map are near in the cations on 24 oxygens. Continuity:
  whether the ten nearest in cations are near on the map (Venna & Kaski 2001, doi:10.1007/3-540-44668-0_68);
  it is trustworthiness with the two spaces exchanged. Of 3,000 rows of each fold, drawn by chance.
- Restored: root mean square errors of what a view restores, beside principal components as many as it has
  latent coordinates, fitted to the same target, and beside the standard deviation. Of all rows, those with
  wrong labels or totals included.
- Places: the largest difference of a coordinate of a row between tables with other rows, in another order or
  of another size.
- Clusters: adjusted Rand index between clusters of all rows by two seeds, and between clusters of two random
  80 % of the publications, on which the network was trained as well.

python benchmarks/explore_map.py
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from explore import FOLDS, publications
from explore_spaces import (
    Space,
    clusters_view,
    codes,
    learned_from,
    map_view,
    of_finite,
    plain_view,
    umap_of,
)
from phasewise.compositions.explore.explorer import Explorer, View
from phasewise.compositions.explore.structure import CATIONS, RESTORED, STRUCTURE, cations
from phasewise.compositions.features import closed_cations
from phasewise.compositions.training.tables import Table
from phasewise.core.types import TEN_OXIDES, FloatArray, IntArray
from phasewise.learn.density import find_clusters
from provenance import write_results

SAMPLE = 3_000
NEIGHBOURS = 10
SEED = 0
SEEDS = 3
SUBSAMPLES, PART = 5, 0.8
TARGETS = {
    "cations": (*CATIONS, "twice the sum"),
    "structure": STRUCTURE,
    "oxides": TEN_OXIDES,
}


def faithful(train: Table, values: FloatArray, drawn: Space, plain: Space) -> Iterator[dict[str, Any]]:
    """Yield trustworthiness and continuity of maps."""
    published = learned_from(train, SEED, simulated=False)
    fitted = make_pipeline(StandardScaler(), PCA(2, random_state=SEED)).fit(closed_cations(published))
    maps = {
        "explorer": drawn,
        "PCA of cations": of_finite(fitted, closed_cations),
        "plain autoencoder": plain,
    }
    if importlib.util.find_spec("umap") is not None:
        maps["UMAP"] = umap_of(train, 2, SEED)
    values = values[np.random.default_rng(SEED).permutation(len(values))[:SAMPLE]]
    x = closed_cations(values)
    for name, space in maps.items():
        place = space(values)
        yield {
            "what": "map",
            "space": name,
            "rows": len(values),
            "trustworthiness": round(float(trustworthiness(x, place, n_neighbors=NEIGHBOURS)), 4),
            "continuity": round(float(trustworthiness(place, x, n_neighbors=NEIGHBOURS)), 4),
        }


def restored(name: str, view: View, learned: FloatArray, values: FloatArray) -> Iterator[dict[str, Any]]:
    """Yield how far what a view restores is off, for each column of its target."""
    target = RESTORED[view.target]
    truth, known = target(values), target(learned)
    scale = StandardScaler().fit(known)
    components = PCA(view.network.size, random_state=SEED).fit(scale.transform(known))
    by_pca = components.inverse_transform(components.transform(scale.transform(truth)))
    off = {
        "rmse": view.network.decode(view.latent(values)) - truth,
        "rmse_pca": scale.inverse_transform(by_pca) - truth,
        "sd": truth - truth.mean(axis=0),
    }
    for k, column in enumerate(TARGETS[view.target]):
        errors = {key: round(float(np.sqrt((d[:, k] ** 2).mean())), 4) for key, d in off.items()}
        yield {"what": "restored", "space": name, "column": column, "rows": len(values), **errors}


def places(drawn: View, clustered: View, values: FloatArray) -> dict[str, Any]:
    """Return the largest difference of a coordinate between tables that hold the same row."""
    explorer = Explorer("benchmark", drawn, clustered, {})
    whole = explorer.places(values)
    order = np.random.default_rng(SEED).permutation(len(values))
    mixed = explorer.places(values[order])
    largest = [np.abs(getattr(mixed, k) - getattr(whole, k)[order]).max() for k in ("map", "latent")]
    for size in (1, 7, 1000):
        some = explorer.places(values[:size])
        largest += [np.abs(getattr(some, k) - getattr(whole, k)[:size]).max() for k in ("map", "latent")]
    return {"what": "places", "rows": len(values), "difference": f"{max(largest):.1e}"}


def stable(table: Table) -> Iterator[dict[str, Any]]:
    """Yield how clusters by different seeds, and of different publications, agree."""
    every = np.arange(len(table))
    yield from _agreement("different seeds", [_clusters(table, every, seed) for seed in range(SEEDS)])
    source = codes(table)
    kept = [np.random.default_rng(k).random(source.max() + 1) < PART for k in range(SUBSAMPLES)]
    parts = [_clusters(table, np.flatnonzero(some[source]), SEED) for some in kept]
    yield from _agreement("different 80 % of the publications", parts)


def _clusters(table: Table, rows: IntArray, seed: int) -> tuple[IntArray, int]:
    """Return the clusters of all rows of a table by what some of them have taught."""
    train = table.take(rows)
    view = clusters_view(learned_from(train, seed), seed)
    found = find_clusters(view.positions(train.values), codes(train), seed=seed)
    return found.clusters.assign(view.positions(table.values)).cluster, found.clusters.count


def _agreement(what: str, found: list[tuple[IntArray, int]]) -> Iterator[dict[str, Any]]:
    pairs = [float(adjusted_rand_score(a, b)) for (a, _), (b, _) in combinations(found, 2)]
    counts = sorted(count for _, count in found)
    yield {
        "what": "clusters",
        "space": what,
        "rows": len(found[0][0]),
        "pairs": len(pairs),
        "ari": round(float(np.mean(pairs)), 4),
        "ari_lowest": round(min(pairs), 4),
        "clusters_least": counts[0],
        "clusters_most": counts[-1],
    }


def main() -> None:
    """Measure, print and write."""
    table = publications().table
    table = table.take(np.flatnonzero(np.isfinite(cations(table.values)).all(axis=1)))
    results: list[dict[str, Any]] = []

    def keep(rows: Iterator[dict[str, Any]], **given: Any) -> None:
        for row in rows:
            results.append({**given, **row})
            print(*results[-1].values(), flush=True)

    keep(stable(table))
    for fold in range(FOLDS):
        train = table.take(np.flatnonzero(table.fold != fold))
        values = table.values[table.fold == fold]
        learned = learned_from(train, SEED)
        views = {"map": map_view(learned, SEED), "clusters": clusters_view(learned, SEED)}
        plain = plain_view(train, SEED)
        keep(faithful(train, values, views["map"].latent, plain.latent), fold=fold)
        for name, view in views.items():
            keep(restored(name, view, learned, values), fold=fold)
        keep(
            restored("plain autoencoder", plain, learned_from(train, SEED, simulated=False), values),
            fold=fold,
        )
        keep(iter([places(views["map"], views["clusters"], values)]), fold=fold)
    print(f"Written: {write_results('explore_map', results)}")


if __name__ == "__main__":
    main()
